/** What may come out of a script's process instead of the recorder's frames, and what must hold of the recorder. */
import { seededRandom } from '../../src/recorder/model/seededRandom.js';
import { openRun } from '../../src/store/reading/openRun.js';
import { listRuns } from '../../src/store/runs/listRuns.js';
import {
  BEGIN,
  CONVERSATION,
  END,
  epochFrames,
  FakePython,
  frameBytes,
  HELLO,
  INPUTS,
  maps,
  type Json,
  type Message,
  type Sent,
} from '../python/fakePython.js';

const MEBIBYTES = 512;
const SECONDS = 30;

/** What is sent after each other. */
export interface Hostile {
  readonly what: string;
  readonly bytes: readonly Uint8Array[];
}

const say = (...frames: readonly Sent[]): Uint8Array[] => frames.map(frameBytes);

/** A head that says so many bytes of text and of values. */
function head(text: number, values: bigint): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32LE(text, 0);
  bytes.writeBigUInt64LE(values, 4);
  return bytes;
}

const text = (content: string | Uint8Array, values = 0n): Uint8Array =>
  Buffer.concat([head(Buffer.from(content).length, values), Buffer.from(content)]);

const [hello, begun, opened] = [say({ message: HELLO }), say({ message: BEGIN }), say(...INPUTS)];
const FIRST = say(...epochFrames(0));
const START = [...hello, ...begun, ...opened, ...FIRST];

const withBegin = (change: Message): Uint8Array[] => [
  ...hello,
  ...say({ message: { ...BEGIN, ...change } }),
  ...opened,
];

const [input, conv] = BEGIN['layers'] as readonly [Message, Message];
const withLayer = (change: Message): Uint8Array[] => withBegin({ layers: [input, { ...conv, ...change }] });
const many = (count: number, of: (index: number) => Json): Json[] => Array.from({ length: count }, (_, i) => of(i));
const MOST = Number.MAX_SAFE_INTEGER;
const weight = (shape: readonly number[]): Json => ({ name: 'weight', shape, layout: 'OIHW' });

