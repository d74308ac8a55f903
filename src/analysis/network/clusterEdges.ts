/** Edges between the clusters of two layers: weights summed over pairs of clusters, the strongest bundled. */
import type { EdgeBundle, LayerPairEdges } from '../../protocol/network.js';
import { bicliqueCover } from './bicliques.js';
import type { ChannelSource } from './channelSources.js';
import { clutterOf, worthwhileBundles } from './clutter.js';
import type { SignedWeights } from './edgeWeights.js';

/** Channels of each cluster. */
export type Clusters = readonly (readonly number[])[];

export interface PairInput {
  readonly from: number;
  readonly to: number;
  /** What of the source arrives at the target's input channels: several where it arrives on several ways. */
  readonly sources: readonly ChannelSource[];
  readonly fromClusters: Clusters;
  readonly toClusters: Clusters;
  /** Null where the target has no weights from channel to channel. */
  readonly weights: SignedWeights | null;
  /** The target adds its inputs channel by channel. */
  readonly identity: boolean;
  readonly strongest: number;
}

export function clusterEdges(input: PairInput): LayerPairEdges {
  const { from, to, fromClusters, toClusters } = input;
  const length = fromClusters.length * toClusters.length;
  const sums = { positive: new Array<number>(length).fill(0), negative: new Array<number>(length).fill(0) };
  const kind = addEdges(input, sums);
  const [sources, targets] = [fromClusters.length, toClusters.length];
  const cover = ([1, -1] as const).flatMap((sign) =>
    bundlesOf(sign > 0 ? sums.positive : sums.negative, sign, sources, targets, input.strongest),
  );
  const bundles = worthwhileBundles(cover, sources, targets);
  return { from, to, kind, ...sums, bundles, clutter: clutterOf(bundles, sources, targets) };
}

interface Sums {
  readonly positive: number[];
  readonly negative: number[];
}

function addEdges(input: PairInput, sums: Sums): LayerPairEdges['kind'] {
  const { sources, weights, identity } = input;
  const mapped = sources.filter((source) => source.channels !== null);
  if (mapped.length === sources.length && weights && sources[0]?.channels?.length === weights.inputCount) {
    for (const source of mapped) addWeights(source.channels!, weights, input, sums);
    return 'weights';
  }
  if (mapped.length === sources.length && identity) {
    for (const source of mapped) addIdentity(source.channels!, input, sums);
    return 'identity';
  }
  return 'structure';
}

function addWeights(channels: Int32Array, weights: SignedWeights, input: PairInput, sums: Sums): void {
  const [fromOf, toOf] = [clusterOf(input.fromClusters), clusterOf(input.toClusters)];
  for (let i = 0; i < channels.length; i++) {
    const from = fromOf.get(channels[i]);
    if (from === undefined) continue;
    for (let o = 0; o < weights.outputCount; o++) {
      const to = toOf.get(o);
      if (to === undefined) continue;
      const at = from * input.toClusters.length + to;
      sums.positive[at] += weights.positive[i * weights.outputCount + o];
      sums.negative[at] += weights.negative[i * weights.outputCount + o];
    }
  }
}

function addIdentity(channels: Int32Array, input: PairInput, sums: Sums): void {
  const [fromOf, toOf] = [clusterOf(input.fromClusters), clusterOf(input.toClusters)];
  channels.forEach((channel, own) => {
    const [from, to] = [fromOf.get(channel), toOf.get(own)];
    if (from !== undefined && to !== undefined) sums.positive[from * input.toClusters.length + to]++;
  });
}

function clusterOf(clusters: Clusters): Map<number, number> {
  return new Map(clusters.flatMap((channels, cluster) => channels.map((channel) => [channel, cluster])));
}

/** The strongest share of the edges that are there, those as strong as the weakest of them included. */
export function strongestEdges(values: readonly number[], share: number): boolean[] {
  const sorted = values.filter((value) => value > 0).sort((a, b) => b - a);
  if (sorted.length === 0) return values.map(() => false);
  const threshold = sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1];
  return values.map((value) => value >= threshold);
}

function bundlesOf(
  values: readonly number[],
  sign: 1 | -1,
  sources: number,
  targets: number,
  share: number,
): EdgeBundle[] {
  const drawn = strongestEdges(values, share).map(Number);
  return bicliqueCover(drawn, sources, targets).map((one) => ({ sign, ...one }));
}
