/**
 * What recording costs: an ordinary LeNet on MNIST (8,000 to train, 2,000 to validate, 5 epochs, 1,000
 * probes) trained bare, trained with the same forward passes and nothing written, and recorded – each in a
 * process of its own, in turns, medians. The script times its own `fit`.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { median, type Row } from './row.js';

const ROUNDS = 3;
const PROBES = 1000;

const root = fileURLToPath(new URL('..', import.meta.url));
const mnist = join(root, '..', 'shared', 'data', 'mnist');
const script = join(root, 'bench', 'scripts', 'lenet.cjs');

export async function benchRecording(): Promise<Row[]> {
  if (!existsSync(mnist)) {
    console.log('left out: ../shared/data/mnist is not there');
    return [];
  }
  const bare: number[] = [];
  const forward: number[] = [];
  const recorded: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(await bareSeconds(0));
    forward.push(await bareSeconds(PROBES));
    recorded.push(await recordedSeconds());
  }
  const row = { section: 'recording', ours: median(recorded), unit: 's' as const };
  return [
    { ...row, what: 'LeNet on MNIST recorded', peer: median(bare), peerName: 'bare training', goal: null },
    {
      ...row,
      what: 'LeNet on MNIST recorded',
      peer: median(forward),
      peerName: 'bare training and the probes’ forward passes',
      goal: 1 / 1.15,
    },
  ];
}

async function bareSeconds(predicted: number): Promise<number> {
  const runner = join(root, 'bench', 'scripts', 'onEngine.ts');
  const args = ['--import', 'tsx', runner, join(root, 'dist', 'tfjs'), script, ...scriptArguments(predicted)];
  return fitSeconds((await promisify(execFile)(process.execPath, args, { cwd: root })).stdout);
}

async function recordedSeconds(): Promise<number> {
  const out = await mkdtemp(join(tmpdir(), 'cnnslicer-bench-'));
  try {
    const options = ['record', script, '--out', out, '--probes', String(PROBES), '--', ...scriptArguments(0)];
    const { stderr } = await promisify(execFile)(process.execPath, [join(root, 'dist', 'cli.cjs'), ...options]);
    return fitSeconds(stderr);
  } finally {
    await rm(out, { recursive: true });
  }
}

function scriptArguments(predicted: number): string[] {
  return [mnist, '8000', '2000', '5', String(predicted)];
}

/** The script prints one line of JSON; recording passes it on among its own messages. */
function fitSeconds(output: string): number {
  const line = output.split('\n').find((text) => text.startsWith('{"seconds"'));
  if (line === undefined) throw new Error(`the script printed no time:\n${output.slice(-2000)}`);
  return (JSON.parse(line) as { seconds: number }).seconds;
}
