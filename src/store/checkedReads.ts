/**
 * Reads of array files that are checked against what a record says of them: length and checksum of the
 * whole file for small arrays, tail and inner chunks for maps. Nothing unchecked leaves this file.
 */
import { checksumText, crc32c } from './checksum.js';
import { elementCount, BYTES_PER_ELEMENT, type ArrayLayout, type DataType } from './layout.js';
import { forEachLimited } from './forEachLimited.js';
import type { KeyEntry } from './records.js';
import { KeyProblem, type OpenKey, type RunFiles } from './runPaths.js';
import { chunkChecksums, chunkPosition, copyValues, shardGeometry, type ShardGeometry } from './shard.js';

const CONSTRUCTORS = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  uint32: Uint32Array,
  uint8: Uint8Array,
} as const satisfies Record<DataType, unknown>;

export type ValuesOf<D extends DataType> = InstanceType<(typeof CONSTRUCTORS)[D]>;

/** A small array's values at one epoch. Throws `KeyProblem`. */
export async function readFlat<D extends DataType>(
  files: RunFiles,
  key: string,
  entry: KeyEntry,
  array: ArrayLayout & { readonly dataType: D },
): Promise<ValuesOf<D>> {
  const valueBytes = elementCount(array) * BYTES_PER_ELEMENT[array.dataType];
  if (entry.length !== valueBytes + 4)
    throw new KeyProblem('altered', 'is listed with a length that the manifest does not give it');
  const file = await files.open(key);
  try {
    checkLength(file, entry.length);
    const bytes = new Uint8Array(entry.length);
    await file.read(0, bytes);
    checkSum(bytes.subarray(0, -4), Number.parseInt(entry.crc32c, 16), bytes.subarray(-4));
    return new CONSTRUCTORS[array.dataType](bytes.buffer, 0, elementCount(array)) as ValuesOf<D>;
  } finally {
    await file.close();
  }
}

export interface MapSelection {
  readonly samples: readonly number[];
  readonly channels: readonly number[];
}

/** The selected maps (samples × channels × map) into `target`, whose length fits. Throws `KeyProblem`. */
export async function readShardMaps(
  files: RunFiles,
  key: string,
  entry: KeyEntry,
  array: ArrayLayout,
  selection: MapSelection,
  target: Float32Array,
): Promise<void> {
  const geometry = shardGeometry(array.maps!); // the caller asks for arrays of maps only
  if (entry.length !== geometry.fileBytes)
    throw new KeyProblem('altered', 'is listed with a length that the manifest does not give it');
  const file = await files.open(key);
  try {
    checkLength(file, entry.length);
    const checksums = await readTail(file, geometry, entry);
    await readChunks({ file, geometry, checksums, selection, target });
  } finally {
    await file.close();
  }
}

/** `stored` is the codec's own checksum after the values: both must be what is expected. */
function checkSum(values: Uint8Array, expected: number, stored: Uint8Array): void {
  const written = new DataView(stored.buffer, stored.byteOffset).getUint32(0, true);
  if (crc32c(values) !== expected || written !== expected)
    throw new KeyProblem('altered', 'does not match its checksum');
}

function checkLength(file: OpenKey, expected: number): void {
  if (file.length !== expected) throw new KeyProblem('altered', `is ${file.length} bytes long instead of ${expected}`);
}

async function readTail(file: OpenKey, geometry: ShardGeometry, entry: KeyEntry): Promise<Uint32Array> {
  const tail = new Uint8Array(geometry.tailBytes);
  await file.read(geometry.tailOffset, tail);
  if (checksumText(crc32c(tail)) !== entry.tail) throw new KeyProblem('altered', 'does not match its checksum');
  return chunkChecksums(geometry, tail);
}

interface ShardRead {
  readonly file: OpenKey;
  readonly geometry: ShardGeometry;
  readonly checksums: Uint32Array;
  readonly selection: MapSelection;
  readonly target: Float32Array;
}

