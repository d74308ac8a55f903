/** Which whole classes a query's samples are: what recorded statistics can answer exactly. */
import type { IndexRange, Query, SampleCondition } from '../../../protocol/query.js';
import type { RunManifest } from '../../../protocol/run.js';

/** `null`: all probes. */
export type WholeClasses = readonly number[] | null;

/**
 * The classes that the query's samples are exactly, null for all probes, undefined when the samples
 * are anything else: single samples, a split, conditions on predictions.
 */
export function wholeClassesOf(
  { samples }: Query,
  { classNames, probes }: Pick<RunManifest, 'classNames' | 'probes'>,
): WholeClasses | undefined {
  if (samples.kind === 'all') return null;
  if (samples.kind === 'ranges') return isWhole(samples.ranges, probes.count) ? null : undefined;
  if (!samples.conditions.every(({ field, right }) => field === 'label' && right.kind === 'classes')) return undefined;
  const classes = classNames.map((_, index) => index);
  return classes.filter((index) => samples.conditions.every((condition) => meets(condition, index)));
}

/** Every probe, though written as a range. */
function isWhole(ranges: readonly IndexRange[], probeCount: number): boolean {
  return ranges.length === 1 && ranges[0][0] === 0 && ranges[0][1] === probeCount - 1;
}

function meets({ operator, right }: SampleCondition, classIndex: number): boolean {
  const among = right.kind === 'classes' && right.ranges.some(([from, to]) => classIndex >= from && classIndex <= to);
  return among === (operator === '=');
}

/** The rows of a table of intra-sample entropies: null is the whole slice. */
export function rowsOf(classes: WholeClasses | undefined, classCount: number): readonly (number | null)[] {
  if (classes === undefined) return [null];
  const each = classes ?? Array.from({ length: classCount }, (_, index) => index);
  return classes?.length === 1 ? each : [null, ...each];
}
