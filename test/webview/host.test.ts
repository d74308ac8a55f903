/** Hosts: addresses, answers over HTTP as they come, cancelling, and what a view keeps. */
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { Failure } from '../../src/protocol/failure.js';
import type { Progress } from '../../src/protocol/rpc.js';
import type { ViewerContract } from '../../src/protocol/viewer.js';
import { decodeFrames, encodeFrame, type Frame } from '../../src/protocol/wire.js';
import { fetchClient } from '../../webview/host/fetchClient.js';
import { exampleRun } from '../gallery/exampleRun.js';
import { begin, fetchBegun } from '../../webview/host/begun.js';
import { hashOf, stateOf } from '../../webview/host/link.js';
import { pollRun } from '../../webview/host/runPolling.js';
import { takeToken, tokenOf } from '../../webview/host/token.js';
import { createHistory } from '../../webview/state/history.js';

describe('the address of the viewer', () => {
  it('gives the token that the command printed, in either form', () => {
    assert.equal(tokenOf('#abc-DEF_1'), 'abc-DEF_1');
    assert.equal(tokenOf('#abc-DEF_1&query=dCNN(-,-,-,-)'), 'abc-DEF_1');
    assert.equal(tokenOf('#token=abc&query=dCNN(-,-,-,-)'), 'abc');
    assert.equal(tokenOf('#query=dCNN(-,-,-,-)'), null);
    assert.equal(tokenOf(''), null);
  });

  it('is a link to the same state, whatever the query holds', () => {
    const state = fc.record(
      {
        view: fc.constant('query' as const),
        query: fc.string({ maxLength: 200 }),
        measure: fc.constantFrom('inter' as const, 'intra' as const, 'label' as const, 'metrics' as const),
        epoch: fc.option(fc.nat()),
      },
      { noNullPrototype: true },
    );
    fc.assert(fc.property(state, (kept) => assert.deepEqual(stateOf(hashOf(kept)), kept)));
  });

  it('without a query is no state, and nonsense in it is left out', () => {
    assert.equal(stateOf('#abc'), null);
    assert.deepEqual(stateOf('#query=x&measure=nothing&view=none&epoch=-4'), {
      view: 'query',
      query: 'x',
      measure: 'inter',
      epoch: null,
    });
  });
});

async function* chunked(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}

async function all(frames: AsyncIterable<Frame>): Promise<Frame[]> {
  const list: Frame[] = [];
  for await (const frame of frames) list.push(frame);
  return list;
}

describe('frames', () => {
  it('come back equal however the bytes are cut', async () => {
    const floats = fc.float32Array({ maxLength: 50 }).map((values) => Float32Array.from(values));
    await fc.assert(
      fc.asyncProperty(floats, fc.integer({ min: 1, max: 40 }), async (values, size) => {
        const sent: Frame[] = [
          { type: 'progress', fraction: 0.5, text: 'half' },
          { type: 'value', value: { values, n: [1, null] } },
        ];
        const bytes = Buffer.concat(sent.map(encodeFrame));
        assert.deepEqual(await all(decodeFrames(chunked(bytes, size))), sent);
      }),
    );
  });

  it('that are cut off or foreign are never values', async () => {
    const bytes = encodeFrame({ type: 'value', value: [1, 2, 3] });
    assert.deepEqual(await all(decodeFrames(chunked(bytes.subarray(0, bytes.length - 1), 4))), []);
    await assert.rejects(all(decodeFrames(chunked(Uint8Array.of(0x93, 1, 2, 3), 4))));
  });
});

type Answering = (request: IncomingMessage, response: ServerResponse) => void;

async function withServer(answer: Answering, use: (origin: string) => Promise<void>): Promise<void> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

