/** What a confusion matrix says in a sentence. */
import { accuracyWords, percentText } from '../../../src/protocol/accuracy.js';
import type { LabelResult, LabelValue } from '../../../src/protocol/measure.js';
import { countWords } from '../../text/words.js';

/** How many are right, and the commonest mistake; `seen` of the counted probes were trained on. */
export function confusionFinding(counts: LabelValue['counts'], classNames: readonly string[], seen: number): string {
  const total = counts.flat().reduce((sum, count) => sum + count, 0);
  if (total === 0) return 'No probes were counted.';
  const right = counts.reduce((sum, row, i) => sum + (row[i] ?? 0), 0);
  const wrong = counts.flatMap((row, label) =>
    row.map((count, prediction) => ({ label, prediction, count: label === prediction ? 0 : count })),
  );
  const worst = wrong.reduce((a, b) => (b.count > a.count ? b : a));
  const mistake =
    worst.count === 0
      ? ''
      : ` Most frequent error: ${classNames[worst.label]} predicted as ${classNames[worst.prediction]}, ${worst.count} times.`;
  return `${rightWords(right, total, seen)}.${mistake}`;
}

/** "Held-out accuracy 93.4 %, 500 probes", or "95.8 % right, 500 of 1,000 probes seen in training". */
function rightWords(right: number, total: number, seen: number): string {
  if (seen === 0 || seen === total)
    return capitalised(accuracyWords({ correct: right, n: total, heldOut: seen === 0 }));
  return `${percentText(right / total)} % right, ${countWords(seen)} of ${countWords(total)} probes seen in training`;
}

/** How many of the probes that a value counts were trained on. */
export function seenInTraining({ values }: LabelResult, { epoch, split, counts }: LabelValue): number {
  const total = (of: LabelValue['counts']): number => of.flat().reduce((sum, count) => sum + count, 0);
  if (split !== 'all') return split === 'train' ? total(counts) : 0;
  const trained = values.find((value) => value.epoch === epoch && value.split === 'train');
  return trained ? total(trained.counts) : 0;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
