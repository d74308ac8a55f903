/**
 * The recordings that the findings are looked for in: each network for several sizes of its training data
 * and several seeds. Recorded once into .cnnslicer/findings, and found there again.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openRun } from '../../src/store/reading/openRun.js';
import { dataFolder, noData } from '../../test/setup/data.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const kept = join(root, '.cnnslicer', 'findings');

/** One network on one data set. */
export interface Network {
  readonly name: 'MNIST' | 'CIFAR-10';
  readonly folder: 'mnist' | 'cifar10';
  readonly sizes: readonly number[];
  readonly seeds: readonly number[];
  readonly probes: number;
  readonly epochs: number;
  /** Arguments of `cnnslicer record` for a seed; those of the script come after `--`. */
  readonly script: (seed: number) => readonly string[];
  readonly scriptArguments: (seed: number) => readonly string[];
}

export const NETWORKS: readonly Network[] = [
  {
    ...{ name: 'MNIST', folder: 'mnist', sizes: [100, 500, 2000], seeds: [1, 2, 3], probes: 300, epochs: 10 },
    script: () => [join(root, 'bench', 'scripts', 'findingsLenet.cjs')],
    scriptArguments: (seed) => ['--', dataFolder('mnist') ?? '', String(seed), '10'],
  },
  {
    ...{ name: 'CIFAR-10', folder: 'cifar10', sizes: [500, 2000], seeds: [1, 2, 3], probes: 200, epochs: 6 },
    script: (seed) => [
      ...['--model', join(root, 'bench', 'scripts', 'findingsCifar.mjs'), '--export', `seed${seed}`],
      ...['--data', dataFolder('cifar10') ?? '', '--epochs', '6', '--batch-size', '32'],
    ],
    scriptArguments: () => [],
  },
];

export interface Recording {
  readonly seed: number;
  /** Samples that it was trained on. */
  readonly size: number;
  readonly folder: string;
}

/** By seed, then by size; empty where the data are not there. Says on the console what it records. */
export async function recordings(network: Network): Promise<Recording[]> {
  if (!dataFolder(network.folder)) {
    console.log(`left out: ${network.name}: ${noData}`);
    return [];
  }
  const all: Recording[] = [];
  for (const seed of network.seeds) {
    const out = join(kept, `${network.folder}-seed${seed}`);
    let found = await finishedRuns(out, seed);
    if (found.length < network.sizes.length) {
      await rm(out, { recursive: true, force: true });
      await record(network, seed, out);
      found = await finishedRuns(out, seed);
    }
    all.push(...found);
  }
  return all;
}

async function finishedRuns(out: string, seed: number): Promise<Recording[]> {
  if (!existsSync(out)) return [];
  const names = (await readdir(out)).filter((name) => !name.startsWith('.'));
  const runs = await Promise.all(names.map(async (name) => (await openRun(join(out, name))).describe()));
  return runs
    .filter(({ summary }) => summary.status.state === 'finished')
    .map(({ summary, manifest }) => ({ seed, size: manifest.group?.size ?? 0, folder: summary.folder }))
    .sort((a, b) => a.size - b.size);
}

async function record(network: Network, seed: number, out: string): Promise<void> {
  console.log(`recording ${network.name}, seed ${seed}: ${network.sizes.join(', ')} training samples`);
  const args = [join(root, 'dist', 'cli.cjs'), 'record', ...network.script(seed), '--out', out];
  args.push('--train-sizes', network.sizes.join(','), '--probes', String(network.probes), '--quiet');
  args.push('--name', `${network.folder}-seed${seed}`, ...network.scriptArguments(seed));
  await new Promise<void>((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`cnnslicer record ended with ${code}`))));
  });
}
