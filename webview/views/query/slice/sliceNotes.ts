/** What stands beside a strip: how much of it the query takes, and whether what it shows could be read. */
import type { FailureParts } from '../../../../src/protocol/failure.js';
import type { Query } from '../../../../src/protocol/query.js';
import { countWords, plural } from '../../../text/words.js';
import type { Loadable } from '../../../state/loadable.js';

/** Of the classes, how many inputs each has is not known before their means are read: null. */
export function sampleNote(query: Query, chosen: number | null, all: number): string {
  if (chosen === null) return `of ${plural(all, 'input')}`;
  // Counts only what the labels choose: further conditions are the host's to count.
  const further = query.samples.kind === 'where' && query.samples.conditions.length > 1;
  return `${further ? 'at most ' : ''}${countWords(chosen)} of ${plural(all, 'input')}`;
}

/** A failure, other than that there is nothing to read: no maps are kept, or an input is no picture. */
export function wasNotRead(means: Loadable<unknown>, nothing: FailureParts['kind']): boolean {
  return means.state === 'failed' && means.failure.kind !== nothing;
}
