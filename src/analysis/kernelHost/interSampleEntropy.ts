/** Inter-sample entropy in one thread through the kernels; threads share an `InterSampleJob` instead. */
import {
  finiteRows,
  graphOptions,
  undefinedEntropy,
  undefinedReason,
  type InterSampleEntropy,
  type InterSampleOptions,
} from '../measures/interSampleEntropy.js';
import { searchInterSample } from './interSample/candidates.js';
import { finishInterSample } from './interSample/entropy.js';
import { layOutInterSample } from './interSample/job.js';
import { refineInterSample } from './interSample/neighbours.js';
import { prepareInterSample } from './interSample/preparation.js';
import { type Kernels } from './kernels.js';

/**
 * Entropy of `n` samples (n, d), as the twin in measures/ defines it. Samples that lie in the kernels'
 * memory and are all finite are read in place. Throws a Failure for a k that is no whole number from 2.
 */
export function interSampleEntropy(
  kernels: Kernels,
  samples: Float32Array,
  n: number,
  d: number,
  options: InterSampleOptions = {},
): InterSampleEntropy {
  const kept = finiteRows(samples, n, d);
  const { k } = graphOptions(kept.length, options);
  const basis = { n: kept.length, d, k, nonFiniteCount: n - kept.length };
  const reason = undefinedReason(kept.length, d);
  if (reason !== null) return undefinedEntropy(basis, reason);
  return kernels.memory.scoped(() => {
    const place = kept.length === n ? kernels.memory.addressOf(samples) : null;
    const address = place ?? copyRows(kernels, samples, d, kept);
    const job = layOutInterSample(kernels.memory, address, kept.length, d, options, 1);
    prepareInterSample(kernels, job);
    searchInterSample(kernels, job, 0);
    refineInterSample(kernels, job, 0);
    const { bits, tieCount, zeroScaleCount, halfWidthBits } = finishInterSample(kernels, job);
    return { ...basis, reason: null, bits, tieCount, zeroScaleCount, halfWidthBits };
  });
}

function copyRows({ memory }: Kernels, samples: Float32Array, d: number, rows: readonly number[]): number {
  const address = memory.allocate(4 * rows.length * d);
  const copy = memory.float32(address, rows.length * d);
  rows.forEach((row, i) => copy.set(samples.subarray(row * d, (row + 1) * d), i * d));
  return address;
}
