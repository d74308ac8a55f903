/** P(j|i) of listed neighbours (paper eqs. 4–5), for all samples or without a group of the jackknife. */
import { listLength } from '../../measures/interSampleEntropy.js';
import type { GraphOptions } from '../../measures/neighbourGraph.js';
import { type Kernels } from '../kernels.js';
import type { InterSampleJob } from './job.js';

/** Rows whose neighbours are weighed, all or without a group of the jackknife; 0 for what is not asked for. */
export interface WeighedRows {
  readonly from: number;
  readonly to: number;
  /** Address of each row's group. */
  readonly groups: number;
  /** The group that is left out. */
  readonly without: number;
  /** Address of the order that rows are counted in, where it is not their own. */
  readonly order?: number;
  /** Address of what is to be said of each row: ties, no scale. */
  readonly flags: number;
}

/** Probabilities of the neighbours of some rows. */
export function weigh(
  kernels: Kernels,
  { n, options, regions }: InterSampleJob,
  graph: GraphOptions,
  rows: WeighedRows,
): void {
  const length = listLength(n, options);
  kernels.weighRows(
    ...([regions.neighbours, regions.distances, length, graph.k, graph.target, graph.rho] as const),
    ...([
      rows.groups,
      rows.without,
      rows.order ?? 0,
      rows.from,
      rows.to,
      regions.targets,
      regions.probabilities,
      rows.flags,
    ] as const),
  );
}
