/** Peers in Python, timed in a process of their own; NaN where there is no Python with their packages. */
import { spawnSync } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const python = process.env['CNNSLICER_PYTHON'] ?? join(homedir(), '.cache', 'cnnslicer', 'python', 'bin', 'python');
const script = fileURLToPath(new URL('peers.py', import.meta.url));
const REPEATS = 3;

/** Least ms of three runs on the first n rows of `file` (…, d), float32. */
export function peerTime(task: string, file: string, n: number, d: number, threads: number): number {
  const { status, stdout } = spawnSync(python, [script, task, file, ...[n, d, threads, REPEATS].map(String)], {
    encoding: 'utf8',
  });
  const line = stdout?.trim().split('\n').at(-1);
  return status === 0 && line ? Math.min(...(JSON.parse(line) as number[])) : NaN;
}
