// One part of a search, in a thread that was handed compiled kernels and their memory.
import { workerData } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
const { instantiateKernels } = await import('../../src/analysis/kernelHost/kernels.ts');
const { searchInterSample } = await import('../../src/analysis/kernelHost/interSample/candidates.ts');
const { modules, memory, job, part } = workerData;
searchInterSample(instantiateKernels(modules, memory), job, part);
