/** Remote calls: every request is answered – value, failure, bug or cancelled – whatever else arrives. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import * as v from 'valibot';
import { Failure, throwIfCancelled } from '../../src/protocol/failure.js';
import { connect, serve, type Client, type Handlers, type Progress } from '../../src/protocol/rpc.js';
import { portPair, type TestPort } from './portPair.js';

type Sums = {
  add: { input: { a: number; b: number }; output: number };
  fail: { input: { wrong: string }; output: never };
  break: { input: Record<string, never>; output: never };
  uncloneable: { input: Record<string, never>; output: unknown };
  wait: { input: Record<string, never>; output: string };
  count: { input: { to: number }; output: number };
};

interface Harness {
  readonly client: Client<Sums>;
  readonly clientPort: TestPort;
  readonly serverPort: TestPort;
  readonly dropped: string[];
  readonly bugs: unknown[];
  readonly aborted: string[];
  readonly stopServing: () => void;
}

function start(): Harness {
  const [clientPort, serverPort] = portPair();
  const dropped: string[] = [];
  const bugs: unknown[] = [];
  const aborted: string[] = [];
  const stopServing = serve(serverPort, handlers(aborted), {
    onDropped: (reason) => dropped.push(reason),
    onBug: (error) => bugs.push(error),
  });
  return { client: connect<Sums>(clientPort), clientPort, serverPort, dropped, bugs, aborted, stopServing };
}

function handlers(aborted: string[]): Handlers<Sums> {
  const nothing = v.object({});
  return {
    add: { input: v.object({ a: v.number(), b: v.number() }), handle: ({ a, b }) => a + b },
    fail: {
      input: v.object({ wrong: v.string() }),
      handle: ({ wrong }) => {
        throw new Failure({ kind: 'not-found', doing: 'looking', wrong, tryThis: 'Look elsewhere.' });
      },
    },
    break: {
      input: nothing,
      handle: () => {
        throw new TypeError('undefined is not a function');
      },
    },
    uncloneable: { input: nothing, handle: () => () => 1 },
    wait: {
      input: nothing,
      handle: (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            aborted.push('wait');
            reject(new Error('let go'));
          });
        }),
    },
    count: {
      input: v.object({ to: v.number() }),
      handle: async ({ to }, { signal, progress }) => {
        for (let step = 1; step <= to; step++) {
          throwIfCancelled(signal, 'counting');
          progress({ fraction: step / to, text: `step ${step}` });
          await tick();
        }
        return to;
      },
    },
  };
}

const tick = () => new Promise<void>((resolve) => setImmediate(resolve));
const settled = async () => {
  for (let turn = 0; turn < 10; turn++) await tick();
};
const isFailure = (kind: string, wrong: RegExp) => (error: unknown) =>
  error instanceof Failure && error.kind === kind && wrong.test(error.wrong);
/** Never a Failure: a bug is shown as what it is. */
const isBug = (words: RegExp) => (error: unknown) =>
  error instanceof Error && !(error instanceof Failure) && words.test(error.message);

describe('a call is answered', () => {
  it('with its value', async () => {
    const { client } = start();
    assert.equal(await client.call('add', { a: 2, b: 3 }), 5);
  });
  it('each with its own value when many are under way', async () => {
    const { client } = start();
    const sums = await Promise.all(Array.from({ length: 100 }, (_, a) => client.call('add', { a, b: a })));
    assert.deepEqual(
      sums,
      Array.from({ length: 100 }, (_, a) => 2 * a),
    );
  });
  it('with a failure that keeps its three parts', async () => {
    const { client, bugs } = start();
    await assert.rejects(client.call('fail', { wrong: 'no such run' }), (error) => {
      assert.ok(error instanceof Failure);
      assert.deepEqual(error.parts, {
        kind: 'not-found',
        doing: 'looking',
        wrong: 'no such run',
        tryThis: 'Look elsewhere.',
      });
      return true;
    });
    assert.deepEqual(bugs, []);
  });
  it('with a bug when the handler is broken, and the bug is reported where it happened', async () => {
    const { client, bugs } = start();
    await assert.rejects(client.call('break', {}), isBug(/not a function/));
    assert.ok(bugs[0] instanceof TypeError);
  });
  it('with a bug when the value cannot travel', async () => {
    const { client } = start();
    await assert.rejects(client.call('uncloneable', {}), isBug(/could not be cloned/));
  });
  it('at once when the input cannot travel', async () => {
    const { client } = start();
    const input = { a: 1, b: (() => 1) as unknown as number };
    await assert.rejects(client.call('add', input), isBug(/could not be cloned/));
    assert.equal(await client.call('add', { a: 1, b: 1 }), 2);
  });
  it('with a failure when the input does not fit the schema; the handler never sees it', async () => {
    const { client } = start();
    await assert.rejects(client.call('add', { a: 1, b: 'two' as unknown as number }), isFailure('bad-input', /two/));
  });
  it('with a failure when there is no such method, which is counted', async () => {
    const { client, dropped } = start();
    for (const method of ['toString', '__proto__', 'constructor', 'nothing']) {
      await assert.rejects(client.call(method as 'add', { a: 1, b: 1 }), isFailure('unsupported', /no such method/));
    }
    assert.equal(dropped.length, 4);
  });
});

