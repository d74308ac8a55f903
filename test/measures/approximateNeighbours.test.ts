import assert from 'node:assert/strict';
import { searchInterSample } from '../../src/analysis/kernelHost/interSample/candidates.js';
import { finishInterSample, type InterSampleResult } from '../../src/analysis/kernelHost/interSample/entropy.js';
import { layOutInterSample, type Reduction } from '../../src/analysis/kernelHost/interSample/job.js';
import { refineInterSample } from '../../src/analysis/kernelHost/interSample/neighbours.js';
import { prepareInterSample } from '../../src/analysis/kernelHost/interSample/preparation.js';
import { shortenInterSample } from '../../src/analysis/kernelHost/interSample/shorterRows.js';
import type { Kernels } from '../../src/analysis/kernelHost/kernels.js';
import { builtKernels } from './builtKernels.js';
import { nearSubspace } from './nearSubspace.js';

const [N, D] = [2400, 200];

describe('approximate neighbours', () => {
  let kernels: Kernels;
  let samples: Float32Array;
  before(async () => {
    kernels = await builtKernels();
  });
  beforeEach(() => {
    samples = nearSubspace(N, D);
  });

  /** The result, and the neighbours of all samples; the last part is done first, and twice. */
  function measure(reduction: Reduction | null, partCount: number): { result: InterSampleResult; lists: Int32Array } {
    const { memory } = kernels;
    return memory.scoped(() => {
      const address = memory.allocate(samples.byteLength);
      memory.float32(address, samples.length).set(samples);
      const job = layOutInterSample(memory, address, N, D, {}, partCount, reduction);
      const parts = [partCount - 1, ...Array.from({ length: partCount }, (_, part) => part).reverse()];
      prepareInterSample(kernels, job);
      if (reduction) for (const part of parts) shortenInterSample(kernels, job, part);
      for (const part of parts) searchInterSample(kernels, job, part);
      for (const part of parts) refineInterSample(kernels, job, part);
      return { result: finishInterSample(kernels, job), lists: memory.int32(job.regions.neighbours, 16 * N).slice() };
    });
  }

  function shareFound(found: Int32Array, exact: Int32Array): number {
    let count = 0;
    for (let i = 0; i < N; i++) {
      const listed = new Set(found.subarray(16 * i, 16 * i + 15));
      for (const j of exact.subarray(16 * i, 16 * i + 15)) count += listed.has(j) ? 1 : 0;
    }
    return count / (15 * N);
  }

  it('report about the recall that all samples have, few dimensions or many', () => {
    const exact = measure(null, 1);
    assert.equal(exact.result.recall, 1);
    for (const dimensions of [4, 8, 16]) {
      const { result, lists } = measure({ dimensions, candidateCount: 36 }, 1);
      const share = shareFound(lists, exact.lists);
      // Of 64 samples: four standard errors where half of the neighbours are found.
      assert.ok(Math.abs(result.recall - share) < 0.1, `${dimensions}: ${result.recall} is not ${share}`);
      if (dimensions === 16) {
        assert.ok(result.recall >= 0.99, String(result.recall));
        assert.ok(Math.abs(result.bits - exact.result.bits) < 0.01);
      } else assert.ok(result.recall < 0.99, String(result.recall));
    }
  });

  it('are the same however many parts share the work, in whatever order, ties included', () => {
    const reduction = { dimensions: 16, candidateCount: 36 };
    assert.deepEqual(measure(reduction, 3), measure(reduction, 1));
    for (let i = 0; i < N; i += 2) samples.copyWithin(i * D, (i % 60) * D, ((i % 60) + 1) * D);
    const alone = measure(reduction, 1);
    assert.ok(alone.result.tieCount > N / 3, 'half of the samples are copies of thirty');
    assert.deepEqual(measure(reduction, 4), alone);
  });

  it('are found as well where one sample is too far away for rows of 16 bits', () => {
    for (let c = 0; c < D; c++) samples[(N - 1) * D + c] *= 1e3;
    const exact = measure(null, 1);
    const { result, lists } = measure({ dimensions: 16, candidateCount: 36 }, 2);
    assert.ok(result.recall >= 0.99 && shareFound(lists, exact.lists) >= 0.99, String(result.recall));
    assert.ok(Math.abs(result.bits - exact.result.bits) < 0.01, `${result.bits}, ${exact.result.bits}`);
  });
});
