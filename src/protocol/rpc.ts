/**
 * One remote procedure call for every boundary: webview ↔ host, browser ↔ view server, host ↔
 * analysis worker, tests. A contract is an interface of methods with one input object each. Every
 * request is answered – value, failure or cancelled – and closing a connection answers what waits.
 * The transport is injected as a `Port`; inputs are checked against a schema before a handler runs.
 */
import * as v from 'valibot';
import { Failure, cancelled, type AbortSignalLike, type FailureParts } from './failure.js';

/** A two-way message channel. `post` may move ArrayBuffers; messages are structured-clonable. */
export interface Port {
  post(message: unknown): void;
  /** Returns the function that stops listening. `onClose` fires at most once. */
  listen(onMessage: (message: unknown) => void, onClose: () => void): () => void;
}

export interface Progress {
  readonly fraction: number;
  readonly text?: string;
}

export interface CallContext {
  readonly signal: AbortSignalLike;
  progress(progress: Progress): void;
}

/** A contract: method name to its input and output. */
export type Contract = Record<string, { input: unknown; output: unknown }>;

export type Handlers<C extends Contract> = {
  readonly [M in keyof C]: {
    readonly input: v.GenericSchema<unknown, C[M]['input']>;
    handle(input: C[M]['input'], context: CallContext): Promise<C[M]['output']> | C[M]['output'];
  };
};

