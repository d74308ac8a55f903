/** As `useAsked`, for questions that come again, as a slider passes the same epochs: an answer is kept and asked for once. */
import { useMemo, useRef } from 'preact/hooks';
import type { CallOptions } from '../../src/protocol/rpc.js';
import { EMPTY, type Loadable } from './loadable.js';
import { useAsked, type Asked } from './useAsked.js';

/** Answers that are kept; the oldest goes first. */
const MOST_KEPT = 200;

/** `of` says what answers hold for, such as the run's last epoch: when it changes they are forgotten. */
export function useAskedOnce<T>(
  key: string | null,
  of: unknown,
  doing: string,
  load: (key: string, call: CallOptions) => Promise<T>,
): Asked<T> {
  const kept = useMemo(() => new Map<string, Loadable<T> & { readonly state: 'done' }>(), [of]);
  const last = useRef<T | null>(null);
  const known = key === null ? undefined : kept.get(key);
  const asked = useAsked<T>(known ? null : key, doing, async (one, call) => {
    const value = await load(one, call);
    kept.set(one, { state: 'done', value });
    for (const oldest of kept.keys()) if (kept.size > MOST_KEPT) kept.delete(oldest);
    return value;
  });
  if (known) last.current = known.value;
  const value = key === null ? EMPTY : (known ?? whileAsked(asked.value, last.current));
  return { value, retry: asked.retry };
}

/** What was known last stays in sight until the answer is there. */
function whileAsked<T>(asked: Loadable<T>, last: T | null): Loadable<T> {
  switch (asked.state) {
    case 'loading':
      return { ...asked, previous: asked.previous ?? last };
    case 'empty':
    case 'done':
      return { state: 'loading', progress: null, previous: last };
    default:
      return asked;
  }
}
