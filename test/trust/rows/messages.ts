/** Row 19: messages of a hostile page to the host: unknown names, `__proto__`, cycles, 500 MB, replays, no messages at all. */
import { MOST_PAGE_VALUES, serve, type Handlers, type Port } from '../../../src/protocol/rpc.js';
import { ViewerInputs, type ViewerContract } from '../../../src/protocol/viewer.js';
import { seededRandom } from '../../../src/recorder/model/seededRandom.js';
import type { Tried, TrustRow } from '../row.js';

const BLOCK_MILLISECONDS = 50;
const METHODS = Object.keys(ViewerInputs);
const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', '', 'describe ', 'command:workbench.action.quit', 'x'.repeat(65), 'x'.repeat(1e6)]; // prettier-ignore

type Random = (bound: number) => number;
type Hostile = (random: Random) => unknown;

const pick = <T>(random: Random, from: readonly T[]): T => from[random(from.length)]!;

function cycle(): object {
  const round: Record<string, unknown> = { layer: 0 };
  round['self'] = [round];
  return round;
}

/** 1,000 objects, each in the next; what is deeper does not come through a structured clone. */
function deep(): unknown {
  let inner: unknown = null;
  for (let i = 0; i < 1000; i++) inner = { query: inner, samples: [inner] };
  return inner;
}

const VALUES: readonly Hostile[] = [
  () => null,
  () => undefined,
  () => NaN,
  () => -1,
  () => 2 ** 53,
  () => 1e308,
  () => '<img src=x onerror=alert(1)>',
  () => 'command:workbench.action.terminal.new',
  () => JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}') as unknown,
  () => cycle(),
  () => deep(),
  () => new Map([['layer', 1]]),
  () => new Date(NaN),
  () => /(a+)+$/,
  () => new Uint8Array(16),
  () => Array.from({ length: 2000 }, (_, i) => i),
  () => new Array<number>(1e6),
];

/** Fields as the methods know them, with values that they do not. */
const input: Hostile = (random) =>
  random(4) === 0
    ? pick(random, VALUES)(random)
    : Object.fromEntries(
        ['layer', 'query', 'measure', 'epoch', 'samples', 'channels', 'unit', 'name', 'text', 'options', 'run']
          .filter(() => random(2) === 0)
          .map((name) => [name, pick(random, VALUES)(random)]),
      );

const id: Hostile = (random) => pick(random, [0, 1, -1, 1.5, NaN, 2 ** 60, '1', null, {}, random(1e6)]);

const MESSAGES: readonly Hostile[] = [
  (random) => ({ type: 'request', id: random(1e9), method: pick(random, NAMES), input: {} }),
  (random) => ({ type: 'request', id: id(random), method: pick(random, METHODS), input: input(random) }),
  (random) => ({ type: 'request', id: random(1e9), method: pick(random, VALUES)(random), input: input(random) }),
  (random) => ({ type: 'cancel', id: id(random) }),
  (random) => ({ type: pick(random, ['value', 'failure', 'bug', 'progress', 'event', '', '__proto__']), id: 1 }),
  (random) => pick(random, VALUES)(random),
  (random) => ({ type: 'request', id: 7, method: 'describe', input: {}, replay: random(2) }),
  (random) =>
    JSON.parse(`{"type":"request","id":${random(99)},"method":"describe","input":{"__proto__":{"polluted":1}}}`),
];

interface Host {
  receive(message: unknown): void;
  readonly posted: unknown[];
  dropped: number;
  bugs: number;
  readonly odd: string[];
}

type Serving = (port: Port, handlers: Handlers<ViewerContract>, host: Host) => void;

/** Handlers look at what passed their schema: none of it may be of another shape. */
function hostOf(serving: Serving): Host {
  let receive: (message: unknown) => void = () => undefined;
  const host: Host = { receive: (message) => receive(message), posted: [], dropped: 0, bugs: 0, odd: [] };
  const port: Port = {
    post: (message) => void host.posted.push(message),
    listen: (onMessage) => ((receive = onMessage), () => undefined),
  };
  const entries = METHODS.map((name) => {
    const schema = ViewerInputs[name as keyof typeof ViewerInputs];
    const handle = (given: unknown): null => {
      if (typeof given !== 'object' || given === null || 'polluted' in given)
        host.odd.push(`${name} was given ${String(given)}`);
      return null;
    };
    return [name, { input: schema, handle }];
  });
  serving(port, Object.fromEntries(entries) as Handlers<ViewerContract>, host);
  return host;
}