describe('calls over HTTP', () => {
  const client = (origin: string) => fetchClient<ViewerContract>({ token: 'secret', origin });

  it('carry the token in a header and the input in the address, and report progress before the value', async () => {
    let seen = '';
    const progress: Progress[] = [];
    await withServer(
      (request, response) => {
        seen = `${request.headers.authorization} ${decodeURIComponent(request.url ?? '')}`;
        response.write(encodeFrame({ type: 'progress', fraction: 0.25 }));
        response.end(encodeFrame({ type: 'value', value: null }));
      },
      async (origin) => {
        const value = await client(origin).call(
          'openSource',
          { layer: 3 },
          { onProgress: (one) => progress.push(one) },
        );
        assert.equal(value, null);
      },
    );
    assert.equal(seen, 'Bearer secret /api/openSource?input={"layer":3}');
    assert.deepEqual(progress, [{ fraction: 0.25 }]);
  });

  it('turn a failure frame into a Failure, and a bug into an error', async () => {
    const parts = { kind: 'damaged', doing: 'reading', wrong: 'torn', tryThis: 'record again' } as const;
    await withServer(
      (_request, response) => response.end(encodeFrame({ type: 'failure', failure: parts })),
      (origin) =>
        assert.rejects(
          client(origin).call('describe', {}),
          (error) => error instanceof Failure && error.wrong === 'torn',
        ),
    );
    await withServer(
      (_request, response) => response.end(encodeFrame({ type: 'bug', message: 'undefined is not a function' })),
      (origin) => assert.rejects(client(origin).call('describe', {}), /undefined is not/),
    );
  });

  it('are cancelled on the server too', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    await withServer(
      (_request, response) => {
        closed = new Promise((resolve) => response.on('close', resolve));
        response.write(encodeFrame({ type: 'progress', fraction: 0 }));
      },
      async (origin) => {
        const controller = new AbortController();
        const call = client(origin).call(
          'describe',
          {},
          { signal: controller.signal, onProgress: () => controller.abort() },
        );
        await assert.rejects(call, (error) => error instanceof Failure && error.kind === 'cancelled');
        await closed;
      },
    );
  });

  it('that a server refuses, breaks off or never answers say what to do', async () => {
    const fails = (error: unknown): boolean => error instanceof Failure && error.tryThis.length > 10;
    await withServer(
      (_request, response) => response.writeHead(401).end(),
      (origin) => assert.rejects(client(origin).call('describe', {}), fails),
    );
    await withServer(
      (_request, response) => response.end(),
      (origin) => assert.rejects(client(origin).call('describe', {}), fails),
    );
    await assert.rejects(client('http://127.0.0.1:9').call('describe', {}), fails);
  });
});

describe('the first question of a page', () => {
  it('is sent before the views are read, and answers their first asking alone', async () => {
    const asked: string[] = [];
    const { fetch: real } = globalThis;
    globalThis.fetch = (input, init) => {
      asked.push(`${input as string} ${new Headers(init?.headers).get('authorization')}`);
      return Promise.resolve(new Response(Buffer.from(encodeFrame({ type: 'value', value: asked.length }))));
    };
    try {
      begin('secret');
      const client = fetchClient<ViewerContract>({ token: 'secret', fetch: fetchBegun() });
      assert.deepEqual(asked, ['/api/describe?input=%7B%7D Bearer secret']);
      const answers = [await client.call('describe', {}), await client.call('describe', {})];
      assert.deepEqual([...answers, asked.length], [1, 2, 2]);
    } finally {
      globalThis.fetch = real;
    }
  });

  it('takes the token out of the address and leaves the rest of it', () => {
    const taken = (hash: string): unknown[] => {
      const kept = new Map<string, string>();
      let address = '';
      const page = {
        location: { hash, pathname: '/' },
        history: { replaceState: (_state: unknown, _title: string, to: string) => (address = to) },
        sessionStorage: { setItem: (key: string, value: string) => kept.set(key, value), getItem: () => 'of before' },
      };
      return [takeToken(page as unknown as Window), address, ...kept.values()];
    };
    assert.deepEqual(taken('#abc'), ['abc', '/', 'abc']);
    assert.deepEqual(taken('#abc&view=layers&query=q'), ['abc', '/#view=layers&query=q', 'abc']);
    assert.deepEqual(taken('#view=layers&token=abc&query=q'), ['abc', '/#view=layers&query=q', 'abc']);
    assert.deepEqual(taken('#view=layers&query=q'), ['of before', '']);
  });
});

describe('a run that is looked at while it is recorded', () => {
  const run = exampleRun({ epochCount: 2, lastEpoch: 5, status: { state: 'recording', processId: 1 } });
  const later = exampleRun({ epochCount: 3, lastEpoch: 5, status: { state: 'recording', processId: 1 } });
  const ended = exampleRun({ epochCount: 6 });

  it('is asked again once the view knows it, tells of each change, and is left alone when it has ended', async () => {
    const answers = [run, later, ended];
    const told: string[] = [];
    let asked = 0;
    const polling = pollRun(() => Promise.resolve(answers[asked++]), 5);
    const stop = polling.listen(({ type }) => told.push(type));
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.equal(asked, 0);
    polling.saw(run);
    for (let i = 0; i < 100 && told.length < 2; i++) await new Promise((resolve) => setTimeout(resolve, 10));
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.deepEqual([asked, told], [3, ['run-changed', 'run-changed']]);
    stop();
  });
});

describe('the history of queries', () => {
  it('goes back and forward, and forgets what lay ahead of a new one', () => {
    const history = createHistory<string>((a, b) => a === b);
    for (const query of ['a', 'b', 'b', 'c']) history.push(query);
    assert.deepEqual([history.back(), history.back(), history.back()], ['b', 'a', null]);
    assert.equal(history.canGoBack.value, false);
    assert.equal(history.forward(), 'b');
    history.push('d');
    assert.deepEqual([history.forward(), history.back()], [null, 'b']);
  });
});
