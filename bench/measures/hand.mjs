// A second thread for the benchmark: performs parts of a job over the memory that it was given.
import { parentPort, workerData } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
const { instantiateKernels } = await import('../../src/analysis/kernelHost/kernels.ts');
const { searchInterSample } = await import('../../src/analysis/kernelHost/interSample/candidates.ts');
const { refineInterSample } = await import('../../src/analysis/kernelHost/interSample/neighbours.ts');
const kernels = instantiateKernels(workerData.modules, workerData.memory);
parentPort.on('message', ({ step, job, part }) => {
  if (step === 'search') searchInterSample(kernels, job, part);
  else refineInterSample(kernels, job, part);
  parentPort.postMessage(step);
});
parentPort.postMessage('ready');
