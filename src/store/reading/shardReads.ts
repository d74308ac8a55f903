/**
 * Reads of selected maps out of a shard: its tail, then the inner chunks that hold them, each checked
 * before its values are copied to where the caller wants them. Nothing else of the file is read.
 */
import { checksumText, crc32c } from '../format/checksum.js';
import { adjacentRuns, blockPlaces, type BlockPlaces, type MapSelection } from '../format/chunkSelection.js';
import { checkLength, checkSum } from './fileChecks.js';
import { fromFloat16 } from '../format/float16.js';
import { forEachLimited } from '../../system/forEachLimited.js';
import type { KeyEntry } from '../format/records.js';
import { KeyProblem, type OpenKey, type RunFiles } from '../safety/runPaths.js';
import {
  chunkChecksums,
  copyValues,
  shardGeometry,
  valuesOf,
  type MapGeometry,
  type ShardGeometry,
} from '../format/shard.js';

/** The selected maps (samples × channels × map) into `target`, whose length fits. Throws `KeyProblem`. */
export async function readShardMaps(
  files: RunFiles,
  key: string,
  entry: KeyEntry,
  maps: MapGeometry,
  selection: MapSelection,
  target: Float32Array,
): Promise<void> {
  const geometry = shardGeometry(maps);
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
  const places = blockPlaces(geometry, read.selection);
  const runs = adjacentRuns(geometry, places, RUN_BYTES);
  const longestRun = runs.reduce((longest, { count }) => Math.max(longest, count), 0);
  const spare: Uint8Array[] = [];
  await forEachLimited(runs, READS_AT_ONCE, async ({ first, count }) => {
    const buffer = spare.pop() ?? new Uint8Array(longestRun * geometry.chunkBytes);
    const bytes = buffer.subarray(0, count * geometry.chunkBytes);
    await read.file.read(first * geometry.chunkBytes, bytes);
    for (let i = 0; i < count; i++) {
      const stored = bytes.subarray(i * geometry.chunkBytes, (i + 1) * geometry.chunkBytes);
      const values = stored.subarray(0, -4);
      checkSum(values, read.checksums[first + i]!, stored.subarray(-4));
      copyChunkToTarget(read, places, first + i, valuesOf(geometry.dataType, values));
    }
    spare.push(buffer);
  });
}

function copyChunkToTarget(
  read: ShardRead,
  places: BlockPlaces,
  position: number,
  values: Float32Array | Uint16Array,
): void {
  const { mapSize, chunkChannels, sampleBlocks } = read.geometry;
  const rowLength = read.selection.channels.length * mapSize;
  const channels = places.channels.get(Math.floor(position / sampleBlocks))!;
  for (const sample of places.samples.get(position % sampleBlocks)!) {
    for (let i = 0; i < sample.length; i++) {
      const from = (sample.within + i) * chunkChannels * mapSize;
      const to = (sample.place + i) * rowLength;
      for (const channel of channels) {
        const at = from + channel.within * mapSize;
        const toAt = to + channel.place * mapSize;
        if (values instanceof Uint16Array) fromFloat16(values, at, channel.length * mapSize, read.target, toAt);
        else copyValues(values, at, channel.length * mapSize, read.target, toAt);
      }
    }
  }
}
