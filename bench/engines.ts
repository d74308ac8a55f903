/**
 * What an epoch of training costs on each engine: a LeNet (conv 8@5×5, pool, conv 16@5×5, pool, dense 128,
 * dense 10) on 2,000 inputs of 28×28, batches of 64, without recording. Peers that are not installed are
 * left out.
 */
import { spawnSync } from 'node:child_process';
import { whyLeftOut } from './leftOut.js';
import { pythonFile } from './python.js';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EngineName } from '../src/recorder/engine/engineTypes.js';
import { median, type Row } from './row.js';

const SAMPLES = 2000;
/** The first epochs also compile; the median of the others counts. */
const WARM_UP = 1;
const EPOCHS = 5;
/** Plain JavaScript takes minutes an epoch: one batch of 64, scaled up. */
const PLAIN_SAMPLES = 64;

const root = fileURLToPath(new URL('..', import.meta.url));
const python = pythonFile();

/** Times of this process's engines and peers in ms an epoch, each in a process of its own. */
export function benchEngines(): Promise<Row[]> {
  const ours = engineTime('wasm', SAMPLES, WARM_UP + EPOCHS);
  if (ours === null) throw new Error('the WASM engine did not start: run npm run build first');
  const plain = engineTime('cpu', PLAIN_SAMPLES, 1);
  const peers: [string, number | null, number | null][] = [
    ['TensorFlow.js, plain CPU, scaled from one batch', plain && (plain * SAMPLES) / PLAIN_SAMPLES, 100],
    ['tfjs-node', engineTime('tensorflow', SAMPLES, WARM_UP + EPOCHS), null],
    ['PyTorch', torchTime(), null],
  ];
  return Promise.resolve(peers.flatMap(([name, peer, goal]) => (peer === null ? [] : [row(ours, peer, name, goal)])));
}

function row(ours: number, peer: number, peerName: string, goal: number | null): Row {
  return { section: 'engines', what: 'an epoch of LeNet on WASM', ours, peer, peerName, unit: 'ms', goal };
}

function engineTime(engine: EngineName, samples: number, epochs: number): number | null {
  const child = join(root, 'bench', 'engine', 'lenetEpoch.ts');
  const bundles = join(root, 'dist', 'tfjs');
  return times(process.execPath, ['--import', 'tsx', child, engine, String(samples), String(epochs), bundles]);
}

function torchTime(): number | null {
  const script = join(root, 'bench', 'engine', 'lenet_epoch.py');
  return times(python, [script, String(SAMPLES), String(WARM_UP + EPOCHS)]);
}

/** Median of the epochs after the warm-up, or null where the program or its engine is not there. */
function times(program: string, args: readonly string[]): number | null {
  const { error, stdout, stderr, status } = spawnSync(program, args, { cwd: root, encoding: 'utf8' });
  const line = stdout?.trim().split('\n').at(-1);
  if (status !== 0 || !line) {
    console.log(`left out: ${args[0]} (${whyLeftOut(error ?? { stderr })})`);
    return null;
  }
  const epochs = JSON.parse(line) as number[] | null;
  return epochs && median(epochs.length > WARM_UP ? epochs.slice(WARM_UP) : epochs);
}
