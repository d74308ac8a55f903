/**
 * Slices of a run of 5 GB – one channel over all samples and epochs, one sample over all channels and epochs – in
 * a fresh process, with the files evicted from the system's cache and warm, beside numpy and zarr-python on the
 * layer's same values.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { epochsFor } from '../generate/largeRun.js';
import { whyLeftOut } from '../leftOut.js';
import { pythonFile } from '../python.js';
import { median, type Row } from '../row.js';
import { LARGE_BYTES, LARGE_SIZES, withLargeRun } from './withLargeRun.js';

const ROUNDS = 3;
const LIMITS = { warm: 100, evicted: 500 } as const;

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

export const SLICES = ['channel', 'sample'] as const;
export type Slice = (typeof SLICES)[number];

/** Milliseconds from opening to the values; processor time of all threads. */
export interface Read {
  readonly wall: number;
  readonly cpu: number;
}

/** What one fresh process measured: its first read, and the median of those after it. */
interface Reads {
  readonly first: Read;
  readonly warm: Read;
}

type Measured = Record<Slice, Reads>;

export async function benchSlices(): Promise<Row[]> {
  return (await withLargeRun(benchIn)) ?? [];
}

async function benchIn(folder: string): Promise<Row[]> {
  const peers = await mkdtemp(join(tmpdir(), 'cnnslicer-bench-'));
  try {
    const bundle = join(peers, 'readSlices.mjs');
    const kernels = join(root, 'dist', 'kernels');
    await build({
      ...{ entryPoints: [join(root, 'bench', 'storage', 'readSlices.ts')], outfile: bundle },
      ...{ bundle: true, platform: 'node', format: 'esm', logLevel: 'error' },
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    });
    const ours = await inRounds((slice) => [process.execPath, bundle, folder, slice, kernels], folder);
    return SLICES.flatMap((slice) => limitRows(slice, ours)).concat(await peerRows(peers, ours));
  } finally {
    await rm(peers, { recursive: true });
  }
}

async function peerRows(peers: string, ours: Measured): Promise<Row[]> {
  const script = join(root, 'bench', 'peers', 'slices.py');
  const rows: Row[] = [];
  for (const peer of ['npy', 'zarr-chunks', 'zarr-default', 'zarr-zstd']) {
    const files = join(peers, peer);
    try {
      const { stdout } = await run(pythonFile(), [script, 'write', peer, files, ...sizesOf()]);
      const measured = await inRounds((slice) => [pythonFile(), script, 'read', peer, files, slice], files);
      for (const slice of SLICES) rows.push(...comparedRows(slice, ours, measured, stdout.trim()));
    } catch (error) {
      console.log(`left out: ${peer} (${whyLeftOut(error)})`);
    } finally {
      await rm(files, { recursive: true, force: true });
    }
  }
  return rows;
}

/** Epochs, probes, channels and side of the peers' array. */
function sizesOf(): string[] {
  return [epochsFor(LARGE_BYTES, LARGE_SIZES) + 1, LARGE_SIZES.probes, LARGE_SIZES.channels, LARGE_SIZES.side].map(
    String,
  );
}

async function inRounds(command: (slice: Slice) => string[], files: string): Promise<Measured> {
  const of = async (slice: Slice): Promise<Reads> => {
    const rounds: Reads[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      await run(pythonFile(), [join(root, 'bench', 'peers', 'evict.py'), files]);
      const [file, ...args] = command(slice);
      rounds.push(JSON.parse((await run(file, args)).stdout) as Reads);
    }
    const middle = (pick: (reads: Reads) => number): number => median(rounds.map(pick));
    return {
      first: { wall: middle(({ first }) => first.wall), cpu: middle(({ first }) => first.cpu) },
      warm: { wall: middle(({ warm }) => warm.wall), cpu: middle(({ warm }) => warm.cpu) },
    };
  };
  return { channel: await of('channel'), sample: await of('sample') };
}

const WORDS: Record<Slice, string> = {
  channel: 'one channel, all samples and epochs',
  sample: 'one sample, all channels and epochs',
};

function limitRows(slice: Slice, ours: Measured): Row[] {
  const row = { section: 'slices', unit: 'ms', peerName: 'the most that is allowed', goal: 1 } as const;
  return [
    { ...row, what: `${WORDS[slice]}, warm`, ours: ours[slice].warm.wall, peer: LIMITS.warm },
    { ...row, what: `${WORDS[slice]}, evicted`, ours: ours[slice].first.wall, peer: LIMITS.evicted },
  ];
}

function comparedRows(slice: Slice, ours: Measured, peer: Measured, peerName: string): Row[] {
  const of = (what: string, key: keyof Reads): Row => ({
    section: 'slices',
    what: `${WORDS[slice]}, ${what}`,
    ours: ours[slice][key].wall,
    peer: peer[slice][key].wall,
    cpu: { ours: ours[slice][key].cpu, peer: peer[slice][key].cpu },
    peerName,
    unit: 'ms',
    goal: null,
  });
  return [of('warm', 'warm'), of('evicted', 'first')];
}