const shipped: Serving = (port, handlers, host) => {
  serve(port, handlers, { mostValues: MOST_PAGE_VALUES, onDropped: () => host.dropped++, onBug: () => host.bugs++ });
};

/** Milliseconds of processor time that one message takes, answer included. */
async function costOf(host: Host, message: unknown): Promise<number> {
  const before = process.cpuUsage();
  host.receive(message);
  await new Promise((resolve) => setImmediate(resolve));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

async function flood(serving: Serving, count: number): Promise<Tried> {
  const host = hostOf(serving);
  const random = seededRandom(19);
  const violations: string[] = [];
  let answered = 0;
  for (let i = 0; i < count; i++) {
    const message = pick(random, MESSAGES)(random);
    const cost = await costOf(host, message).catch((error: unknown) => {
      violations.push(`message ${i} threw ${String(error).slice(0, 80)}`);
      return 0;
    });
    // A second look: a collection of garbage falls on any message.
    if (cost > BLOCK_MILLISECONDS && (await costOf(host, message)) > BLOCK_MILLISECONDS)
      violations.push(`message ${i} took ${cost.toFixed(0)} ms`);
    answered += host.posted.length;
    host.posted.length = 0;
  }
  violations.push(...host.odd);
  if (host.bugs > 0) violations.push(`${host.bugs} bugs`);
  if ('polluted' in {}) violations.push('every object has what a message put there');
  if (host.dropped + answered < count / 4) violations.push(`${host.dropped} counted, ${answered} answered of ${count}`);
  return { what: `messages (${host.dropped} dropped and counted; ${answered} replies)`, count, violations };
}

/** As much as memory allows, in a field that is none, in one that is text, and as a list. */
async function giants(megabytes: number): Promise<Tried> {
  const host = hostOf(shipped);
  const bytes = new ArrayBuffer(megabytes * 1e6);
  const inputs = [
    { other: bytes },
    { layer: bytes },
    { query: 'x'.repeat(megabytes * 1e5), measure: 'inter' },
    { layer: 0, epoch: 0, channels: [0], samples: new Array(megabytes * 1e4).fill(0) },
  ];
  const violations: string[] = [];
  for (const [i, given] of inputs.entries()) {
    const cost = await costOf(host, {
      type: 'request',
      id: i,
      method: i === 2 ? 'measure' : 'featureMaps',
      input: given,
    });
    if (cost > BLOCK_MILLISECONDS) violations.push(`input ${i} of ${megabytes} MB took ${cost.toFixed(0)} ms`);
  }
  return { what: `messages of ${megabytes} MB`, count: inputs.length, violations: [...violations, ...host.odd] };
}

export const messages: TrustRow = {
  number: 19,
  what: 'hostile messages: unknown names, __proto__, cycles, 500 MB, command links, replays',
  promise: 'dropped and counted, or answered with a failure; the host is not kept waiting',
  goal: '100,000 messages; host block < 50 ms',
  async *check(effort) {
    yield await flood(shipped, effort.count(3000, 100_000));
    yield await giants(effort.count(50, 500));
  },
  async control() {
    // Broken on purpose: methods are looked up on the object and what it inherits, inputs are taken as they come.
    const believing: Serving = (port, handlers, host) => {
      port.listen(
        (message) => {
          const { method, input: given } = message as { method: string; input: unknown };
          const table = handlers as unknown as Record<string, { handle(input: unknown): unknown } | undefined>;
          const handler = table[method];
          if (handler) port.post(handler.handle(given));
          else host.dropped++;
        },
        () => undefined,
      );
    };
    const { violations } = await flood(believing, 500);
    return { what: 'a host that does not check names and inputs', violations };
  },
};
