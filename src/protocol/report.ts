/**
 * A report: one page that holds the views and the answers that they are likely to ask for. The answers lie in the
 * page as one frame (wire.ts), compressed with gzip and written as base64 in an element that nothing runs.
 */
import * as v from 'valibot';
import type { ViewerContract } from './viewer.js';

export const REPORT_HOST = 'report';
export const ANSWERS_ELEMENT = 'answers';

/** One answered call, as the host of a panel would have answered it. */
export interface KeptAnswer {
  readonly method: keyof ViewerContract & string;
  readonly input: unknown;
  readonly value: unknown;
}

export const KeptAnswers = v.array(v.object({ method: v.string(), input: v.unknown(), value: v.unknown() }));
