/** Classes whose label entropy stays high: what the network predicts for them is still spread over others. */
import type { LabelValue } from '../../protocol/measure.js';

export interface UncertainClass {
  readonly name: string;
  /** H(y | x.label = class) at the last epoch. */
  readonly bits: number;
  /** Samples with this label. */
  readonly n: number;
}

const HIGH_BITS = 1;
const LAST_EPOCHS = 3;
/** Below this many samples of a class its entropy is not believed. */
const FEWEST_SAMPLES = 10;

/**
 * Classes with H(y | label) of at least 1 bit at each of the last three epochs, the worst first. `values` are
 * of one split, in order of epochs; fewer than three readable epochs say nothing.
 */
export function uncertainClasses(values: readonly LabelValue[], classNames: readonly string[]): UncertainClass[] {
  const last = values.filter(({ reason }) => !reason).slice(-LAST_EPOCHS);
  const newest = last[last.length - 1];
  if (!newest || last.length < LAST_EPOCHS) return [];
  const found = classNames.flatMap((name, index): UncertainClass[] => {
    const n = (newest.counts[index] ?? []).reduce((sum, count) => sum + count, 0);
    const isHigh = last.every(({ predictionGivenLabel }) => (predictionGivenLabel[index] ?? 0) >= HIGH_BITS);
    return isHigh && n >= FEWEST_SAMPLES ? [{ name, bits: newest.predictionGivenLabel[index] ?? 0, n }] : [];
  });
  return found.sort((a, b) => b.bits - a.bits);
}
