/** The kernels as the build makes them; built here when no build has been made yet. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compileKernels as build } from '../../src/analysis/kernels/build.mjs';
import { loadKernels, type Kernels } from '../../src/analysis/kernelHost/kernels.js';

export const kernelFolder = fileURLToPath(new URL('../../dist/kernels', import.meta.url));

export async function builtKernels(): Promise<Kernels> {
  if (!existsSync(`${kernelFolder}/pairDistances.wasm`)) await build('dist/kernels');
  return loadKernels(kernelFolder);
}
