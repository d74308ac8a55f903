/** Peers in Python, timed in a process of their own; NaN where there is no Python with their packages. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { pythonFile } from '../python.js';
import type { Times } from '../times.js';

const script = fileURLToPath(new URL('peers.py', import.meta.url));

/** Least ms of some runs on the first n rows of `file` (…, d), float32. */
export function peerTime(task: string, file: string, n: number, d: number, threads: number, repeats = 3): Times {
  const { status, stdout } = spawnSync(pythonFile(), [script, task, file, ...[n, d, threads, repeats].map(String)], {
    encoding: 'utf8',
  });
  const line = stdout?.trim().split('\n').at(-1);
  if (status !== 0 || !line) return { wall: NaN, cpu: NaN };
  const all = JSON.parse(line) as [wall: number, cpu: number][];
  return { wall: Math.min(...all.map(([wall]) => wall)), cpu: Math.min(...all.map(([, cpu]) => cpu)) };
}
