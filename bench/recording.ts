/**
 * What recording costs: an ordinary LeNet on MNIST (8,000 to train, 2,000 to validate, 5 epochs, 1,000
 * probes) trained bare, trained with the same forward passes and nothing written, and recorded, on every
 * engine that there is – each in a process of its own, in turns, medians.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { median, type Row } from './row.js';
import { benchEngines, root, trainBare, trainRecorded, type BenchEngine } from './trainings.js';

const ROUNDS = 3;
const PROBES = 1000;
const BYTE_BUDGET = 2 * 2 ** 30;
/** Whole loop against bare training with the probes' forward passes. */
const MOST_OVERHEAD = 1.15;

const mnist = join(root, '..', 'shared', 'data', 'mnist');
const script = join(root, 'bench', 'scripts', 'lenet.cjs');

export async function benchRecording(): Promise<Row[]> {
  if (!existsSync(mnist)) {
    console.log('left out: ../shared/data/mnist is not there');
    return [];
  }
  const rows: Row[] = [];
  for (const engine of benchEngines()) rows.push(...(await onEngine(engine)));
  return rows;
}

async function onEngine(engine: BenchEngine): Promise<Row[]> {
  const seconds = { bare: [] as number[], forward: [] as number[], recorded: [] as number[] };
  const plan = { probes: PROBES, byteBudget: BYTE_BUDGET };
  for (let round = 0; round < ROUNDS; round++) {
    seconds.bare.push((await trainBare(engine, script, scriptArguments(0))).seconds);
    seconds.forward.push((await trainBare(engine, script, scriptArguments(PROBES))).seconds);
    seconds.recorded.push((await trainRecorded(engine, script, scriptArguments(0), plan)).seconds);
  }
  return overheadRows(`LeNet on MNIST recorded, ${engine}`, {
    bare: median(seconds.bare),
    forward: median(seconds.forward),
    recorded: median(seconds.recorded),
    goal: 1 / MOST_OVERHEAD,
  });
}

export interface Overhead {
  /** Seconds of the same training, three ways. */
  readonly bare: number;
  readonly forward: number;
  readonly recorded: number;
  /** For bare with the forward passes ÷ recorded; null where none is set. */
  readonly goal: number | null;
}

export function overheadRows(what: string, { bare, forward, recorded, goal }: Overhead): Row[] {
  const row = { section: 'recording', what, ours: recorded, unit: 's' as const };
  return [
    { ...row, peer: bare, peerName: 'bare training', goal: null },
    { ...row, peer: forward, peerName: 'bare training and the probes’ forward passes', goal },
  ];
}

function scriptArguments(predicted: number): string[] {
  return [mnist, '8000', '2000', '5', String(predicted)];
}
