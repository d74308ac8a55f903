/** The last step of inter-sample entropy: the graph's entropy, its interval, and what an approximate search found. */
import { graphOptions, halfWidthOf, jackknifeExcess, jackknifeGroups } from '../../measures/interSampleEntropy.js';
import type { GraphOptions } from '../../measures/neighbourGraph.js';
import { type Kernels } from '../kernels.js';
import type { InterSampleJob } from './job.js';
import { weigh } from './probabilities.js';
import { recallOf } from './recall.js';

/** As in kernels/neighbourGraph.ts. */
const TIED = 1;
const ZERO_SCALE = 2;

export interface InterSampleResult {
  readonly bits: number;
  readonly k: number;
  readonly tieCount: number;
  readonly zeroScaleCount: number;
  readonly halfWidthBits: number | null;
  /** H − log2 N without each group of the jackknife; only where `replicates` were asked for and there are any. */
  readonly excessWithout?: readonly number[];
  /** Share of the neighbours that were found, measured on some samples; 1 of an exact search. */
  readonly recall: number;
}

/** Entropy of the graph, and its interval when asked for: it overwrites the probabilities. */
export function finishInterSample(kernels: Kernels, job: InterSampleJob): InterSampleResult {
  const { n, options, regions } = job;
  const graph = graphOptions(n, options);
  const flags = kernels.memory.int32(regions.flags, n);
  const bits = entropyOf(kernels, job, graph);
  const excess = options.interval ? excessWithoutGroups(kernels, job) : null;
  return {
    bits,
    k: graph.k,
    tieCount: flags.reduce((count, flag) => count + (flag & TIED ? 1 : 0), 0),
    zeroScaleCount: flags.reduce((count, flag) => count + (flag & ZERO_SCALE ? 1 : 0), 0),
    halfWidthBits: excess && halfWidthOf(excess),
    ...(options.replicates && excess ? { excessWithout: excess } : {}),
    recall: recallOf(kernels, job),
  };
}

function excessWithoutGroups(kernels: Kernels, job: InterSampleJob): number[] | null {
  const { memory } = kernels;
  return memory.scoped(() => {
    const groups = memory.allocate(job.n);
    memory.uint8(groups, job.n).set(jackknifeGroups(job.n));
    return jackknifeExcess(job.n, (group, left) => {
      const graph = graphOptions(left, job.options);
      weigh(kernels, job, graph, { from: 0, to: job.n, groups, without: group, flags: 0 });
      return entropyOf(kernels, job, graph);
    });
  });
}

function entropyOf(kernels: Kernels, { n, regions }: InterSampleJob, { k, symmetrise }: GraphOptions): number {
  return kernels.graphEntropy(regions.targets, regions.probabilities, n, k, symmetrise === 'union');
}
