/** What is known of something that has to be asked for. */
import { Failure, type FailureParts } from '../../src/protocol/failure.js';
import type { Progress } from '../../src/protocol/rpc.js';

export type Loadable<T> =
  | { readonly state: 'empty' }
  | { readonly state: 'loading'; readonly progress: Progress | null; readonly previous: T | null }
  | { readonly state: 'done'; readonly value: T }
  | { readonly state: 'failed'; readonly failure: FailureParts }
  | { readonly state: 'cancelled' };

export const EMPTY = { state: 'empty' } as const;

/** The value, or the one before while a new one is loading: pictures do not flicker. */
export function latest<T>(loadable: Loadable<T>): T | null {
  if (loadable.state === 'done') return loadable.value;
  return loadable.state === 'loading' ? loadable.previous : null;
}

/** An error as people are shown it; a bug says that it is one. */
export function failureOf(error: unknown, doing: string): FailureParts {
  if (error instanceof Failure) return error.parts;
  return {
    kind: 'unsupported',
    doing,
    wrong: error instanceof Error ? error.message : String(error),
    tryThis: 'This is an error in CNNSlicer. Reload the view. If it happens again, please report this message.',
  };
}
