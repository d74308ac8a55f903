/** What the parts of a selection share: ranges of indices, and the Failure for what a run does not have. */
import { Failure } from '../../protocol/failure.js';
import type { IndexRange } from '../../protocol/query.js';

export function inRange(index: number, [from, to]: IndexRange): boolean {
  return index >= from && index <= to;
}

export function inRanges(index: number, ranges: readonly IndexRange[]): boolean {
  return ranges.some((range) => inRange(index, range));
}

/** Every index of the ranges; the caller has checked that the run is that long. */
export function indices(ranges: readonly IndexRange[]): number[] {
  return ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, offset) => from + offset));
}

export function missing(what: string, has: string): Failure {
  return new Failure({
    kind: 'not-found',
    doing: 'resolving the query',
    wrong: `${what}: ${has}`,
    tryThis: 'Use one that the run has, or "-" for all.',
  });
}