export const HOSTILE: readonly Hostile[] = [
  { what: 'text of 4 GiB', bytes: [...START, head(2 ** 32 - 1, 0n)] },
  ...[3n, 2n ** 32n, 2n ** 32n + 4n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n].map((length) => ({
    what: `maps whose values are ${length} bytes`,
    bytes: [...START, text(JSON.stringify(maps(1).message), length), Buffer.alloc(1000)],
  })),
  { what: 'a hello with values', bytes: [text(JSON.stringify(HELLO), 2n ** 30n)] },
  ...['', 'null', '[]', '{', '"', '\u0000', '{"type":"maps"}', '{"type":"none"}', '{"__proto__":{"type":"end"}}'].map(
    (content) => ({ what: `a message ${content}`, bytes: [...START, text(content)] }),
  ),
  { what: 'bytes that are no text', bytes: [...START, text(Buffer.from([0xff, 0xfe, 0xc0, 0x80]))] },
  { what: 'a list in a list, 1,000,000 deep', bytes: [...START, text('['.repeat(1e6))] },
  { what: 'five million lists', bytes: [...START, text(`[${'[],'.repeat(5e6)}0]`)] },
  { what: 'a million objects', bytes: [...START, text(`[${'{"a":1},'.repeat(1e6)}0]`)] },
  ...[MOST, 2 ** 40, -1, 0.5, 0].map((length) => ({
    what: `an output of ${length} channels`,
    bytes: withLayer({ outputShape: [length, 6, 6] }),
  })),
  { what: 'a shape whose product overflows', bytes: withLayer({ outputShape: [2 ** 20, 2 ** 20, 2 ** 20] }) },
  { what: 'a shape of NaN', bytes: withLayer({ outputShape: [null, 6, 6] }) },
  { what: 'a shape of 17 axes', bytes: withLayer({ outputShape: many(17, () => 1) }) },
  { what: 'an input of 2^40', bytes: withBegin({ layers: [{ ...input, outputShape: [2 ** 40] }, conv] }) },
  { what: 'an unknown type of values', bytes: withLayer({ format: 'bfloat16' }) },
  { what: 'weights of 2^60', bytes: withLayer({ weights: [weight([2 ** 30, 2 ** 30])] }) },
  { what: 'weights of 2^39', bytes: withLayer({ weights: [weight([2 ** 39])] }) },
  { what: 'a layer that reads itself', bytes: withLayer({ inputs: [1] }) },
  { what: 'a layer that reads what is not there', bytes: withLayer({ inputs: [MOST] }) },
  ...['../../../outside', '__proto__', '', '\u0000', 'x'.repeat(4096), 'con', 'a/b\\c'].map((name) => ({
    what: `a layer called ${JSON.stringify(name.slice(0, 20))}`,
    bytes: [...withLayer({ name }), ...FIRST],
  })),
  { what: 'a name of 5000 characters', bytes: withLayer({ name: 'x'.repeat(5000) }) },
  { what: 'two layers of one name', bytes: withBegin({ layers: [input, conv, { ...conv, inputs: [1] }] }) },
  ...[5001, 20_000, 20_001].map((count) => ({
    what: `${count} layers`,
    bytes: withBegin({ layers: many(count, (index) => ({ ...input, name: `l${index}` })) }),
  })),
  ...[MOST, 2 ** 31, 2 ** 32, 70_000, 1].map((classes) => ({
    what: `${classes} classes`,
    bytes: withBegin({ answers: { form: 'scores', classes } }),
  })),
  ...[MOST, 1_000_000, 0].map((kept) => ({
    what: `${kept} samples`,
    bytes: withBegin({
      training: { kept, total: kept, labels: null },
      validation: { kept: 0, total: 0, labels: null },
    }),
  })),
  { what: 'fewer labels than samples', bytes: withBegin({ training: { kept: 30, total: 30, labels: [0, 1] } }) },
  ...[MOST, -2, 2 ** 31].map((label) => ({
    what: `class ${label}`,
    bytes: withBegin({ training: { kept: 30, total: 30, labels: many(30, () => label) } }),
  })),
  ...[MOST, 1e9, 0].map((epochCount) => ({ what: `${epochCount} epochs`, bytes: withBegin({ epochCount }) })),
  ...[MOST, 0, 1].map((fixedBatch) => ({ what: `batches of ${fixedBatch}`, bytes: withBegin({ fixedBatch }) })),
  { what: 'a probe of 1e308 ms', bytes: withBegin({ millisecondsPerProbe: 1e308, epochMilliseconds: 1e308 }) },
  { what: '100,000 metrics', bytes: withBegin({ metricNames: many(100_000, (index) => `m${index}`) }) },
  { what: 'run 10,001', bytes: withBegin({ run: 10_001 }) },
  { what: 'process 1', bytes: say({ message: { ...HELLO, processId: 1 } }) },
  { what: 'a run that begins twice', bytes: [...START, ...begun] },
  { what: 'inputs of no run', bytes: [...hello, ...opened] },
  {
    what: 'inputs that are too few',
    bytes: [...hello, ...begun, ...say({ ...INPUTS[0]!, values: new Float32Array(3) })],
  },
  { what: 'inputs twice', bytes: [...START, ...opened, ...say(...epochFrames(1))] },
  { what: 'maps before the inputs', bytes: [...hello, ...begun, ...FIRST] },
  ...(
    [
      { firstSample: MOST },
      { sampleCount: MOST },
      { firstSample: 1 },
      { reading: 2 },
      { epoch: MOST },
      { run: 7 },
      { sampleCount: 0 },
    ] as Message[]
  ).map((change) => ({
    what: `maps with ${JSON.stringify(change)}`,
    bytes: [...START, ...say({ ...maps(1), message: { ...maps(1).message, ...change } })],
  })),
  { what: 'maps twice', bytes: [...START, ...say(maps(1), ...epochFrames(1))] },
  {
    what: 'maps of NaN and infinite values',
    bytes: [
      ...START,
      ...say({ ...maps(1), values: maps(1).values!.fill(NaN).fill(Infinity, 3, 99) }, epochFrames(1)[2]!),
    ],
  },
  ...[MOST, 0, 1000].map((answers) => ({
    what: `a commit of ${answers} answers`,
    bytes: [...START, ...say(maps(1), { ...epochFrames(1)[2]!, message: { ...epochFrames(1)[2]!.message, answers } })],
  })),
  { what: 'a commit without maps', bytes: [...START, ...say(epochFrames(1)[2]!)] },
  { what: 'a commit twice', bytes: [...START, ...say(...epochFrames(1), epochFrames(1)[2]!)] },
  { what: 'an epoch twice', bytes: [...START, ...say(...epochFrames(1), ...epochFrames(1))] },
  { what: 'epochs backwards', bytes: [...START, ...say(...epochFrames(3), ...epochFrames(1))] },
  { what: 'epoch 2^53', bytes: [...START, ...say(...epochFrames(MOST))] },
  { what: '2,000 notices', bytes: many2000({ type: 'notice', run: null, text: 'x'.repeat(4000) }) },
  { what: '100,000 batches', bytes: [...START, flood(100_000, { type: 'batch', run: 0, fraction: 0.5 })] },
  { what: 'an end before the beginning', bytes: [...say({ message: END }), ...START] },
];

