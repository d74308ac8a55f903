/**
 * Something asked of the host whenever its key changes: the question before is cancelled, the answer
 * before stays in sight until the new one is there.
 */
import { effect, signal, type ReadonlySignal } from '@preact/signals';
import type { CallOptions } from '../../src/protocol/rpc.js';
import { EMPTY, failureOf, latest, type Loadable } from './loadable.js';

export interface Resource<T> {
  readonly value: ReadonlySignal<Loadable<T>>;
  /** Asks again, after a failure. */
  retry(): void;
  dispose(): void;
}

/** `key` null means that there is nothing to ask. Keys are text, so that equal ones ask once. */
export function resource<T>(options: {
  readonly key: ReadonlySignal<string | null>;
  readonly doing: string;
  readonly delayMilliseconds?: number;
  load(key: string, call: CallOptions): Promise<T>;
}): Resource<T> {
  const value = signal<Loadable<T>>(EMPTY);
  const attempt = signal(0);
  const dispose = effect(() => {
    // Read so that a retry asks again.
    void attempt.value;
    const key = options.key.value;
    if (key === null) {
      value.value = EMPTY;
      return;
    }
    const controller = new AbortController();
    const timer = setTimeout(() => void ask(key, controller.signal), options.delayMilliseconds ?? 0);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  });

  async function ask(key: string, abort: AbortSignal): Promise<void> {
    const previous = latest(value.peek());
    value.value = { state: 'loading', progress: null, previous };
    try {
      const answer = await options.load(key, {
        signal: abort,
        onProgress: (progress) => {
          if (!abort.aborted) value.value = { state: 'loading', progress, previous };
        },
      });
      if (!abort.aborted) value.value = { state: 'done', value: answer };
    } catch (error) {
      if (!abort.aborted) value.value = { state: 'failed', failure: failureOf(error, options.doing) };
    }
  }

  return { value, retry: () => void attempt.value++, dispose };
}
