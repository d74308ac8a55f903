/** The run of 5 GB that storage is measured on: BENCH_LARGE (a workspace of bench/generate), or written and deleted again. */
import { mkdtemp, readdir, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { epochsFor, LARGE, writeLargeRun } from '../generate/largeRun.js';

export const LARGE_BYTES = 5e9;
/** Four layers of 64 channels of 14 × 14 and 1,000 probes: 50 MB a layer and epoch. */
export const LARGE_SIZES = { ...LARGE, layers: 4, channels: 64, side: 14, probes: 1000 };

/** What `work` makes of the run's folder; null, told of, where the disk has no room for it. */
export async function withLargeRun<T>(work: (folder: string) => Promise<T>): Promise<T | null> {
  const given = process.env['BENCH_LARGE'];
  if (given) return work(await runIn(given));
  const { bavail, bsize } = await statfs(tmpdir());
  if (bavail * bsize < 4 * LARGE_BYTES) {
    console.log(`left out: ${tmpdir()} has no room for ${(4 * LARGE_BYTES) / 1e9} GB`);
    return null;
  }
  const workspace = await mkdtemp(join(tmpdir(), 'cnnslicer-bench-'));
  try {
    await writeLargeRun(workspace, 0, { ...LARGE_SIZES, epochs: epochsFor(LARGE_BYTES, LARGE_SIZES) });
    return await work(await runIn(workspace));
  } finally {
    await rm(workspace, { recursive: true });
  }
}

async function runIn(workspace: string): Promise<string> {
  const runs = join(workspace, '.cnnslicer', 'runs');
  const [name] = await readdir(runs);
  return join(runs, name);
}
