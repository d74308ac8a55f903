/** A layer's whole maps in a slot, without the samples that hold a NaN or ±Inf. */
import { lengthOf } from '../mapShape.js';
import type { SelectedLayer } from '../resolveSelection.js';
import type { TaskOptions } from '../worker/handPool.js';
import { dropRows } from '../worker/interInSlot.js';
import type { Slot } from '../worker/memorySlots.js';
import type { OpenedRun } from '../worker/openedRun.js';
import { readSlice, type Session } from '../worker/session.js';

export interface LayerSlice {
  readonly run: OpenedRun;
  readonly layer: SelectedLayer;
  readonly epoch: number;
  readonly samples: readonly number[];
}

export interface MapsInSlot {
  readonly slot: Slot;
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
  return session.slots.refusal(sliceBytes(slice) + extraBytes + SLACK_BYTES);
}

/** `work` may allocate `extraBytes` beside the maps. */
export async function withLayer<R>(
  session: Session,
  slice: LayerSlice,
  extraBytes: number,
  options: TaskOptions,
  work: (maps: MapsInSlot) => Promise<R>,
): Promise<R> {
  const slot = await session.slots.acquire(sliceBytes(slice) + extraBytes + SLACK_BYTES, options.signal);
  try {
    return await work(await readLayer(session, slot, slice, options));
  } finally {
    session.slots.release(slot);
  }
}

/** Reads to a new region of the slot. */
export async function readLayer(
  session: Session,
  slot: Slot,
  slice: LayerSlice,
  options: TaskOptions,
): Promise<MapsInSlot> {
  const { run, layer, epoch, samples } = slice;
  const mapLength = lengthOf(run.manifest.layers[layer.layer].mapShape);
  const channelCount = layer.channels.length;
  const d = channelCount * mapLength;
  const address = slot.regions.allocate(sliceBytes(slice));
  const reference = { run: run.reference, layer: layer.layer, epoch, samples, channels: layer.channels };
  const nonFinite = new Set(await readSlice(session, reference, d, slot, address, options));
  dropRows(slot.regions.float32(address, samples.length * d), d, [...nonFinite]);
  const kept = [...samples.keys()].filter((position) => !nonFinite.has(position));
  return { slot, address, n: kept.length, kept, channelCount, mapLength };
}
