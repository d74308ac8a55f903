/**
 * What recording costs: an ordinary LeNet on MNIST (8,000 to train, 2,000 to validate, 5 epochs, 1,000
 * probes) trained bare, trained with the same forward passes and nothing written, and recorded, on every
 * engine that there is – each in a process of its own, in turns, medians.
 */
import { join } from 'node:path';
import { printWays, pythonWays } from './peers/recording.js';
import { median, type Row } from './row.js';
import {
  benchEngines,
  root,
  trainBare,
  trainRecorded,
  type BenchEngine,
  type RecordedTraining,
  type Trained,
} from './trainings.js';
import { dataFolder, noData } from '../test/setup/data.mjs';

const ROUNDS = 3;
const PROBES = 1000;
const BYTE_BUDGET = 2 * 2 ** 30;
/** Whole loop against bare training with the probes' forward passes. */
export const MOST_OVERHEAD = 1.15;

const mnist = dataFolder('mnist') ?? '';
const script = join(root, 'bench', 'scripts', 'lenet.cjs');

export async function benchRecording(): Promise<Row[]> {
  if (!mnist) {
    console.log(`left out: ${noData}`);
    return [];
  }
  const rows: Row[] = [];
  const ours: ComparedWay[] = [];
  for (const engine of benchEngines()) rows.push(...(await onEngine(engine, ours)));
  const python = (await pythonWays('lenet', mnist, ROUNDS)) ?? [];
  const bare = python[0]?.seconds ?? 0;
  printWays([...ours, ...python.slice(1).map((way) => ({ ...way, bare }))]);
  return rows;
}

type ComparedWay = Parameters<typeof printWays>[0][number];

async function onEngine(engine: BenchEngine, ways: ComparedWay[]): Promise<Row[]> {
  const all = { bare: [] as Trained[], forward: [] as Trained[], recorded: [] as RecordedTraining[] };
  const plan = { probes: PROBES, byteBudget: BYTE_BUDGET };
  for (let round = 0; round < ROUNDS; round++) {
    all.bare.push(await trainBare(engine, script, scriptArguments(0)));
    all.forward.push(await trainBare(engine, script, scriptArguments(PROBES)));
    all.recorded.push(await trainRecorded(engine, script, scriptArguments(0), plan));
  }
  const middle = (trained: readonly Trained[]): Times => ({
    seconds: median(trained.map(({ seconds }) => seconds)),
    cpuSeconds: median(trained.map(({ cpuSeconds }) => cpuSeconds)),
  });
  const [bare, forward, recorded] = [middle(all.bare), middle(all.forward), middle(all.recorded)];
  ways.push({
    name: `CNNSlicer, ${engine}, float32, with statistics and weights, synced`,
    seconds: recorded.seconds - bare.seconds,
    cpuSeconds: recorded.cpuSeconds - bare.cpuSeconds,
    bytes: median(all.recorded.map(({ bytesOnDisk }) => bytesOnDisk)),
    bare: bare.seconds,
  });
  const goal = 1 / MOST_OVERHEAD;
  return overheadRows(`LeNet on MNIST recorded, ${engine}`, { bare, forward, recorded, goal });
}

/** The writer's thread works beside the training: its processor time is in `cpuSeconds`, not in `seconds`. */
type Times = Pick<Trained, 'seconds' | 'cpuSeconds'>;

export interface Overhead {
  /** The same training, three ways. */
  readonly bare: Times;
  readonly forward: Times;
  readonly recorded: Times;
  /** For bare with the forward passes ÷ recorded; null where none is set. */
  readonly goal: number | null;
}

export function overheadRows(what: string, { bare, forward, recorded, goal }: Overhead): Row[] {
  const of = (peer: Times, peerName: string, limit: number | null): Row => ({
    section: 'recording',
    what,
    ours: recorded.seconds,
    peer: peer.seconds,
    peerName,
    cpu: { ours: recorded.cpuSeconds, peer: peer.cpuSeconds },
    unit: 's',
    goal: limit,
  });
  return [of(bare, 'bare training', null), of(forward, 'bare training and the probes’ forward passes', goal)];
}

function scriptArguments(predicted: number): string[] {
  return [mnist, '8000', '2000', '5', String(predicted)];
}
