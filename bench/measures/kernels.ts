/** The built kernels. */
import { fileURLToPath } from 'node:url';
import { loadKernels, type Kernels } from '../../src/analysis/kernelHost/kernels.js';

export function builtKernels(): Promise<Kernels> {
  return loadKernels(fileURLToPath(new URL('../../dist/kernels', import.meta.url)));
}
