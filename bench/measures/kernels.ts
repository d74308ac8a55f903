/** The built kernels, and the least time of several runs. */
import { fileURLToPath } from 'node:url';
import { loadKernels, type Kernels } from '../../src/analysis/kernelHost/kernels.js';

export function builtKernels(): Promise<Kernels> {
  return loadKernels(fileURLToPath(new URL('../../dist/kernels', import.meta.url)));
}

/** Least ms of `repeats` runs. */
export async function leastTime(repeats: number, run: () => Promise<void> | void): Promise<number> {
  let least = Infinity;
  for (let repeat = 0; repeat < repeats; repeat++) {
    const begin = performance.now();
    await run();
    least = Math.min(least, performance.now() - begin);
  }
  return least;
}
