/** What a look for one of the paper's findings comes to, and the statistics that it is judged by. */
import type { LineChart } from './lineChart.js';

export type Verdict = 'found' | 'not found' | 'mixed' | 'could not be looked at';

export interface Finding {
  /** File-safe. */
  readonly id: string;
  /** As the paper says it. */
  readonly claim: string;
  readonly verdict: Verdict;
  /** Sentences: what was seen, and what it does not show. */
  readonly seen: readonly string[];
  /** Measure, estimator, N and what the numbers are means of. */
  readonly how: string;
  readonly table: Table;
  readonly chart?: LineChart;
}

export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Whether a claim holds in one training, or in one part of it. */
export interface Trial {
  readonly network: string;
  readonly holds: boolean;
}

export function verdictOf(trials: readonly Trial[]): Verdict {
  if (trials.length === 0) return 'could not be looked at';
  if (trials.every(({ holds }) => holds)) return 'found';
  return trials.some(({ holds }) => holds) ? 'mixed' : 'not found';
}

/** "3 of 6 (MNIST 3 of 3, CIFAR-10 0 of 3)". */
export function countText(trials: readonly Trial[]): string {
  const count = (some: readonly Trial[]): string => `${some.filter(({ holds }) => holds).length} of ${some.length}`;
  const networks = [...new Set(trials.map(({ network }) => network))];
  const parts = networks.map((name) => `${name} ${count(trials.filter(({ network }) => network === name))}`);
  return `${count(trials)} (${parts.join(', ')})`;
}

/** NaN of none. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Mean and range over seeds: "1.234 (1.200 … 1.260)". */
export function meanAndRange(values: readonly number[], digits = 3): string {
  if (values.length === 0) return '–';
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const text = (value: number): string => value.toFixed(digits).replace('-', '−');
  return values.length === 1 ? text(low) : `${text(mean(values))} (${text(low)} … ${text(high)})`;
}

/** Spearman's rank correlation, ties by their mean rank; NaN where one side does not vary. */
export function spearman(x: readonly number[], y: readonly number[]): number {
  return pearson(ranks(x), ranks(y));
}

export function pearson(x: readonly number[], y: readonly number[]): number {
  const [meanX, meanY] = [mean(x), mean(y)];
  let [xy, xx, yy] = [0, 0, 0];
  x.forEach((value, i) => {
    xy += (value - meanX) * (y[i] - meanY);
    xx += (value - meanX) ** 2;
    yy += (y[i] - meanY) ** 2;
  });
  return xy / Math.sqrt(xx * yy);
}

function ranks(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const same = values.filter((other) => other === value).length;
    return below + (same + 1) / 2;
  });
}
