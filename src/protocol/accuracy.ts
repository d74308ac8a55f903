/** How often a network is right on inputs that it was not trained on: held-out accuracy with Wilson's 95 % interval. */
import { SPLITS, type Judged } from './run.js';

/** Two-sided 95 % of the normal distribution. */
export const Z95 = 1.959963984540054;
const counts = new Intl.NumberFormat('en');
const HELD_OUT = SPLITS.indexOf('validation');

/** The metric of a run that is the accuracy on all probes, seen in training or not. */
export const PROBE_ACCURACY = 'probe_accuracy';

/** What answers have in its place: the accuracy on the probes that were not seen in training, or on those that were. */
export const HELD_OUT_METRIC = 'held_out_accuracy';
export const TRAINED_METRIC = 'training_probe_accuracy';

/**
 * The labelled probes that were not trained on, by place; where there is none, all labelled ones. `splits` are
 * indices into SPLITS; a probe without one counts as trained on.
 */
export function judgedProbes(
  labels: ArrayLike<number>,
  splits: ArrayLike<number>,
): { readonly probes: readonly number[]; readonly heldOut: boolean } {
  const labelled = Array.from({ length: labels.length }, (_, probe) => probe).filter((probe) => labels[probe] >= 0);
  const heldOut = labelled.filter((probe) => splits[probe] === HELD_OUT);
  return heldOut.length > 0 ? { probes: heldOut, heldOut: true } : { probes: labelled, heldOut: false };
}

/** Null where no probe has a label. */
export function judge(
  labels: ArrayLike<number>,
  predictions: ArrayLike<number>,
  splits: ArrayLike<number>,
): Judged | null {
  const { probes, heldOut } = judgedProbes(labels, splits);
  if (probes.length === 0) return null;
  return { correct: probes.filter((probe) => labels[probe] === predictions[probe]).length, n: probes.length, heldOut };
}

/** 0 … 1. */
export function shareRight({ correct, n }: Judged): number {
  return correct / n;
}

/** Wilson's 95 % interval of a share, 0 … 1 (Wilson 1927, without correction for continuity). */
export function wilsonInterval({ correct, n }: Pick<Judged, 'correct' | 'n'>): readonly [low: number, high: number] {
  const z = Z95 * Z95;
  const centre = (correct + z / 2) / (n + z);
  const half = (Z95 * Math.sqrt((correct * (n - correct)) / n + z / 4)) / (n + z);
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}

export function accuracyName(heldOut: boolean): string {
  return heldOut ? 'held-out accuracy' : 'training accuracy';
}

/** "held-out accuracy 93.4 %, 500 probes" */
export function accuracyWords(judged: Judged): string {
  return `${accuracyName(judged.heldOut)} ${percentText(shareRight(judged))} %, ${counts.format(judged.n)} probes`;
}

/** "held-out accuracy 93.4 % (95 %: 90.9 to 95.3 %), 500 probes" */
export function accuracyWithInterval(judged: Judged): string {
  const [low, high] = wilsonInterval(judged).map(percentText);
  return `${accuracyName(judged.heldOut)} ${percentText(shareRight(judged))} % (95 %: ${low} to ${high} %), ${counts.format(judged.n)} probes`;
}

/** Of a share: "93.4". */
export function percentText(share: number): string {
  return (100 * share).toFixed(1);
}
