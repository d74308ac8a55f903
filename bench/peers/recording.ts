/**
 * What recording the same network costs a Python user: PyTorch bare and with each way of recording its layers, added
 * seconds and megabytes as a table. What cannot be had is left out by name.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { whyLeftOut } from '../leftOut.js';
import { setUpRecordingPeers } from '../../test/setup/python.mjs';
import { root } from '../trainings.js';

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

/** `model`: one of loops.py; null where there is no PyTorch. */
export async function pythonWays(model: string, mnist: string, rounds: number): Promise<Way[] | null> {
  const { path, reason } = await setUpRecordingPeers();
  if (!path) {
    console.log(`left out: PyTorch (${reason})`);
    return null;
  }
  const out = await mkdtemp(join(tmpdir(), 'cnnslicer-bench-'));
  try {
    const script = join(root, 'bench', 'peers', 'recording.py');
    const { stdout } = await promisify(execFile)(path, [script, model, mnist, out, String(rounds)]);
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
