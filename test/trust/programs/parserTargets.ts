/** Parsers of what others write – records, manifests, queries, messages, links – with good inputs to start from. */
import * as v from 'valibot';
import { readOpenLink } from '../../../src/extension/links/openLink.js';
import { EventLines } from '../../../src/launch/eventLines.js';
import { Failure } from '../../../src/protocol/failure.js';
import { parseQuery, QueryError } from '../../../src/protocol/queryText.js';
import { ControlMessage } from '../../../src/protocol/recorderControl.js';
import { serve, type Handlers, type Port } from '../../../src/protocol/rpc.js';
import { ViewerInputs } from '../../../src/protocol/viewer.js';
import { ViewState } from '../../../src/protocol/viewState.js';
import { decodeFrames, encodeFrame } from '../../../src/protocol/wire.js';
import { checkedManifest, ManifestProblem } from '../../../src/store/format/manifestChecks.js';
import { BaseRecord, CommitRecord, EndRecord, OwnerRecord } from '../../../src/store/format/records.js';
import { seal, unseal, Unsealed } from '../../../src/store/format/sealedRecord.js';
import type { Random } from '../../data/fuzz/mutate.js';
import { sampleManifest } from '../../store/sampleRun.js';

export interface ParserTarget {
  readonly name: string;
  readonly seeds: readonly Buffer[];
  /** Puts a mutated inside back into its wrapping. */
  wrap?(bytes: Buffer, random: Random): Buffer;
  /** True where it was read, false where it was refused in the parser's own kind of error; else it throws. */
  read(bytes: Buffer): Promise<boolean> | boolean;
}

const asText = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const keys = { 'zarr.json': { length: 10, crc32c: '00000000', tail: '0a0b0c0d' } };
const run = 'ab'.repeat(16);
const records = [
  { record: 'base', version: 1, run, number: 0, lastEpoch: 3, keys },
  { record: 'epoch', version: 1, run, epoch: 2, keys },
  { record: 'owner', version: 1, processId: 12, processStart: '3@boot', host: 'here' },
  { record: 'end', version: 1, endedAt: '2025-01-31T12:00:00.000Z', state: 'broken', reason: 'it is' },
];

/** What `act` refuses with one of these kinds is refused; JSON that is none never reaches it. */
function attempt(act: () => unknown, ...refusals: readonly (abstract new (...given: never[]) => Error)[]): boolean {
  try {
    act();
    return true;
  } catch (error) {
    if (refusals.some((kind) => error instanceof kind)) return false;
    throw error;
  }
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return bytes.toString('latin1');
  }
}

const sealed = (bytes: Buffer, random: Random): Buffer => {
  const value = parsed(bytes);
  const isRecord = typeof value === 'object' && value !== null && Object.keys(value).length > 0;
  return random(3) > 0 && isRecord ? Buffer.from(seal(value as Record<string, unknown>)) : bytes;
};

const schemas: readonly v.GenericSchema[] = [BaseRecord, CommitRecord, OwnerRecord, EndRecord];

/** A server whose every method answers with its input. */
async function sendToServer(message: unknown): Promise<boolean> {
  const answers: unknown[] = [];
  let receive: (message: unknown) => void = () => undefined;
  const port: Port = {
    post: (answer) => void answers.push(answer),
    listen: (listener) => {
      receive = listener;
      return () => undefined;
    },
  };
  const bugs: unknown[] = [];
  const echo = Object.entries(ViewerInputs).map(([name, input]) => [
    name,
    { input, handle: (given: unknown) => given },
  ]);
  const handlers = Object.fromEntries(echo) as Handlers<Record<string, { input: unknown; output: unknown }>>;
  let dropped = 0;
  const close = serve(port, handlers, { onDropped: () => dropped++, onBug: (error) => bugs.push(error) });
  receive(message);
  await new Promise((resolve) => setImmediate(resolve));
  close();
  if (bugs.length > 0) throw bugs[0] as Error;
  return answers.some((answer) => (answer as { type: string }).type === 'value');
}

async function countFrames(bytes: Buffer): Promise<boolean> {
  async function* stream(): AsyncGenerator<Uint8Array> {
    yield bytes.subarray(0, bytes.length / 2);
    yield bytes.subarray(bytes.length / 2);
  }
  let count = 0;
  try {
    for await (const frame of decodeFrames(stream())) if (frame) count++;
    return count > 0;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}

const QUERIES = [
  'dCNN(x.label = 3, conv2d_2, {0..7}, -)',
  "dCNN({0..9, 12}, 'a layer', -, last)",
  'dcnn(x.prediction ≠ y and x.split = train, kind:conv, {1}, {0..3})',
  'dCNN(-, {1..4, dense}, –, {0})',
];
const LINKS = [
  'run=20250131-120000-a&layer=conv&view=channels&epoch=3&query=dCNN(-,-,-,-)',
  'run=..%2f..%2fetc&compare=b',
];

export const PARSERS: readonly ParserTarget[] = [
  {
    name: 'records',
    seeds: records.map(asText),
    wrap: sealed,
    read: (bytes) => schemas.map((schema) => attempt(() => unseal(bytes, schema), Unsealed)).some(Boolean),
  },
  {
    name: 'manifest',
    seeds: [asText(sampleManifest()), asText(sampleManifest({ classNames: [], shapes: [[2, 9], [3]] }))],
    read: (bytes) => attempt(() => checkedManifest(parsed(bytes)), ManifestProblem),
  },
  {
    name: 'query',
    seeds: QUERIES.map((text) => Buffer.from(text)),
    read: (bytes) => attempt(() => parseQuery(bytes.toString('utf8')), QueryError),
  },
  {
    name: 'recorder events',
    seeds: [Buffer.from('{"type":"notice","text":"a"}\n{"type":"batch","folder":"f","epoch":1,"fraction":0.5}\n')],
    read: (bytes) => {
      let count = 0;
      new EventLines(() => count++).add(bytes);
      return count > 0;
    },
  },
  {
    name: 'control messages, view states',
    seeds: [asText({ type: 'pause' }), asText({ view: 'query', epoch: 3 })],
    read: (bytes) => [ControlMessage, ViewState].some((schema) => v.safeParse(schema, parsed(bytes)).success),
  },
  {
    name: 'messages of views',
    seeds: [
      asText({ type: 'request', id: 1, method: 'report', input: { epoch: 3 } }),
      asText({ type: 'request', id: 2, method: '__proto__', input: { __proto__: {} } }),
      asText({
        type: 'request',
        id: 3,
        method: 'featureMaps',
        input: { layer: 1, epoch: 0, channels: [0], samples: [1] },
      }),
      asText({ type: 'cancel', id: 1 }),
    ],
    read: (bytes) => sendToServer(parsed(bytes)),
  },
  {
    name: 'frames',
    seeds: [Buffer.from(encodeFrame({ type: 'value', value: { a: Float32Array.of(1, 2), b: ['c'] } }))],
    read: countFrames,
  },
  {
    name: 'links',
    seeds: LINKS.map((text) => Buffer.from(text)),
    read: (bytes) => attempt(() => readOpenLink('/open', bytes.toString('utf8')), Failure),
  },
];

/** Broken on purpose: believes that what it looks for is there. */
export const BELIEVING: ParserTarget = {
  name: 'control',
  seeds: QUERIES.map((text) => Buffer.from(text)),
  read: (bytes) => /\((.*),(.*),(.*),(.*)\)/.exec(bytes.toString('utf8'))![1]!.length > 0,
};
