/** The most memory that a measure of large samples takes, beside the samples themselves and all their pairs. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Row } from './row.js';

const [N, D] = [20_000, 4096];
const MEGABYTE = 2 ** 20;

const script = fileURLToPath(new URL('measures/largeInter.ts', import.meta.url));

export async function benchMemory(): Promise<Row[]> {
  const all = ['--import', 'tsx', script, String(N), String(D)];
  const { stdout } = await promisify(execFile)(process.execPath, all);
  const { peakBytes } = JSON.parse(stdout) as { peakBytes: number };
  const row = {
    section: 'memory',
    what: `inter-sample entropy, N = ${N}, D = ${D}, peak of the process`,
    ours: peakBytes / MEGABYTE,
    unit: 'MB',
  } as const;
  return [
    { ...row, peer: (4 * N * D) / MEGABYTE, peerName: 'the samples alone', goal: null },
    { ...row, peer: (4 * N * N) / MEGABYTE, peerName: 'all distances as float32', goal: 1 },
  ];
}
