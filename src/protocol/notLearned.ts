/** Whether a training came to anything: until it did, what its layers look like is no ground for advice. */
import { judgedProbes, percentText, wilsonInterval } from './accuracy.js';
import type { Judged } from './run.js';

/** Of the predictions, given to one class. */
const ONE_CLASS_SHARE = 0.95;
/** By which a loss has to fall, of its first value. */
const LEAST_FALL = 0.01;

/** Why a network counts as one that has not learned. */
export type NotLearned =
  /** Always answering the largest class would do as well: the interval of the accuracy is not above its share. */
  | { readonly sign: 'chance'; readonly judged: Judged; readonly largestShare: number }
  | { readonly sign: 'one-class'; readonly predicted: number; readonly share: number; readonly n: number }
  | { readonly sign: 'loss'; readonly from: number; readonly to: number };

export interface Outcome {
  /** Empty without classes. */
  readonly labels: ArrayLike<number>;
  readonly predictions: ArrayLike<number>;
  /** Indices into SPLITS. */
  readonly splits: ArrayLike<number>;
  /** The training loss at the first and at the last epoch that have one; null where it is not known of two epochs. */
  readonly losses: { readonly from: number; readonly to: number } | null;
}

/** Null where the network has learned, or nothing says that it has not. Counted on probes that were not trained on. */
export function notLearned({ labels, predictions, splits, losses }: Outcome): NotLearned | null {
  const { probes, heldOut } = judgedProbes(labels, splits);
  const n = probes.length;
  const labelled = largestOf(probes.map((probe) => labels[probe]));
  const answered = largestOf(probes.map((probe) => predictions[probe]));
  if (labelled.count < n) {
    if (answered.count >= ONE_CLASS_SHARE * n)
      return { sign: 'one-class', predicted: answered.value, share: answered.count / n, n };
    const correct = probes.filter((probe) => labels[probe] === predictions[probe]).length;
    const largestShare = labelled.count / n;
    if (wilsonInterval({ correct, n })[0] <= largestShare)
      return { sign: 'chance', judged: { correct, n, heldOut }, largestShare };
  }
  if (losses && losses.from > 0 && losses.to > (1 - LEAST_FALL) * losses.from) return { sign: 'loss', ...losses };
  return null;
}

/** "The network has not learned: …": English, for the views and the command line. */
export function notLearnedWords(found: NotLearned, classNames: readonly string[]): string {
  return `The network has not learned: ${signWords(found, classNames)}`;
}

function signWords(found: NotLearned, classNames: readonly string[]): string {
  switch (found.sign) {
    case 'chance': {
      const { judged, largestShare } = found;
      const [low, high] = wilsonInterval(judged).map(percentText);
      return `its ${judged.heldOut ? 'held-out' : 'training'} accuracy of ${percentText(judged.correct / judged.n)} % (95 %: ${low} to ${high} %, ${judged.n} probes) is no higher than the share of the largest class, ${percentText(largestShare)} %.`;
    }
    case 'one-class':
      return `${percentText(found.share)} % of its predictions are class ${classNames[found.predicted] ?? found.predicted} (${found.n} probes).`;
    case 'loss':
      return `its loss decreased by less than 1 %, from ${lossText(found.from)} to ${lossText(found.to)}.`;
  }
}

export function lossText(loss: number): string {
  return loss.toPrecision(4);
}

function largestOf(values: readonly number[]): { readonly value: number; readonly count: number } {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [value, count] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a), [-1, 0]);
  return { value, count };
}
