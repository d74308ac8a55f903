// The compiled kernels that tests use: those of dist/ where they are newer than their sources, else compiled once
// into a folder of this process's own.
import { mkdtemp, readdir, stat } from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const built = join(root, 'dist', 'kernels');
let found;

/** Resolves to a folder with every kernel, compiled from the sources as they are now. */
export function kernelsFolder() {
  return (found ??= findOrCompile());
}

async function findOrCompile() {
  if (await isFresh()) return built;
  const folder = await mkdtemp(join(tmpdir(), 'cnnslicer-kernels-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const { compileKernels } = await import('../../src/analysis/kernels/build.mjs');
  await compileKernels(relative(process.cwd(), folder));
  return folder;
}

/** Whether each source has its module in dist/, and no source is newer than a module. */
async function isFresh() {
  const sources = await Promise.all(['analysis', 'store'].map((name) => sourcesIn(join(root, 'src', name, 'kernels'))));
  const names = sources.flat().filter(({ name }) => name.endsWith('.ts') && !name.startsWith('_'));
  const modules = await Promise.all(names.map(({ name }) => changedAt(join(built, name.replace('.ts', '.wasm')))));
  return Math.min(...modules) > Math.max(...sources.flat().map(({ changed }) => changed));
}

async function sourcesIn(folder) {
  const names = await readdir(folder);
  return Promise.all(names.map(async (name) => ({ name, changed: await changedAt(resolve(folder, name)) })));
}

/** Milliseconds; 0 where there is no such file. */
async function changedAt(path) {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}
