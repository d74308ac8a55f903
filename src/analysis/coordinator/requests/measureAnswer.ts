/** How a measure is answered in the coordinator, and what that would cost. */
import type { MeasureName, OptionsOf, ResultOf } from '../../../protocol/measure.js';
import type { Query } from '../../../protocol/query.js';
import type { CallContext } from '../../../protocol/rpc.js';
import { lengthOf } from '../../run/mapShape.js';
import { withMaps, type SelectedEpoch, type SelectedLayer, type Selection } from '../../run/resolveSelection.js';
import type { ArraysInput } from '../dispatch/arraysInBlock.js';
import type { OpenedRun } from '../../run/openedRun.js';
import type { Session } from '../dispatch/session.js';

export interface MeasureAnswer<M extends MeasureName> {
  /** `query` is the text. Throws a Failure for options and slices that it cannot answer. */
  answer(
    session: Session,
    run: OpenedRun,
    query: string,
    options: OptionsOf<M>,
    context: CallContext,
  ): Promise<ResultOf<M>>;
  /** Of each value of the slice. Reads no map. */
  costs(run: OpenedRun, slice: AskedSlice, options: OptionsOf<M>): readonly Cost[] | Promise<readonly Cost[]>;
  /** Of arrays that no run holds; `layer` and `epoch` of its values are −1. Absent where a run is needed. */
  ofArrays?(session: Session, arrays: ArraysInput, options: OptionsOf<M>, context: CallContext): Promise<ResultOf<M>>;
}

export interface AskedSlice {
  readonly query: Query;
  readonly selection: Selection;
}

export interface Cost {
  readonly bytes: number;
  readonly seconds: number;
  readonly cached: boolean;
}

/** Rates of one thread on the machine of docs/bench, for want of better: only for what is said beforehand. */
export const READ_BYTES_PER_SECOND = 5e8;
export const PRODUCT_FLOPS_PER_SECOND = 4e10;
export const BINNED_BYTES_PER_SECOND = 2e9;
export const DIFFERENCES_PER_SECOND = 2.5e9;
export const PAIRS_PER_SECOND = 1.2e9;
export const SECONDS_PER_VALUE = 0.002;

/** Of a value that reads `bytes` and computes next to nothing. */
export function small(bytes: number): Cost {
  return { bytes, seconds: SECONDS_PER_VALUE + bytes / READ_BYTES_PER_SECOND, cached: false };
}

/** A value: one layer at one epoch. */
export interface LayerCell {
  readonly layer: SelectedLayer;
  readonly epoch: SelectedEpoch;
}

export function layerCells({ layers, epochs }: Selection): LayerCell[] {
  return layers.flatMap((layer) => epochs.map((epoch) => ({ layer, epoch })));
}

/** "conv2d_1 at epoch 3", for progress. */
export function cellName({ manifest }: OpenedRun): (cell: LayerCell) => string {
  return ({ layer, epoch }) => `${manifest.layers[layer.layer].name} at epoch ${epoch.epoch}`;
}

/**
 * Roughly, of each layer and epoch: reading its maps, and each of its values against `partners`, by n and channels,
 * `repeats` times. What is cached is not known.
 */
export function wholeLayerCosts(
  { manifest }: OpenedRun,
  selection: Selection,
  partners: (n: number, channelCount: number) => number,
  repeats = 1,
): Cost[] {
  return layerCells(selection).map(({ layer, epoch }) => {
    if (epoch.damage !== null) return small(0);
    const n = withMaps(epoch.samples, manifest).length;
    const values = n * layer.channels.length * lengthOf(manifest.layers[layer.layer].mapShape);
    const work = (values * partners(n, layer.channels.length) * repeats) / (2 * DIFFERENCES_PER_SECOND);
    const read = small(4 * values);
    return { ...read, seconds: read.seconds + work };
  });
}