function flood(count: number, message: Message): Uint8Array {
  const one = frameBytes({ message });
  return Buffer.concat(Array.from({ length: count }, () => one));
}

function many2000(message: Message): Uint8Array[] {
  return [...hello, flood(2000, message)];
}

const LEAVES: readonly Json[] = [
  -1,
  0,
  0.5,
  1e9,
  MOST,
  1e308,
  null,
  '',
  'x'.repeat(5000),
  [],
  {},
  true,
  [[[[]]]],
  '\ud800',
];

/** A conversation with something changed in one of its frames. */
export function mutated(seed: number): Hostile {
  const random = seededRandom(seed);
  const frames = [...CONVERSATION];
  const place = random(frames.length);
  const frame = frames[place]!;
  const bytes = frames.map(frameBytes);
  const kind = random(6);
  if (kind === 0) bytes[place] = frameBytes({ ...frame, message: changed(frame.message, random) as Message });
  if (kind === 1) bytes.splice(place, 1);
  if (kind === 2) bytes.splice(place, 0, bytes[random(bytes.length)]!);
  if (kind === 3) bytes[place] = bytes[place]!.subarray(0, random(bytes[place]!.length));
  if (kind === 4) bytes[place]!.writeUInt8(random(256), random(Math.min(bytes[place]!.length, random(2) ? 12 : 400)));
  if (kind === 5) [bytes[place], bytes[random(bytes.length)]] = [bytes[random(bytes.length)]!, bytes[place]!];
  return { what: `seed ${seed}: ${(frame.message['type'] as string) ?? ''}, change ${kind}`, bytes };
}

/** One value somewhere in it becomes another, or is left out. */
function changed(value: Json, random: (below: number) => number): Json {
  const isLeaf = typeof value !== 'object' || value === null || Object.keys(value).length === 0 || random(5) === 0;
  if (isLeaf) return LEAVES[random(LEAVES.length)]!;
  const names = Object.keys(value);
  const name = names[random(names.length)]!;
  const inner = (value as Readonly<Record<string, Json>>)[name]!;
  if (Array.isArray(value))
    return value.map((one: Json, index) => (String(index) === name ? changed(one, random) : one));
  if (random(8) === 0) return Object.fromEntries(Object.entries(value).filter(([other]) => other !== name));
  return { ...value, [name]: changed(inner, random) };
}

/** A conversation that is cut off anywhere. */
export function cutOff(seed: number): Hostile {
  const whole = Buffer.concat(CONVERSATION.map(frameBytes));
  const length = seededRandom(seed)(whole.length);
  return { what: `cut off after ${length} bytes`, bytes: [whole.subarray(0, length)] };
}

/** `dist`: of another recorder than the built one. */
export async function violationsOf({ what, bytes }: Hostile, dist?: string): Promise<string[]> {
  const python = await FakePython.start(dist);
  try {
    for (const part of bytes) await python.write(part);
    const ended = await python.end(SECONDS);
    const found = [
      ...(ended.exitCode === 0
        ? []
        : [`the recorder ended with ${ended.exitCode} after ${ended.seconds.toFixed(0)} s`]),
      ...(ended.stderr === '' ? [] : [`it said ${ended.stderr.slice(-300)}`]),
      ...(ended.peakMebibytes <= MEBIBYTES ? [] : [`${ended.peakMebibytes.toFixed(0)} MiB of memory`]),
      ...(ended.events.some(({ type }) => type !== 'saving') ? [] : ['nobody was told anything']),
    ];
    for (const run of await listRuns(python.workspace.runsFolder)) {
      const { epochStates, summary } = await (await openRun(run.folder)).describe();
      found.push(...epochStates.flatMap((one) => (one.state === 'damaged' ? [`epoch ${one.epoch} is damaged`] : [])));
      if (summary.status.state === 'recording') found.push('it is shown as being recorded');
    }
    return found.map((one) => `${what}: ${one}`);
  } finally {
    python.workspace.remove();
  }
}