/** Chunks that lie side by side are read at once, up to this: small enough to stay in the cache. */
const RUN_BYTES = 2 ** 20;
const READS_AT_ONCE = 4;

async function readChunks(read: ShardRead): Promise<void> {
  const { geometry } = read;
  const places = blockPlaces(read);
  const runs = adjacentRuns(geometry, places);
  const spare: Uint8Array[] = [];
  await forEachLimited(runs, READS_AT_ONCE, async ({ first, count }) => {
    const buffer = spare.pop() ?? new Uint8Array(Math.max(...runs.map((run) => run.count)) * geometry.chunkBytes);
    const bytes = buffer.subarray(0, count * geometry.chunkBytes);
    await read.file.read(first * geometry.chunkBytes, bytes);
    for (let i = 0; i < count; i++) {
      const stored = bytes.subarray(i * geometry.chunkBytes, (i + 1) * geometry.chunkBytes);
      checkSum(stored.subarray(0, -4), read.checksums[first + i]!, stored.subarray(-4));
      copyChunkToTarget(
        read,
        places,
        first + i,
        new Float32Array(stored.buffer, stored.byteOffset, geometry.chunkBytes / 4 - 1),
      );
    }
    spare.push(buffer);
  });
}

/** Consecutive entries of a selection that are consecutive in a block too. */
interface Stretch {
  /** Place in the selection. */
  readonly place: number;
  /** Index inside the block. */
  readonly within: number;
  readonly length: number;
}

interface BlockPlaces {
  readonly samples: ReadonlyMap<number, readonly Stretch[]>;
  readonly channels: ReadonlyMap<number, readonly Stretch[]>;
}

function blockPlaces({ geometry, selection }: ShardRead): BlockPlaces {
  return {
    samples: stretches(selection.samples, geometry.chunkSamples),
    channels: stretches(selection.channels, geometry.chunkChannels),
  };
}

function stretches(selected: readonly number[], blockLength: number): Map<number, Stretch[]> {
  const blocks = new Map<number, Stretch[]>();
  for (let place = 0; place < selected.length;) {
    const index = selected[place]!;
    const within = index % blockLength;
    let length = 1;
    while (within + length < blockLength && selected[place + length] === index + length) length++;
    const block = (index - within) / blockLength;
    const known = blocks.get(block);
    if (known) known.push({ place, within, length });
    else blocks.set(block, [{ place, within, length }]);
    place += length;
  }
  return blocks;
}

function adjacentRuns(geometry: ShardGeometry, { samples, channels }: BlockPlaces): { first: number; count: number }[] {
  const ascending = (blocks: ReadonlyMap<number, unknown>): number[] => [...blocks.keys()].sort((a, b) => a - b);
  const longest = Math.max(1, Math.floor(RUN_BYTES / geometry.chunkBytes));
  const sampleBlocks = ascending(samples);
  const runs: { first: number; count: number }[] = [];
  for (const channelBlock of ascending(channels)) {
    for (const sampleBlock of sampleBlocks) {
      const position = chunkPosition(geometry, sampleBlock, channelBlock);
      const last = runs.at(-1);
      if (last && last.first + last.count === position && last.count < longest) last.count++;
      else runs.push({ first: position, count: 1 });
    }
  }
  return runs;
}

function copyChunkToTarget(read: ShardRead, places: BlockPlaces, position: number, values: Float32Array): void {
  const { mapSize, chunkChannels, sampleBlocks } = read.geometry;
  const rowLength = read.selection.channels.length * mapSize;
  const channels = places.channels.get(Math.floor(position / sampleBlocks))!;
  for (const sample of places.samples.get(position % sampleBlocks)!) {
    for (let i = 0; i < sample.length; i++) {
      const from = (sample.within + i) * chunkChannels * mapSize;
      const to = (sample.place + i) * rowLength;
      for (const channel of channels) {
        copyValues(
          values,
          from + channel.within * mapSize,
          channel.length * mapSize,
          read.target,
          to + channel.place * mapSize,
        );
      }
    }
  }
}