export interface CallOptions {
  readonly signal?: AbortSignalLike | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

export interface Client<C extends Contract> {
  call<M extends keyof C & string>(method: M, input: C[M]['input'], options?: CallOptions): Promise<C[M]['output']>;
  /** Answers every waiting call with `cancelled` and stops listening. */
  close(): void;
}

const id = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
export const FailureShape = v.object({
  kind: v.picklist(['bad-input', 'not-found', 'damaged', 'unsupported', 'environment', 'script', 'cancelled']),
  doing: v.string(),
  wrong: v.string(),
  tryThis: v.string(),
});
const ToServer = v.variant('type', [
  v.object({ type: v.literal('request'), id, method: v.pipe(v.string(), v.maxLength(64)), input: v.unknown() }),
  v.object({ type: v.literal('cancel'), id }),
]);
const ToClient = v.variant('type', [
  v.object({ type: v.literal('value'), id, value: v.unknown() }),
  v.object({ type: v.literal('failure'), id, failure: FailureShape }),
  v.object({ type: v.literal('bug'), id, message: v.string() }),
  v.object({ type: v.literal('progress'), id, fraction: v.number(), text: v.optional(v.string()) }),
]);

/** Values that a page's question may hold: far more than any of ours has, and counted in a moment. */
export const MOST_PAGE_VALUES = 100_000;

export interface ServeOptions {
  readonly onDropped?: (reason: string) => void;
  readonly onBug?: (error: unknown) => void;
  /** Inputs with more values are refused before a schema walks through them; none are where whoever asks is trusted. */
  readonly mostValues?: number;
}

/** Answers requests that arrive on the port; returns the function that closes it and cancels all work. */
export function serve<C extends Contract>(port: Port, handlers: Handlers<C>, options: ServeOptions = {}): () => void {
  const running = new Map<number, AbortController>();
  const dropped = options.onDropped ?? (() => undefined);
  let closed = false;

  /** Nobody is there to hear an answer that a closed port refuses; the call was cancelled with it. */
  function post(message: unknown): void {
    if (!closed) port.post(message);
  }

  async function answer(request: { id: number; method: string; input: unknown }): Promise<void> {
    if (running.has(request.id)) return dropped(`id ${request.id} is in use`);
    const controller = new AbortController();
    running.set(request.id, controller);
    try {
      const handler = Object.hasOwn(handlers, request.method) ? handlers[request.method as keyof C] : undefined;
      if (!handler) {
        dropped(`unknown method ${request.method}`);
        throw unknownMethod(request.method);
      }
      if (options.mostValues !== undefined && !holdsAtMost(request.input, options.mostValues))
        throw badMessage(request.method, `more than ${options.mostValues} values`);
      const input = v.safeParse(handler.input, request.input);
      if (!input.success) throw badMessage(request.method, input.issues[0].message);
      const context: CallContext = {
        signal: controller.signal,
        progress: (progress) => post({ type: 'progress', id: request.id, ...progress }),
      };
      const value = await handler.handle(input.output, context);
      post({ type: 'value', id: request.id, value });
    } catch (error) {
      if (error instanceof Failure) post({ type: 'failure', id: request.id, failure: error.parts });
      else {
        options.onBug?.(error);
        post({ type: 'bug', id: request.id, message: error instanceof Error ? error.message : String(error) });
      }
    } finally {
      running.delete(request.id);
    }
  }

  const cancelAll = (): void => {
    closed = true;
    for (const controller of running.values()) controller.abort();
  };
  const stop = port.listen((message) => {
    const parsed = v.safeParse(ToServer, message);
    if (!parsed.success) return dropped(parsed.issues[0].message);
    if (parsed.output.type === 'cancel') running.get(parsed.output.id)?.abort();
    else void answer(parsed.output);
  }, cancelAll);
  return () => {
    stop();
    cancelAll();
  };
}

/** Whether there are at most so many values in it; bytes count as one, and a cycle as endless. */
function holdsAtMost(value: unknown, most: number): boolean {
  const open: unknown[] = [value];
  for (let seen = 0; open.length > 0; seen++) {
    if (seen + open.length > most) return false;
    const next = open.pop();
    if (typeof next !== 'object' || next === null || ArrayBuffer.isView(next)) continue;
    if (Array.isArray(next) && next.length > most) return false;
    for (const inner of Object.values(next)) open.push(inner);
  }
  return true;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(reason: Error): void;
  onProgress: ((progress: Progress) => void) | undefined;
  release(): void;
}

export function connect<C extends Contract>(port: Port): Client<C> {
  const waiting = new Map<number, Waiting>();
  let nextId = 0;
  let closed = false;

  function settle(callId: number, finish: (call: Waiting) => void): void {
    const call = waiting.get(callId);
    if (!call) return;
    waiting.delete(callId);
    call.release();
    finish(call);
  }
  function closeAll(): void {
    closed = true;
    for (const callId of [...waiting.keys()]) {
      settle(callId, (call) => call.reject(cancelled('waiting for an answer')));
    }
  }
  const stop = port.listen((message) => {
    const parsed = v.safeParse(ToClient, message);
    if (!parsed.success) return;
    const answer = parsed.output;
    switch (answer.type) {
      case 'progress':
        return waiting.get(answer.id)?.onProgress?.(withoutUndefined(answer.fraction, answer.text));
      case 'value':
        return settle(answer.id, (call) => call.resolve(answer.value));
      case 'failure':
        return settle(answer.id, (call) => call.reject(new Failure(answer.failure as FailureParts)));
      case 'bug':
        return settle(answer.id, (call) => call.reject(new Error(answer.message)));
    }
  }, closeAll);

  return {
    call(method, input, options = {}) {
      if (closed) return Promise.reject(cancelled(`calling ${method}`));
      if (options.signal?.aborted) return Promise.reject(cancelled(`calling ${method}`));
      const callId = nextId++;
      return new Promise((resolve, reject) => {
        const abort = (): void => {
          settle(callId, (call) => call.reject(cancelled(`calling ${method}`)));
          port.post({ type: 'cancel', id: callId });
        };
        options.signal?.addEventListener('abort', abort);
        waiting.set(callId, {
          // The contract fixes what this method answers; the host is ours, only its inputs are checked.
          resolve: resolve as (value: unknown) => void,
          reject,
          onProgress: options.onProgress,
          release: () => options.signal?.removeEventListener('abort', abort),
        });
        try {
          port.post({ type: 'request', id: callId, method, input });
        } catch (error) {
          // What cannot be cloned is a bug of the caller; it must not wait for an answer.
          settle(callId, (call) => call.reject(error instanceof Error ? error : new Error(String(error))));
        }
      });
    },
    close() {
      stop();
      closeAll();
    },
  };
}

function withoutUndefined(fraction: number, text: string | undefined): Progress {
  return text === undefined ? { fraction } : { fraction, text };
}

function badMessage(method: string, issue: string): Failure {
  return new Failure({
    kind: 'bad-input',
    doing: `reading a request for ${method}`,
    wrong: issue,
    tryThis: 'Reload the view. If the error returns, the versions of the view and the extension differ.',
  });
}

function unknownMethod(method: string): Failure {
  return new Failure({
    kind: 'unsupported',
    doing: `answering a request for ${method}`,
    wrong: 'there is no such method',
    tryThis: 'Reload the view. If the error returns, the versions of the view and the extension differ.',
  });
}

/** AbortController exists in browsers, workers and Node; this folder declares the part that it uses. */
declare class AbortController {
  readonly signal: AbortSignalLike;
  abort(): void;
}
