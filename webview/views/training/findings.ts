/** What a confusion matrix says in a sentence. */
import type { LabelValue } from '../../../src/protocol/measure.js';

/** How many are right, and the commonest mistake. */
export function confusionFinding(counts: LabelValue['counts'], classNames: readonly string[]): string {
  const total = counts.flat().reduce((sum, count) => sum + count, 0);
  if (total === 0) return 'No probe was counted.';
  const right = counts.reduce((sum, row, i) => sum + (row[i] ?? 0), 0);
  const wrong = counts.flatMap((row, label) =>
    row.map((count, prediction) => ({ label, prediction, count: label === prediction ? 0 : count })),
  );
  const worst = wrong.reduce((a, b) => (b.count > a.count ? b : a));
  const mistake =
    worst.count === 0
      ? ''
      : ` Most often mistaken: ${classNames[worst.label]} for ${classNames[worst.prediction]}, ${worst.count}.`;
  return `${((100 * right) / total).toFixed(1)} % right.${mistake}`;
}
