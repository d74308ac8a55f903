import assert from 'node:assert/strict';
import { searchInterSample } from '../../src/analysis/kernelHost/interSample/candidates.js';
import { finishInterSample } from '../../src/analysis/kernelHost/interSample/entropy.js';
import { interSampleBytes, layOutInterSample } from '../../src/analysis/kernelHost/interSample/job.js';
import { refineInterSample } from '../../src/analysis/kernelHost/interSample/neighbours.js';
import { prepareInterSample } from '../../src/analysis/kernelHost/interSample/preparation.js';
import { instantiateKernels } from '../../src/analysis/kernelHost/kernels.js';
import { fillStandardNormal } from '../../src/analysis/measures/standardNormal.js';
import { builtKernels } from './builtKernels.js';

describe('the memory of inter-sample entropy', () => {
  it('stays far below one value for each pair of samples, measured', async () => {
    const [n, d] = [6000, 16];
    const kernels = instantiateKernels((await builtKernels()).modules); // a memory that nothing else has grown
    const address = kernels.memory.allocate(4 * n * d);
    fillStandardNormal(kernels.memory.float32(address, n * d), 1);
    const job = layOutInterSample(kernels.memory, address, n, d, {}, 2);
    prepareInterSample(kernels, job);
    for (const part of [0, 1]) searchInterSample(kernels, job, part);
    for (const part of [0, 1]) refineInterSample(kernels, job, part);
    assert.ok(finishInterSample(kernels, job).bits > 0);
    const grown = kernels.memory.memory.buffer.byteLength;
    assert.ok(grown < (4 * n * n) / 16, `${grown} bytes for ${n} samples`);
  });

  it('is two copies of the samples and little more for N = 20,000 and D = 4,096: within the default limit', () => {
    const [n, d] = [20_000, 4096];
    const samples = 4 * n * d;
    const bytes = samples + interSampleBytes({ n, d, options: { k: 15 }, reduction: null, partCount: 2 });
    assert.ok(bytes < 2.1 * samples && bytes < 2 * 2 ** 30, `${bytes / samples} times the samples`);
  });
});
