/** Calls over HTTP: one request an answer, its frames as they arrive; cancelling aborts the request. */
import { cancelled, Failure, type AbortSignalLike } from '../../src/protocol/failure.js';
import type { CallOptions, Client, Contract } from '../../src/protocol/rpc.js';
import { decodeFrames } from '../../src/protocol/wire.js';

export interface FetchClientOptions {
  readonly token: string | null;
  /** Where the server is; empty for the page's own origin. */
  readonly origin?: string;
  readonly fetch?: typeof fetch;
}

export function fetchClient<C extends Contract>(options: FetchClientOptions): Client<C> {
  const running = new Set<AbortController>();
  const send = options.fetch ?? fetch.bind(globalThis);
  return {
    async call(method, input, callOptions = {}) {
      const controller = new AbortController();
      const release = follow(callOptions.signal, controller);
      running.add(controller);
      try {
        const address = `${options.origin ?? ''}/api/${method}?input=${encodeURIComponent(JSON.stringify(input))}`;
        const headers = { Authorization: `Bearer ${options.token ?? ''}` };
        const response = await send(address, { headers, signal: controller.signal, cache: 'no-store' });
        // The contract fixes what this method answers; the server is ours.
        return (await readAnswer(response, callOptions)) as C[typeof method]['output'];
      } catch (error) {
        throw controller.signal.aborted ? cancelled(`calling ${method}`) : asFailure(error);
      } finally {
        running.delete(controller);
        release();
      }
    },
    close() {
      for (const controller of running) controller.abort();
    },
  };
}

function follow(signal: AbortSignalLike | undefined, controller: AbortController): () => void {
  const abort = (): void => controller.abort();
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort);
  return () => signal?.removeEventListener('abort', abort);
}

async function readAnswer(response: Response, options: CallOptions): Promise<unknown> {
  if (!response.ok || !response.body) throw refused(response.status);
  for await (const frame of decodeFrames(chunksOf(response.body))) {
    if (frame.type === 'value') return frame.value;
    if (frame.type === 'failure') throw new Failure(frame.failure);
    if (frame.type === 'bug') throw new Error(frame.message);
    options.onProgress?.(
      frame.text === undefined ? { fraction: frame.fraction } : { fraction: frame.fraction, text: frame.text },
    );
  }
  throw new Failure({
    kind: 'environment',
    doing: 'waiting for the server’s answer',
    wrong: 'the server closed the connection before it answered',
    tryThis: 'Check that the command that serves the views is still running, or start it again.',
  });
}

async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** In a person's words: what is asked for stands in the title of the chart that asks. */
const ASKING = 'asking the server of this page';

function refused(status: number): Failure {
  const unknown = status === 401 || status === 403;
  return new Failure({
    kind: unknown ? 'bad-input' : 'environment',
    doing: ASKING,
    wrong: unknown ? 'the server does not know this page’s token' : `the server answered ${status}`,
    tryThis: unknown
      ? 'Open the address that the command printed. The address changes with each start.'
      : 'Start the command that serves the views again.',
  });
}

/** fetch says TypeError for every network fault. */
function asFailure(error: unknown): unknown {
  if (!(error instanceof TypeError)) return error;
  return new Failure(
    {
      kind: 'environment',
      doing: ASKING,
      wrong: 'the server cannot be reached',
      tryThis: 'Check that the command that serves the views is still running, or start it again.',
    },
    { cause: error },
  );
}
