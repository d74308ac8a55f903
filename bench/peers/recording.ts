/**
 * What recording the same LeNet costs a Python user: PyTorch bare and with each way of recording its layers, added
 * seconds and megabytes as a table. TorchLens, captum and TensorBoard may lie in BENCH_PACKAGES, a folder of
 * `pip install --target` (~/.cache/cnnslicer/bench-packages); what cannot be had is left out by name.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { whyLeftOut } from '../leftOut.js';
import { pythonFile } from '../python.js';
import { root } from '../trainings.js';

const BENCH_PACKAGES = join(homedir(), '.cache', 'cnnslicer', 'bench-packages');

export interface Way {
  readonly name: string;
  /** Added to bare training; of "bare" itself all of it. */
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly bytes: number;
}

interface LeftOut {
  readonly name: string;
  readonly leftOut: string;
}

/** Null where there is no PyTorch. */
export async function pythonWays(mnist: string, rounds: number): Promise<Way[] | null> {
  const out = await mkdtemp(join(tmpdir(), 'cnnslicer-bench-'));
  const env = { ...process.env, PYTHONPATH: process.env['BENCH_PACKAGES'] ?? BENCH_PACKAGES };
  try {
    const script = join(root, 'bench', 'peers', 'recording.py');
    const { stdout } = await promisify(execFile)(pythonFile(), [script, mnist, out, String(rounds)], { env });
    const lines = stdout.split('\n').filter((line) => line.startsWith('{"name"'));
    const ways = lines.map((line) => JSON.parse(line) as Way | LeftOut);
    for (const way of ways) if ('leftOut' in way) console.log(`left out: ${way.name} (${way.leftOut})`);
    return ways.filter((way): way is Way => !('leftOut' in way));
  } catch (error) {
    console.log(`left out: PyTorch (${whyLeftOut(error)})`);
    return null;
  } finally {
    await rm(out, { recursive: true });
  }
}

/** Ours in the first lines; `×` is a way's cost beside its own bare training, which compares engines of any speed. */
export function printWays(ways: readonly (Way & { readonly bare: number })[]): void {
  console.log(`${'recording by'.padEnd(68)}${'added s'.padStart(9)}${'× bare'.padStart(8)}${'MB'.padStart(8)}`);
  for (const { name, seconds, bare, bytes } of ways) {
    const [added, share] = [seconds.toFixed(2), (1 + seconds / bare).toFixed(2)];
    console.log(`${name.padEnd(68)}${added.padStart(9)}${share.padStart(8)}${(bytes / 1e6).toFixed(0).padStart(8)}`);
  }
}
