/**
 * All numbers of a recorded LeNet on MNIST from a fresh process – intra-sample entropy of all layers and
 * epochs, distance MI of 8 × 16 channels at five epochs, inter-sample entropy of all layers at five epochs –
 * beside the Python stack on the same run. The run is BENCH_RUN, or recorded here.
 */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { whyLeftOut } from './leftOut.js';
import { pythonFile } from './python.js';
import { median, type Row } from './row.js';
import { dataFolder, noData } from '../test/setup/data.mjs';

const ROUNDS = 3;
const MOST_SECONDS = 1.5;

const root = fileURLToPath(new URL('..', import.meta.url));
const mnist = dataFolder('mnist');
const run = promisify(execFile);

interface Seconds {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

export async function benchWholeRun(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'cnnslicer-bench-'));
  try {
    const recorded = await recordedRun(folder);
    if (recorded === null) return [];
    const ours = await oursOf(recorded, folder);
    const row = { section: 'whole', what: 'all numbers of a run, fresh process', unit: 's' } as const;
    const limit = { ...row, ours: ours.seconds, peer: MOST_SECONDS, peerName: 'the most that is allowed', goal: 1 };
    const python = await pythonOf(recorded);
    if (python === null) return [limit];
    const cpu = { ours: ours.cpuSeconds, peer: python.cpuSeconds };
    const peerName = 'umap-learn, scipy, numpy';
    return [limit, { ...row, ours: ours.seconds, peer: python.seconds, peerName, cpu, goal: null }];
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A copy of its own: results are cached in the run folder. */
async function recordedRun(folder: string): Promise<string | null> {
  const target = join(folder, 'run');
  const given = process.env['BENCH_RUN'];
  if (given) {
    await cp(given, target, { recursive: true });
    return target;
  }
  if (!mnist) {
    console.log(`left out: ${noData}`);
    return null;
  }
  const script = join(root, 'bench', 'scripts', 'lenet.cjs');
  const record = [join(root, 'dist', 'cli.cjs'), 'record', script, '--out', folder, '--', mnist];
  await run(process.execPath, record, { cwd: root });
  const [name] = (await readdir(folder)).filter((one) => !one.startsWith('.'));
  return join(folder, name);
}

async function oursOf(recorded: string, folder: string): Promise<Seconds> {
  const bundle = join(folder, 'allNumbers.mjs');
  await build({
    ...{ entryPoints: [join(root, 'bench', 'measures', 'allNumbers.ts')], outfile: bundle },
    ...{ bundle: true, platform: 'node', format: 'esm', logLevel: 'error' },
  });
  // Certificates that a machine adds are read by every Node before its first line: 37 ms that are nobody's here.
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: undefined };
  const all: Seconds[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await rm(join(recorded, 'cache'), { recursive: true, force: true });
    const worker = join(root, 'dist', 'analysisWorker.cjs');
    const { stdout } = await run(process.execPath, [bundle, recorded, worker], { env });
    all.push(JSON.parse(stdout) as Seconds);
  }
  return {
    seconds: median(all.map(({ seconds }) => seconds)),
    cpuSeconds: median(all.map(({ cpuSeconds }) => cpuSeconds)),
  };
}

async function pythonOf(recorded: string): Promise<Seconds | null> {
  const script = join(root, 'bench', 'measures', 'pythonStack.py');
  try {
    return JSON.parse((await run(pythonFile(), [script, recorded])).stdout) as Seconds;
  } catch (error) {
    console.log(`left out: the Python stack (${whyLeftOut(error)})`);
    return null;
  }
}
