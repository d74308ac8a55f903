/**
 * Equal requests in flight are computed once: the first starts the work, the others wait for the same
 * answer. The work is cancelled only when everyone who waited has left.
 */
import { cancelled } from '../../protocol/failure.js';
import type { CallContext, Progress } from '../../protocol/rpc.js';

interface SharedCall {
  readonly controller: AbortController;
  readonly answer: Promise<unknown>;
  readonly listeners: Set<(progress: Progress) => void>;
  latest: Progress | undefined;
}

export class SharedCalls {
  private readonly calls = new Map<string, SharedCall>();

  /** `key` says everything that the answer depends on; `T` is the same for equal keys. */
  run<T>(key: string, context: CallContext, start: (context: CallContext) => Promise<T>): Promise<T> {
    if (context.signal.aborted) return Promise.reject(cancelled('waiting for an answer'));
    const call = this.calls.get(key) ?? this.begin(key, start);
    return this.join(key, call, context) as Promise<T>;
  }

  private begin(key: string, start: (context: CallContext) => Promise<unknown>): SharedCall {
    const controller = new AbortController();
    const listeners = new Set<(progress: Progress) => void>();
    const progress = (step: Progress): void => {
      call.latest = step;
      for (const listener of listeners) listener(step);
    };
    // Started a turn later, so that `call` is there when the work first tells of its progress.
    const answer = Promise.resolve().then(() => start({ signal: controller.signal, progress }));
    const call: SharedCall = { controller, answer, listeners, latest: undefined };
    this.calls.set(key, call);
    const forget = (): void => this.forget(key, call);
    answer.then(forget, forget);
    return call;
  }

  private join(key: string, call: SharedCall, context: CallContext): Promise<unknown> {
    const listener = (progress: Progress): void => context.progress(progress);
    call.listeners.add(listener);
    if (call.latest) listener(call.latest);
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        call.listeners.delete(listener);
        context.signal.removeEventListener('abort', abort);
      };
      const abort = (): void => {
        leave();
        if (call.listeners.size === 0) this.abandon(key, call);
        reject(cancelled('waiting for an answer'));
      };
      context.signal.addEventListener('abort', abort);
      call.answer.then(resolve, reject).finally(leave);
    });
  }

  /** A later equal request starts anew instead of hearing that this one was cancelled. */
  private abandon(key: string, call: SharedCall): void {
    this.forget(key, call);
    call.controller.abort();
  }

  private forget(key: string, call: SharedCall): void {
    if (this.calls.get(key) === call) this.calls.delete(key);
  }
}
