/** Gaussian kernels of pairs through WebAssembly, over squared distances that lie in the kernels' memory. */
import { JACKKNIFE_GROUPS } from '../measures/interSampleEntropy.js';
import { KERNEL_SUMS, noiseVarianceOf, rateOf, type PairKernels } from '../measures/kernelDensity.js';
import { pairCountOf } from './distancePairs.js';
import type { Kernels } from './kernels.js';

/** Bytes that kernels of n samples and their sums allocate. */
export function pairKernelBytes(n: number): number {
  return 8 * pairCountOf(n) + n * (8 * KERNEL_SUMS * JACKKNIFE_GROUPS + 32) + 512;
}

/** From squares (pair) float64 at an address; the kernels stay allocated. */
export function pairKernelsInMemory(kernels: Kernels, squares: number, n: number, noiseShare: number): PairKernels {
  const { memory } = kernels;
  const count = pairCountOf(n);
  const noiseVariance = noiseVarianceOf(memory.float64(squares, count), n, noiseShare);
  const pairs = memory.allocate(8 * count);
  kernels.squaresToKernels(squares, count, rateOf(noiseVariance), pairs);
  return {
    n,
    noiseVariance,
    sums: (groups, groupCount, labels) =>
      memory.scoped(() => {
        const [groupsAt, labelsAt] = [memory.allocate(n), memory.allocate(4 * n)];
        const out = memory.allocate(8 * n * groupCount * KERNEL_SUMS);
        memory.uint8(groupsAt, n).set(groups);
        memory.int32(labelsAt, n).set(labels);
        kernels.kernelSums(pairs, n, groupsAt, groupCount, labelsAt, out);
        return memory.float64(out, n * groupCount * KERNEL_SUMS).slice();
      }),
    sumsWithin: (labels) => sumsWithin(kernels, pairs, labels),
  };
}

/** Label by label, so that pairs of different labels are not looked at. */
function sumsWithin(kernels: Kernels, pairs: number, labels: Int32Array): Float64Array {
  const { memory } = kernels;
  const out = new Float64Array(2 * labels.length);
  memory.scoped(() => {
    const [place, sums] = [memory.allocate(4 * labels.length), memory.allocate(16 * labels.length)];
    for (const members of membersOf(labels)) {
      memory.int32(place, members.length).set(members);
      kernels.kernelSumsWithin(pairs, labels.length, place, members.length, sums);
      const found = memory.float64(sums, 2 * members.length);
      members.forEach((i, member) => out.set(found.subarray(2 * member, 2 * member + 2), 2 * i));
    }
  });
  return out;
}

function membersOf(labels: Int32Array): Iterable<number[]> {
  const members = new Map<number, number[]>();
  labels.forEach((label, i) => {
    const others = members.get(label);
    if (others) others.push(i);
    else members.set(label, [i]);
  });
  return members.values();
}
