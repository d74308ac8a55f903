/**
 * Answers of a real run, kept as JSON for one example of the gallery: what a view asked, and what it was
 * told. `keepAnswers.ts` makes the file from a running `cnnslicer view`.
 */
import { Failure } from '../../src/protocol/failure.js';
import type { ViewerContract } from '../../src/protocol/viewer.js';
import type { ViewState } from '../../src/protocol/viewState.js';
import type { Host } from '../../webview/host/host.js';
import { hashOf } from '../../webview/host/link.js';

export interface KeptAnswers {
  readonly state: ViewState;
  /** By method and input, as `keyOf` writes them. */
  readonly answers: Readonly<Record<string, unknown>>;
}

export function keyOf(method: string, input: unknown): string {
  return `${method} ${JSON.stringify(input)}`;
}

/** Rounded to five digits: the numbers are looked at, not computed with. */
export function toJson(kept: KeptAnswers): string {
  const rounded = (value: number): number => (Number.isInteger(value) ? value : Number(value.toPrecision(5)));
  return JSON.stringify(kept, (_key, value: unknown) => {
    if (value instanceof Float32Array) return { float32: Array.from(value, rounded) };
    return typeof value === 'number' ? rounded(value) : value;
  });
}

function revive(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revive);
  if (typeof value !== 'object' || value === null) return value;
  if ('float32' in value && Array.isArray(value.float32)) return Float32Array.from(value.float32 as number[]);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, revive(one)]));
}

/** Answers what was asked before; anything else is a failure that says so. */
export function keptHost(kept: KeptAnswers): Host {
  return {
    kind: 'browser',
    call: (method, input) => {
      const key = keyOf(method, input);
      if (!Object.hasOwn(kept.answers, key)) return Promise.reject(notKept(key));
      return Promise.resolve(revive(kept.answers[key]) as ViewerContract[typeof method]['output']);
    },
    close: () => undefined,
    loadState: () => kept.state,
    saveState: () => undefined,
    linkTo: hashOf,
    onEvent: () => () => undefined,
  };
}

function notKept(key: string): Failure {
  return new Failure({
    kind: 'not-found',
    doing: 'looking up an answer of the example',
    wrong: `${key} was not kept`,
    tryThis: 'Ask the query that the example opened with, or record a run of your own.',
  });
}
