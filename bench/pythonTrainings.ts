/**
 * What recording PyTorch costs: LeNet on MNIST with 1,000 probes, and ResNet-18 on 32 × 32 inputs with 200, trained
 * bare, with the probes' forward passes, and recorded, each in a process of its own, in turns, medians; and beside it
 * what else a Python user records layers with.
 */
import { join } from 'node:path';
import { dataFolder, noData } from '../test/setup/data.mjs';
import { setUpTrainingPython } from '../test/setup/python.mjs';
import { printWays, pythonWays } from './peers/recording.js';
import { MOST_OVERHEAD, overheadRows } from './recording.js';
import { median, type Row } from './row.js';
import { root, trainBarePython, trainRecorded, type RecordedTraining, type Trained } from './trainings.js';

const ROUNDS = 3;
const BYTE_BUDGET = 4 * 2 ** 30;
const MODELS = [
  { name: 'lenet', title: 'LeNet on MNIST recorded, PyTorch', probes: 1000 },
  { name: 'resnet18', title: 'ResNet-18 recorded, PyTorch', probes: 200 },
] as const;
const script = join(root, 'bench', 'peers', 'loops.py');

export async function benchPython(): Promise<Row[]> {
  const mnist = dataFolder('mnist');
  const { path, reason } = await setUpTrainingPython();
  if (!mnist || !path) {
    console.log(`left out: ${mnist ? `PyTorch (${reason})` : noData}`);
    return [];
  }
  const rows: Row[] = [];
  for (const model of MODELS) rows.push(...(await trainingsOf(model, path, mnist)));
  return rows;
}

async function trainingsOf(model: (typeof MODELS)[number], python: string, mnist: string): Promise<Row[]> {
  const all = { bare: [] as Trained[], forward: [] as Trained[], recorded: [] as RecordedTraining[] };
  const args = [model.name, mnist];
  for (let round = 0; round < ROUNDS; round++) {
    all.bare.push(await trainBarePython(python, script, args));
    all.forward.push(await trainBarePython(python, script, [...args, 'passes']));
    const plan = { probes: model.probes, byteBudget: BYTE_BUDGET };
    all.recorded.push(await trainRecorded({ pythonPath: python }, script, args, plan));
  }
  const middle = (trained: readonly Trained[]): Pick<Trained, 'seconds' | 'cpuSeconds'> => ({
    seconds: median(trained.map(({ seconds }) => seconds)),
    cpuSeconds: median(trained.map(({ cpuSeconds }) => cpuSeconds)),
  });
  const [bare, forward, recorded] = [middle(all.bare), middle(all.forward), middle(all.recorded)];
  const ours = {
    name: `CNNSlicer, ${model.name}, float32, with statistics and weights, synced`,
    seconds: recorded.seconds - bare.seconds,
    cpuSeconds: recorded.cpuSeconds - bare.cpuSeconds,
    bytes: median(all.recorded.map(({ bytesOnDisk }) => bytesOnDisk)),
    bare: bare.seconds,
  };
  const [own, ...ways] = (await pythonWays(model.name, mnist, ROUNDS)) ?? [];
  printWays([ours, ...ways.map((way) => ({ ...way, bare: own?.seconds ?? 0 }))]);
  return overheadRows(model.title, { bare, forward, recorded, goal: 1 / MOST_OVERHEAD });
}
