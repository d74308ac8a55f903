/** Which inner chunks of a shard a selection of maps touches, and where in them its maps lie. */
import { chunkPosition, type ShardGeometry } from './shard.js';

export interface MapSelection {
  readonly samples: readonly number[];
  readonly channels: readonly number[];
}

/** Consecutive entries of a selection that are consecutive in a block too. */
export interface Stretch {
  /** Place in the selection. */
  readonly place: number;
  /** Index inside the block. */
  readonly within: number;
  readonly length: number;
}

export interface BlockPlaces {
  readonly samples: ReadonlyMap<number, readonly Stretch[]>;
  readonly channels: ReadonlyMap<number, readonly Stretch[]>;
}

export function blockPlaces(geometry: ShardGeometry, selection: MapSelection): BlockPlaces {
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

/** Chunks that lie side by side in the file, joined up to a number of bytes. */
export function adjacentRuns(
  geometry: ShardGeometry,
  { samples, channels }: BlockPlaces,
  bytes: number,
): { first: number; count: number }[] {
  const ascending = (blocks: ReadonlyMap<number, unknown>): number[] => [...blocks.keys()].sort((a, b) => a - b);
  const longest = Math.max(1, Math.floor(bytes / geometry.chunkBytes));
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
