/** The analysis worker's bundle, in a folder of the tests' own, and the kernels beside which it works. */
import { build } from 'esbuild';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kernelsFolder as compiledKernels } from '../setup/kernels.mjs';

export interface BuiltWorker {
  readonly workerFile: string;
  readonly kernelsFolder: string;
  remove(): Promise<void>;
}

export async function buildWorker(): Promise<BuiltWorker> {
  const folder = await mkdtemp(join(tmpdir(), 'cnnslicer-worker-'));
  const workerFile = join(folder, 'analysisWorker.cjs');
  const [kernelsFolder] = await Promise.all([
    compiledKernels(),
    build({
      ...{ bundle: true, platform: 'node', target: 'node20', format: 'cjs', keepNames: true, logLevel: 'warning' },
      define: { CNNSLICER_VERSION: '"test"' },
      entryPoints: ['src/analysis/analysisWorker.ts'],
      outfile: workerFile,
    }),
  ]);
  return { workerFile, kernelsFolder, remove: () => rm(folder, { recursive: true, force: true }) };
}
