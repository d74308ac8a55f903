/**
 * Inter-sample entropy (paper eqs. 4–7): how diverse samples are as points of R^D, from the
 * graph of their k nearest neighbours. The exact definition in plain TypeScript and float64; the
 * kernels' way is kernelHost/interSampleEntropy.ts.
 */
import { Failure } from '../../protocol/failure.js';
import { nearestNeighbours } from './nearestNeighbours.js';
import { neighbourGraph, type GraphOptions } from './neighbourGraph.js';
import { shuffledIndices } from './standardNormal.js';

export const DEFAULT_NEIGHBOURS = 15;
/**
 * Neighbours listed beyond the k-th to stand in for those that a group of the jackknife takes away: of
 * 24, more than nine are in the same one of 20 groups once in 10⁷.
 */
const SPARE_NEIGHBOURS = 9;

export interface InterSampleOptions {
  /** Nearest neighbours, at least 2; default 15. No more than N − 1 are taken. */
  readonly k?: number;
  /** UMAP's local connectivity; default false. */
  readonly rho?: boolean;
  /** Default `mean` (paper eq. 6); `union` is UMAP's. */
  readonly symmetrise?: 'mean' | 'union';
  /** The probabilities of a sample sum to log2 of this; default k. umap-learn's graph has k + 1. */
  readonly targetNeighbours?: number;
  /** Add the half width of the 95 % jackknife interval; default false. */
  readonly interval?: boolean;
  /** With `interval`: what the jackknife rests on, for differences of two entropies; default false. */
  readonly replicates?: boolean;
}

export interface InterSampleEntropy {
  /** H in bits; null where it is undefined, and then `reason` says why. */
  readonly bits: number | null;
  readonly reason: string | null;
  /** Samples that entered. */
  readonly n: number;
  readonly d: number;
  readonly k: number;
  readonly tieCount: number;
  readonly zeroScaleCount: number;
  /** Samples left out because a value was NaN or ±Inf. */
  readonly nonFiniteCount: number;
  readonly halfWidthBits: number | null;
}

/** Entropy of `n` samples (n, d). Throws a Failure for a k that is no whole number from 2. */
export function interSampleEntropy(
  samples: ArrayLike<number>,
  n: number,
  d: number,
  options: InterSampleOptions = {},
): InterSampleEntropy {
  const kept = finiteRows(samples, n, d);
  const graph = graphOptions(kept.length, options);
  const basis = { n: kept.length, d, k: graph.k, nonFiniteCount: n - kept.length };
  const reason = undefinedReason(kept.length, d);
  if (reason !== null) return undefinedEntropy(basis, reason);
  const rows = kept.length === n ? samples : selectRows(samples, d, kept);
  const lists = nearestNeighbours(rows, kept.length, d, listLength(kept.length, options));
  const groups = jackknifeGroups(kept.length);
  const halfWidthBits = options.interval
    ? jackknifeHalfWidth(kept.length, (group, left) => {
        return neighbourGraph(lists, graphOptions(left, options), (i) => groups[i] === group).bits;
      })
    : null;
  return { ...basis, reason: null, ...neighbourGraph(lists, graph), halfWidthBits };
}

/** k, target and the rest for `n` samples. */
export function graphOptions(n: number, options: InterSampleOptions): GraphOptions {
  const wanted = options.k ?? DEFAULT_NEIGHBOURS;
  if (!Number.isInteger(wanted) || wanted < 2) {
    throw new Failure({
      kind: 'bad-input',
      doing: 'computing diversity',
      wrong: `k is ${wanted}, but it must be a whole number of at least 2`,
      tryThis: `Omit it to use ${DEFAULT_NEIGHBOURS}, or specify a number of at least 2.`,
    });
  }
  const k = Math.max(0, Math.min(wanted, n - 1));
  const target = Math.log2(options.targetNeighbours ?? k);
  return { k, target, rho: options.rho ?? false, symmetrise: options.symmetrise ?? 'mean' };
}

/** Why there is no entropy of `n` finite samples of `d` values; null where there is. */
export function undefinedReason(n: number, d: number): string | null {
  if (d === 0) return 'the samples have no values';
  if (n < 3) return `${n} samples without NaN or ±Inf; at least 3 are needed`;
  return null;
}

export function undefinedEntropy(
  basis: Pick<InterSampleEntropy, 'n' | 'd' | 'k' | 'nonFiniteCount'>,
  reason: string,
): InterSampleEntropy {
  return { ...basis, bits: null, reason, tieCount: 0, zeroScaleCount: 0, halfWidthBits: null };
}

/** Neighbours to list: the (k + 1)-th shows a tie. */
export function listLength(n: number, options: InterSampleOptions): number {
  const { k } = graphOptions(n, options);
  return Math.min(k + (options.interval ? SPARE_NEIGHBOURS : 1), n - 1);
}

/** Indices of the samples that hold neither NaN nor ±Inf. */
export function finiteRows(samples: ArrayLike<number>, n: number, d: number): number[] {
  const rows: number[] = [];
  for (let i = 0; i < n; i++) {
    let c = 0;
    while (c < d && Number.isFinite(samples[i * d + c])) c++;
    if (c === d) rows.push(i);
  }
  return rows;
}

export const JACKKNIFE_GROUPS = 20;
const JACKKNIFE_SEED = 1;
const NORMAL_97_5 = 1.959963984540054;

/**
 * Half width of the 95 % interval of H by the delete-a-group jackknife (20 random groups, fixed seed):
 * 1.96 √((G − 1)/G Σ (θ_g − θ̄)²) with θ = H − log2 N, since H itself grows with N. Each group's graph
 * is built anew from the neighbours that remain. `bitsWithout` is asked for H without a group, and told
 * how many samples are left. Null where a group leaves fewer than 3.
 */
function jackknifeHalfWidth(n: number, bitsWithout: (group: number, left: number) => number): number | null {
  const excess = jackknifeExcess(n, bitsWithout);
  return excess && halfWidthOf(excess);
}

/** H − log2 N without each group in turn; null where a group leaves fewer than 3. */
export function jackknifeExcess(n: number, bitsWithout: (group: number, left: number) => number): number[] | null {
  const groupCount = Math.min(JACKKNIFE_GROUPS, n);
  if (n - Math.ceil(n / groupCount) < 3) return null;
  return Array.from({ length: groupCount }, (_, group) => {
    const left = n - Math.ceil((n - group) / groupCount);
    return bitsWithout(group, left) - Math.log2(left);
  });
}

export function halfWidthOf(excess: readonly number[]): number {
  const groupCount = excess.length;
  const mean = excess.reduce((sum, value) => sum + value, 0) / groupCount;
  const squares = excess.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return NORMAL_97_5 * Math.sqrt(((groupCount - 1) / groupCount) * squares);
}

/** Group of each sample; random, since classes may follow each other in order. */
export function jackknifeGroups(n: number): Uint8Array {
  const groups = new Uint8Array(n);
  shuffledIndices(n, JACKKNIFE_SEED).forEach((i, place) => (groups[i] = place % JACKKNIFE_GROUPS));
  return groups;
}

function selectRows(samples: ArrayLike<number>, d: number, rows: readonly number[]): Float64Array {
  const selected = new Float64Array(rows.length * d);
  rows.forEach((row, i) => {
    for (let c = 0; c < d; c++) selected[i * d + c] = samples[row * d + c];
  });
  return selected;
}
