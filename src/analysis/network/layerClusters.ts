/** The channels of one layer in clusters by what they answer to the classes, and the orders of its matrix. */
import type {
  CountCriterion,
  LayerClusters,
  LinkageMethod,
  NetworkCluster,
  VectorScale,
} from '../../protocol/network.js';
import { chooseCount, type CountChoice } from './clusterCount.js';
import { MOST_ORDERED_LEAVES, optimalLeafOrder, orderLength, treeOrder } from '../../protocol/leafOrder.js';
import { cutTree, distanceMatrix, linkage } from '../../protocol/linkage.js';

export interface ClusterInput {
  readonly layer: number;
  readonly channelCount: number;
  /** 1 where the run has no classes: then the one mean is over all probes. */
  readonly classCount: number;
  /** Mean activation (channel, class). */
  readonly means: Float64Array;
  readonly dead: readonly number[];
  readonly n: number;
  readonly receptiveField: LayerClusters['receptiveField'];
}

export interface ClusterOptions {
  readonly linkage: LinkageMethod;
  readonly criterion: CountCriterion;
  readonly scale: VectorScale;
  /** By hand; null leaves it to the criterion. */
  readonly count: number | null;
  /** A cluster for each unit, in their order, as for the classes of an output. */
  readonly eachUnit: boolean;
  readonly moves: readonly (readonly [channel: number, cluster: number])[];
}

export function clusterLayer(input: ClusterInput, options: ClusterOptions): LayerClusters {
  const { channelCount, classCount, means } = input;
  const classes = range(classCount).filter((k) =>
    range(channelCount).some((c) => Number.isFinite(means[c * classCount + k])),
  );
  const isDefined = (c: number): boolean => classes.every((k) => Number.isFinite(means[c * classCount + k]));
  const dead = new Set(input.dead);
  const live = range(channelCount).filter((c) => !dead.has(c) && classes.length > 0 && isDefined(c));
  const rows = live.map((c) =>
    scaled(
      classes.map((k) => means[c * classCount + k]),
      options.scale,
    ),
  );
  const distances = distanceMatrix(rows);
  const merges = linkage(distances, live.length, options.linkage);
  const isOptimal = live.length <= MOST_ORDERED_LEAVES;
  const order = isOptimal ? optimalLeafOrder(merges, distances, live.length) : treeOrder(merges, live.length);
  const choice = countOf(merges, rows, distances, options);
  const assigned = assignment(live, order, cutTree(merges, live.length, Math.max(1, choice.clusters)), options);
  return {
    layer: input.layer,
    clusters: clustersOf(
      assigned,
      options.moves,
      order.map((i) => live[i]),
      input,
    ),
    dead: input.dead,
    undefinedChannels: range(channelCount).filter((c) => !dead.has(c) && !live.includes(c)),
    means: Array.from(means, (mean) => (Number.isFinite(mean) ? mean : null)),
    channelOrder: options.eachUnit ? live : order.map((i) => live[i]),
    classOrder: classOrder(rows, classes, options.linkage),
    orderLength: orderLength(order, distances, live.length),
    indexLength: orderLength(range(live.length), distances, live.length),
    orderIsOptimal: isOptimal,
    merges,
    criterion: choice.tried,
    countBy: options.eachUnit ? 'units' : options.count !== null ? 'hand' : 'criterion',
    receptiveField: input.receptiveField,
    n: input.n,
    reason: live.length > 0 ? null : 'it has no active channel: all are dead or have no finite value',
  };
}

/** Each channel by its largest answer: what it answers to, not how loudly. */
function scaled(row: number[], scale: VectorScale): number[] {
  const largest = Math.max(...row.map(Math.abs));
  return scale === 'none' || largest === 0 || row.length < 2 ? row : row.map((value) => value / largest);
}

function countOf(
  merges: LayerClusters['merges'],
  rows: readonly number[][],
  distances: Float64Array,
  { count, criterion, eachUnit }: ClusterOptions,
): CountChoice {
  if (eachUnit) return { clusters: rows.length, tried: [] };
  const choice = chooseCount(merges, rows, distances, criterion);
  return count === null ? choice : { ...choice, clusters: Math.max(1, Math.min(rows.length, count)) };
}

/** Clusters numbered along the order of the leaves, then changed by hand; cluster of each live channel. */
function assignment(
  live: readonly number[],
  order: readonly number[],
  cut: Int32Array,
  { moves, eachUnit }: ClusterOptions,
): Map<number, number> {
  const numbers = new Map<number, number>();
  for (const leaf of eachUnit ? range(live.length) : order) {
    if (!numbers.has(cut[leaf])) numbers.set(cut[leaf], numbers.size);
  }
  const assigned = new Map(live.map((channel, leaf) => [channel, numbers.get(cut[leaf])!]));
  for (const [channel, cluster] of moves) {
    // One further than there are is a new cluster.
    const most = Math.max(...assigned.values()) + 1;
    if (assigned.has(channel)) assigned.set(channel, Math.min(cluster, most));
  }
  return assigned;
}

function clustersOf(
  assigned: ReadonlyMap<number, number>,
  moves: ClusterOptions['moves'],
  order: readonly number[],
  { means, classCount }: ClusterInput,
): NetworkCluster[] {
  const count = assigned.size === 0 ? 0 : Math.max(...assigned.values()) + 1;
  const moved = new Set(moves.map(([channel]) => channel));
  return range(count).map((cluster) => {
    const channels = order.filter((channel) => assigned.get(channel) === cluster);
    const classShares = range(classCount).map((k) => shareOf(channels, k, means, classCount));
    const strongest = range(classCount)
      .filter((k) => classShares[k] !== null)
      .sort((a, b) => classShares[b]! - classShares[a]! || a - b);
    return { channels, classShares, strongest, moved: channels.filter((channel) => moved.has(channel)) };
  });
}

function shareOf(channels: readonly number[], k: number, means: Float64Array, classCount: number): number | null {
  const shares = channels.map((channel) => {
    const row = means.subarray(channel * classCount, (channel + 1) * classCount).filter(Number.isFinite);
    const largest = row.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    return largest === 0 ? 0 : means[channel * classCount + k] / largest;
  });
  const finite = shares.filter(Number.isFinite);
  return finite.length === 0 ? null : finite.reduce((sum, share) => sum + share, 0) / finite.length;
}

/** The classes ordered in the same way, by the columns of the same matrix. */
function classOrder(rows: readonly number[][], classes: readonly number[], method: LinkageMethod): number[] {
  if (rows.length === 0 || classes.length > MOST_ORDERED_LEAVES) return [...classes];
  const columns = classes.map((_, k) => rows.map((row) => row[k]));
  const distances = distanceMatrix(columns);
  const merges = linkage(distances, classes.length, method);
  return optimalLeafOrder(merges, distances, classes.length).map((i) => classes[i]);
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}
