/** The bundles of TensorFlow.js as they ship: those in dist/ after a build, else built alike into a temporary folder. */
import { build } from 'esbuild';
import { existsSync, mkdtempSync, readdirSync, rmSync, cpSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));
const NAMES = ['wasmBackend.cjs', 'cpuBackend.cjs', 'tfjs.cjs'];
const core = '@tensorflow/tfjs-core';

let folder: Promise<string> | undefined;

/** Absolute path of the folder that `startEngine` calls `bundledFolder`. */
export function bundledFolder(): Promise<string> {
  return (folder ??= findOrBuild());
}

async function findOrBuild(): Promise<string> {
  const shipped = join(root, 'dist', 'tfjs');
  const wanted = [...NAMES, 'tfjs-backend-wasm-simd.wasm'];
  if (wanted.every((name) => existsSync(join(shipped, name)))) return shipped;
  const built = mkdtempSync(join(tmpdir(), 'cnnslicer-tfjs-'));
  process.once('exit', () => rmSync(built, { recursive: true, force: true }));
  await Promise.all([
    bundle('@tensorflow/tfjs-backend-wasm', join(built, 'wasmBackend.cjs'), [core, '@tensorflow/tfjs-backend-cpu']),
    bundle('@tensorflow/tfjs-backend-cpu', join(built, 'cpuBackend.cjs'), [core]),
    bundle('@tensorflow/tfjs', join(built, 'tfjs.cjs'), []),
  ]);
  copyBinaries(built);
  return built;
}

async function bundle(entry: string, outfile: string, external: string[]): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile,
    external,
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    keepNames: true,
    logLevel: 'warning',
  });
}

function copyBinaries(to: string): void {
  const from = dirname(createRequire(join(root, 'package.json')).resolve('@tensorflow/tfjs-backend-wasm'));
  for (const name of readdirSync(from)) if (name.endsWith('.wasm')) cpSync(join(from, name), join(to, name));
}
