/** The network view's clusters, stages and edges in words. */
import { csvField } from '../../../src/protocol/csvField.js';
import type { LayerClusters, NetworkResult } from '../../../src/protocol/network.js';
import type { Layer } from '../../../src/protocol/run.js';
import { endKey } from '../../marks/networkEdges.js';
import type { ItemEdges, NetworkItem } from '../../marks/networkItems.js';
import { layerLabel } from '../../text/layerLabel.js';
import { plural } from '../../text/words.js';

/** A … Z, AA, AB, … */
export function clusterName(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : clusterName(Math.floor(index / 26) - 1) + letter;
}

export function channelWord({ mapShape }: Layer): 'channel' | 'unit' {
  return mapShape.length > 0 ? 'channel' : 'unit';
}

/** "16 channels, 14×14" */
export function sizeWords(layer: Layer): string {
  const count = plural(layer.channelCount, channelWord(layer));
  return layer.mapShape.length > 0 ? `${count}, ${layer.mapShape.join('×')}` : count;
}

/** "2, 5, 3": the classes that the cluster answers most. */
export function strongestWords(
  layer: LayerClusters,
  cluster: number,
  classNames: readonly string[],
  most = 3,
): string | null {
  const { strongest } = layer.clusters[cluster];
  if (classNames.length === 0 || strongest.length === 0) return null;
  return strongest
    .slice(0, most)
    .map((k) => classNames[k] ?? String(k))
    .join(', ');
}

/** "2, 5": those of its strongest classes that are pinned in all views; null where none is. */
export function pinnedWords(
  { clusters }: LayerClusters,
  cluster: number,
  pinned: readonly number[] | null,
  classNames: readonly string[],
  most = 3,
): string | null {
  const found = clusters[cluster].strongest.slice(0, most).filter((k) => pinned?.includes(k));
  return found.length === 0 ? null : found.map((k) => classNames[k] ?? String(k)).join(', ');
}

/** What names are made from. */
export interface NamedRun {
  readonly layers: readonly Layer[];
  readonly classNames: readonly string[];
}

export interface Neighbour {
  readonly key: string;
  readonly name: string;
  readonly positive: number;
  readonly negative: number;
}

/** Names of items and of their clusters: "conv2d_5 C", "block", and of a unit that answers a class, "dense_2 ship". */
export function endName(
  item: NetworkItem,
  cluster: number,
  result: NetworkResult,
  { layers, classNames }: NamedRun,
): string {
  if (item.kind === 'stage') return item.stage.name;
  const clusters = result.layers.find(({ layer }) => layer === item.layer);
  const name = layerLabel(layers[item.layer]);
  if (clusters?.countBy === 'units') {
    const [unit] = clusters.clusters[cluster].channels;
    return `${name} ${classNames[unit] ?? unit}`;
  }
  return clusters && clusters.clusters.length > 1 ? `${name} ${clusterName(cluster)}` : name;
}

/** What a cluster gets from others and gives to others, the largest sums first. */
export function neighboursOf(
  item: NetworkItem,
  cluster: number,
  edges: readonly ItemEdges[],
  items: ReadonlyMap<string, NetworkItem>,
  result: NetworkResult,
  run: NamedRun,
): { inputs: Neighbour[]; outputs: Neighbour[] } {
  const inputs: Neighbour[] = [];
  const outputs: Neighbour[] = [];
  const add = (list: Neighbour[], id: string, other: number, edge: ItemEdges, at: number): void => {
    const [positive, negative] = [edge.positive[at], edge.negative[at]];
    const known = items.get(id);
    if (known && positive + negative > 0)
      list.push({ key: endKey(id, other), name: endName(known, other, result, run), positive, negative });
  };
  for (const edge of edges) {
    if (edge.to === item.id)
      for (let s = 0; s < edge.fromCount; s++) add(inputs, edge.from, s, edge, s * edge.toCount + cluster);
    if (edge.from === item.id)
      for (let t = 0; t < edge.toCount; t++) add(outputs, edge.to, t, edge, cluster * edge.toCount + t);
  }
  const bySize = (a: Neighbour, b: Neighbour): number => b.positive + b.negative - a.positive - a.negative;
  return { inputs: inputs.sort(bySize), outputs: outputs.sort(bySize) };
}

const MOST_CLASSES = 12;

/** Classes stand in a strip from left to right. */
export function activationWords({ classNames }: Pick<NamedRun, 'classNames'>): string {
  const share = '(share of the channel’s largest)';
  if (classNames.length === 0) return 'over all probes';
  const named =
    classNames.length <= MOST_CLASSES ? classNames : [...classNames.slice(0, 3), '…', ...classNames.slice(-1)];
  return `by class ${share}, from left to right: ${named.join(', ')}`;
}

/** "crossings 1,025 → 407, ink −38 %" */
export function clutterWords({ clutter }: NetworkResult): string {
  if (clutter.edges === 0) return 'no edges between clusters';
  const less = Math.round(100 * (1 - clutter.inkAfter / Math.max(1e-9, clutter.inkBefore)));
  const count = (value: number): string => value.toLocaleString('en');
  return `${count(clutter.edges)} edges in bundles: crossings ${count(clutter.crossingsBefore)} → ${count(clutter.crossingsAfter)}, ink −${less} %`;
}

/** CSV of clusters, channel by channel, then of the edges between them. */
export function networkCsv(result: NetworkResult, layers: readonly Layer[], classNames: readonly string[]): string {
  const classes = classNames.map((name) => csvField(`mean ${name}`));
  const channels = result.layers.flatMap((one) =>
    one.clusters.flatMap(({ channels: members }, i) =>
      members.map((channel) => {
        const classCount = Math.max(1, classNames.length);
        const means = one.means.slice(channel * classCount, (channel + 1) * classCount);
        return [csvField(layers[one.layer].name), clusterName(i), channel, ...means.map((mean) => mean ?? '')].join(
          ',',
        );
      }),
    ),
  );
  const edges = result.edges.flatMap(({ from, to, positive, negative }) => {
    const width = result.layers.find(({ layer }) => layer === to)?.clusters.length ?? 1;
    return positive.map((sum, at) =>
      [
        ...[csvField(layers[from].name), clusterName(Math.floor(at / width))],
        ...[csvField(layers[to].name), clusterName(at % width), sum, negative[at]],
      ].join(','),
    );
  });
  return [
    `layer,cluster,channel,${classes.length > 0 ? classes.join(',') : 'mean'}`,
    ...channels,
    '',
    'from layer,from cluster,to layer,to cluster,sum of positive weights,sum of negative weights',
    ...edges,
    '',
  ].join('\n');
}
