/** A layer's whole maps in a memory block, without the samples that hold a NaN or ±Inf. */
import { lengthOf } from '../../run/mapShape.js';
import type { SelectedLayer } from '../../run/resolveSelection.js';
import type { TaskOptions } from '../dispatch/threadPool.js';
import { dropRows } from '../dispatch/interInBlock.js';
import type { MemoryBlock } from '../../memory/memoryBlocks.js';
import type { OpenedRun } from '../../run/openedRun.js';
import { readSlice, type Session } from '../dispatch/session.js';

export interface LayerSlice {
  readonly run: OpenedRun;
  readonly layer: SelectedLayer;
  readonly epoch: number;
  readonly samples: readonly number[];
}

export interface MapsInBlock {
  readonly block: MemoryBlock;
  readonly address: number;
  /** Samples left, and where in `samples` they are. */
  readonly n: number;
  readonly kept: readonly number[];
  readonly channelCount: number;
  readonly mapLength: number;
}

/** Alignment of what is allocated beside the maps. */
const SLACK_BYTES = 2 ** 16;

export function sliceBytes({ run, layer, samples }: LayerSlice): number {
  return 4 * samples.length * layer.channels.length * lengthOf(run.manifest.layers[layer.layer].mapShape);
}

/** Why the slice does not fit into memory together with so many more bytes; null when it does. */
export function sliceRefusal(session: Session, slice: LayerSlice, extraBytes: number): string | null {
  return session.blocks.refusal(sliceBytes(slice) + extraBytes + SLACK_BYTES);
}

/** `work` may allocate `extraBytes` beside the maps. */
export async function withLayer<R>(
  session: Session,
  slice: LayerSlice,
  extraBytes: number,
  options: TaskOptions,
  work: (maps: MapsInBlock) => Promise<R>,
): Promise<R> {
  const block = await session.blocks.acquire(sliceBytes(slice) + extraBytes + SLACK_BYTES, options.signal);
  try {
    return await work(await readLayer(session, block, slice, options));
  } finally {
    session.blocks.release(block);
  }
}

/** Reads to a new region of the memory block. */
async function readLayer(
  session: Session,
  block: MemoryBlock,
  slice: LayerSlice,
  options: TaskOptions,
): Promise<MapsInBlock> {
  const { run, layer, epoch, samples } = slice;
  const mapLength = lengthOf(run.manifest.layers[layer.layer].mapShape);
  const channelCount = layer.channels.length;
  const d = channelCount * mapLength;
  const address = block.regions.allocate(sliceBytes(slice));
  const reference = { run: run.reference, layer: layer.layer, epoch, samples, channels: layer.channels };
  const nonFinite = new Set(await readSlice(session, reference, d, block, address, options));
  dropRows(block.regions.float32(address, samples.length * d), d, [...nonFinite]);
  const kept = [...samples.keys()].filter((position) => !nonFinite.has(position));
  return { block, address, n: kept.length, kept, channelCount, mapLength };
}
