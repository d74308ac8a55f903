/** The kernels, compiled from the sources as they are now. */
import { loadKernels, type Kernels } from '../../src/analysis/kernelHost/kernels.js';
import { kernelsFolder } from '../setup/kernels.mjs';

export async function builtKernels(): Promise<Kernels> {
  return loadKernels(await kernelsFolder());
}
