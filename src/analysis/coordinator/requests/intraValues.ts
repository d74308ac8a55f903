/** The cells of a table of intra-sample entropies, and the values that come out of them. */
import type { IntraValue } from '../../../protocol/measure.js';
import type { EntropyRange, Layer } from '../../../protocol/run.js';
import type { SelectedEpoch, SelectedLayer } from '../../run/resolveSelection.js';
import type { OpenedRun } from '../../run/openedRun.js';
import { rowsOf, type WholeClasses } from './classGroups.js';
import { meanOver, type Moments } from './recordedEntropy.js';

/** One layer at one epoch of the table; every group is a row of the result. */
export interface IntraCell {
  readonly layer: SelectedLayer;
  readonly epoch: SelectedEpoch;
}

export interface IntraPlan {
  readonly run: OpenedRun;
  readonly labels: Int32Array;
  readonly classes: WholeClasses | undefined;
  readonly range: EntropyRange;
  readonly bins: number;
}

export function valueOf(
  plan: IntraPlan,
  cell: IntraCell,
  classIndex: number | null,
  moments: readonly Moments[],
): IntraValue {
  const bits = moments.map(({ mean }) => mean);
  return {
    layer: cell.layer.layer,
    epoch: cell.epoch.epoch,
    classIndex,
    channels: isUnits(plan.run.manifest.layers[cell.layer.layer]) ? [-1] : cell.layer.channels,
    bits,
    variance: moments.map(({ variance }) => variance),
    n: moments.map(({ n }) => n),
    meanBits: meanOver(bits),
  };
}

export function noValues(plan: IntraPlan, cell: IntraCell, reason: string): IntraValue[] {
  const nothing: Moments = { mean: null, variance: null, n: 0 };
  return rowsOf(plan.classes, plan.run.manifest.classNames.length).map((row) => ({
    ...valueOf(
      plan,
      cell,
      row,
      mapsOf(plan, cell).map(() => nothing),
    ),
    reason,
  }));
}

/** Which recorded maps the channels are: the whole vector of a layer of units is one. */
export function mapsOf({ run }: IntraPlan, { layer }: IntraCell): readonly number[] {
  return isUnits(run.manifest.layers[layer.layer]) ? [0] : layer.channels;
}

export function isUnits({ mapShape }: Layer): boolean {
  return mapShape.length === 0;
}
