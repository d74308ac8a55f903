/** Peers in Python, timed in a process of their own; NaN where there is no Python with their packages. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { whyLeftOut } from '../leftOut.js';
import { pythonFile } from '../python.js';
import type { Times } from '../times.js';

const script = fileURLToPath(new URL('peers.py', import.meta.url));

/** Numbers of samples and of threads. */
export type Size = readonly [n: number, threads: number];

/** Least ms of some runs on the first n rows of `file` (…, d), float32, for each size: one process, so that it compiles once. */
export function peerTimes(task: string, file: string, d: number, sizes: readonly Size[], repeats = 3): Times[] {
  const given = [script, task, file, String(d), String(repeats), ...sizes.map((size) => size.join(':'))];
  const { error, status, stdout, stderr } = spawnSync(pythonFile(), given, { encoding: 'utf8' });
  const line = stdout?.trim().split('\n').at(-1);
  if (status !== 0 || !line) {
    console.log(`left out: the peer of ${task} (${whyLeftOut(error ?? { stderr })})`);
    return sizes.map(() => ({ wall: NaN, cpu: NaN }));
  }
  const found = JSON.parse(line) as [wall: number, cpu: number][][];
  return found.map((all) => ({
    wall: Math.min(...all.map(([wall]) => wall)),
    cpu: Math.min(...all.map(([, cpu]) => cpu)),
  }));
}

/** Of one size, on one thread. */
export function peerTime(task: string, file: string, n: number, d: number, repeats = 3): Times {
  return peerTimes(task, file, d, [[n, 1]], repeats)[0];
}
