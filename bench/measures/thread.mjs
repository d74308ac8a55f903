// A second thread for the benchmark: performs parts of a job over the memory that it was given.
import { parentPort, workerData } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
const { instantiateKernels } = await import('../../src/analysis/kernelHost/kernels.ts');
const { searchInterSample } = await import('../../src/analysis/kernelHost/interSample/candidates.ts');
const { refineInterSample } = await import('../../src/analysis/kernelHost/interSample/neighbours.ts');
const { shortenInterSample } = await import('../../src/analysis/kernelHost/interSample/shorterRows.ts');
const steps = { shorten: shortenInterSample, search: searchInterSample, refine: refineInterSample };
const kernels = instantiateKernels(workerData.modules, workerData.memory);
parentPort.on('message', ({ step, job, part }) => {
  steps[step](kernels, job, part);
  parentPort.postMessage(step);
});
parentPort.postMessage('ready');
