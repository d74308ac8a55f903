/** Whether two trainings began from the same random numbers, told by what their networks answered before training. */
import type { EpochValue } from '../../protocol/compare.js';

/** A layer of both networks: its mean entropy on the probes by epoch, t = 0 being the state before training. */
export interface LayerStart {
  readonly hasParameters: boolean;
  readonly from: readonly EpochValue[];
  readonly to: readonly EpochValue[];
}

/**
 * The first layer with parameters answers the probes alike at t = 0, to the last bit: a seed fixes both starts. Layers
 * behind it draw other numbers as soon as one between them was edited, so they do not count. False where t = 0 of
 * either is not known.
 */
export function haveSameStart(layers: readonly LayerStart[]): boolean {
  const first = layers.find(({ hasParameters }) => hasParameters);
  const before = (values: readonly EpochValue[]): number | null =>
    values.find(({ epoch }) => epoch === 0)?.bits ?? null;
  const [from, to] = first ? [before(first.from), before(first.to)] : [null, null];
  return from !== null && from > 0 && from === to;
}
