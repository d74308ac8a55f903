/** The analysis worker's bundle and kernels as the build makes them, in a folder of the tests' own. */
import { build } from 'esbuild';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

export interface BuiltWorker {
  readonly workerFile: string;
  readonly kernelsFolder: string;
  remove(): Promise<void>;
}

export async function buildWorker(): Promise<BuiltWorker> {
  const folder = await mkdtemp(join(tmpdir(), 'cnnslicer-worker-'));
  const workerFile = join(folder, 'analysisWorker.cjs');
  const kernelsFolder = join(folder, 'kernels');
  // Plain JavaScript, since the build itself runs it; what it exports is known here.
  const module = '../../src/analysis/kernels/build.mjs';
  const { compileKernels } = (await import(module)) as { compileKernels(out: string): Promise<void> };
  await Promise.all([
    compileKernels(relative(process.cwd(), kernelsFolder)),
    build({
      ...{ bundle: true, platform: 'node', target: 'node20', format: 'cjs', keepNames: true, logLevel: 'warning' },
      define: { CNNSLICER_VERSION: '"test"' },
      entryPoints: ['src/analysis/worker/analysisWorker.ts'],
      outfile: workerFile,
    }),
  ]);
  return { workerFile, kernelsFolder, remove: () => rm(folder, { recursive: true, force: true }) };
}