describe('progress', () => {
  it('arrives in order and before the value', async () => {
    const { client } = start();
    const heard: Progress[] = [];
    await client.call('count', { to: 3 }, { onProgress: (progress) => heard.push(progress) });
    assert.deepEqual(
      heard,
      [1, 2, 3].map((step) => ({ fraction: step / 3, text: `step ${step}` })),
    );
  });
  it('goes to the call that made it', async () => {
    const { client } = start();
    const heard: [string, number][] = [];
    await Promise.all(
      ['a', 'b'].map((name, index) =>
        client.call('count', { to: index + 1 }, { onProgress: ({ fraction }) => heard.push([name, fraction]) }),
      ),
    );
    assert.deepEqual(
      heard.filter(([name]) => name === 'a'),
      [['a', 1]],
    );
    assert.deepEqual(
      heard.filter(([name]) => name === 'b'),
      [
        ['b', 0.5],
        ['b', 1],
      ],
    );
  });
});

describe('cancelling', () => {
  it('rejects at once and reaches the handler', async () => {
    const { client, aborted } = start();
    const controller = new AbortController();
    const call = client.call('wait', {}, { signal: controller.signal });
    await settled();
    controller.abort();
    await assert.rejects(call, isFailure('cancelled', /cancelled/));
    await settled();
    assert.deepEqual(aborted, ['wait']);
  });
  it('before the call sends nothing', async () => {
    const { client, clientPort } = start();
    await assert.rejects(
      client.call('add', { a: 1, b: 1 }, { signal: AbortSignal.abort() }),
      isFailure('cancelled', /./),
    );
    assert.deepEqual(clientPort.posted, []);
  });
  it('after the answer does nothing', async () => {
    const { client, clientPort } = start();
    const controller = new AbortController();
    await client.call('add', { a: 1, b: 1 }, { signal: controller.signal });
    controller.abort();
    assert.equal(clientPort.posted.length, 1);
  });
  it('one call leaves the others alone', async () => {
    const { client } = start();
    const controller = new AbortController();
    const given = client.call('count', { to: 50 }, { signal: controller.signal });
    const kept = client.call('count', { to: 50 });
    await tick();
    controller.abort();
    await assert.rejects(given, isFailure('cancelled', /./));
    assert.equal(await kept, 50);
  });
});

describe('closing', () => {
  it('the client answers everything that waits, and every later call', async () => {
    const { client } = start();
    const waiting = [client.call('wait', {}), client.call('wait', {})];
    await settled();
    client.close();
    for (const call of waiting) await assert.rejects(call, isFailure('cancelled', /./));
    await assert.rejects(client.call('add', { a: 1, b: 1 }), isFailure('cancelled', /./));
  });
  it('the port answers everything that waits on one end and stops all work on the other', async () => {
    const { client, clientPort, serverPort, aborted } = start();
    const call = client.call('wait', {});
    await settled();
    clientPort.close();
    serverPort.close();
    await assert.rejects(call, isFailure('cancelled', /./));
    assert.deepEqual(aborted, ['wait']);
  });
  it('the server stops its work and posts nothing more', async () => {
    const { client, serverPort, stopServing, aborted } = start();
    void client.call('wait', {}).catch(() => undefined);
    await settled();
    stopServing();
    await settled();
    assert.deepEqual(aborted, ['wait']);
    assert.deepEqual(serverPort.posted, []);
  });
});

describe('messages that are no part of the protocol', () => {
  const cyclic: Record<string, unknown> = { type: 'request', id: -1 };
  cyclic['self'] = cyclic;
  const hostile: unknown[] = [
    null,
    'request',
    17,
    [],
    {},
    cyclic,
    { type: 'request' },
    { type: 'request', id: 1.5, method: 'add', input: {} },
    { type: 'request', id: -1, method: 'add', input: {} },
    { type: 'request', id: 2 ** 60, method: 'add', input: {} },
    { type: 'request', id: 1, method: 'x'.repeat(65), input: {} },
    { type: 'cancel', id: 'all' },
    { type: 'value', id: 0, value: 'forged' },
  ];
  for (const message of hostile) {
    it(`are dropped and counted by the server: ${describeMessage(message)}`, async () => {
      const { client, clientPort, serverPort, dropped } = start();
      clientPort.post(message);
      await settled();
      assert.equal(dropped.length, 1);
      assert.deepEqual(serverPort.posted, []);
      assert.equal(await client.call('add', { a: 1, b: 1 }), 2);
    });
  }
  it('a second request under an id in use is dropped; the first is answered', async () => {
    const { client, clientPort, dropped } = start();
    const call = client.call('count', { to: 20 });
    clientPort.post({ type: 'request', id: 0, method: 'add', input: { a: 1, b: 1 } });
    assert.equal(await call, 20);
    assert.deepEqual(dropped, ['id 0 is in use']);
  });
  it('a cancel for a call that is not there does nothing', async () => {
    const { client, clientPort, dropped } = start();
    clientPort.post({ type: 'cancel', id: 99 });
    assert.equal(await client.call('add', { a: 1, b: 1 }), 2);
    assert.deepEqual(dropped, []);
  });
  it('are dropped by the client, and answers to calls that it never made', async () => {
    const { client, serverPort } = start();
    for (const message of [...hostile, { type: 'value', id: 5, value: 1 }, { type: 'failure', id: 0, failure: {} }]) {
      if ((message as { id?: unknown } | null)?.id !== 0 || (message as { type: string }).type === 'failure')
        serverPort.post(message);
    }
    assert.equal(await client.call('add', { a: 1, b: 1 }), 2);
  });
  it('of any shape never stop the server', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.anything(), { maxLength: 20 }), async (messages) => {
        const { client, clientPort } = start();
        for (const message of messages) clientPort.post(message);
        assert.equal(await client.call('add', { a: 1, b: 1 }), 2);
      }),
    );
  });
});

function describeMessage(message: unknown): string {
  return message === cyclicMarker(message) ? 'a cyclic object' : JSON.stringify(message).slice(0, 60);
}

function cyclicMarker(message: unknown): unknown {
  const self = (message as { self?: unknown } | null)?.self;
  return self === undefined ? Symbol('not cyclic') : self;
}
