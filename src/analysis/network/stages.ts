/**
 * Deep networks in stages: residual blocks first; where more than a screen's columns are left, layers of
 * one name prefix, then neighbours with maps of one size.
 */
import type { NetworkStage } from '../../protocol/network.js';
import type { Layer } from '../../protocol/run.js';
import type { ShownLayer } from './networkNodes.js';

/** Columns that fit side by side. */
const MOST_COLUMNS = 9;

/** A shown layer, or a stage, in the order of the network. */
interface Item {
  readonly stage: string | null;
  readonly layers: readonly number[];
}

/** Stages outermost last, so that parents are known by those inside. */
export function findStages(shown: readonly ShownLayer[], layers: readonly Layer[]): NetworkStage[] {
  const blocks = residualBlocks(shown, layers).map((inside) => stageOf('residual block', inside, layers));
  let stages: NetworkStage[] = blocks;
  let items = itemsOf(shown, blocks);
  const groupings = [
    ['name', (layer: Layer) => prefixOf(layer.name)],
    ['map size', (layer: Layer) => layer.mapShape.join('×') || null],
  ] as const;
  for (const [by, keyOf] of groupings) {
    if (items.length <= MOST_COLUMNS) break;
    const grouped = groups(items, (item) => keyOf(layers[item.layers.at(-1)!]));
    const made = grouped
      .filter((one) => one.length > 1 && one.length < items.length)
      .map((one) => {
        const inside = one.flatMap((item) => item.layers).sort((a, b) => a - b);
        return { stage: stageOf(by, inside, layers), children: one };
      });
    const parentOf = new Map(made.flatMap(({ stage, children }) => children.map((child) => [child.stage, stage.id])));
    stages = stages.map((one) => (one.parent === null ? { ...one, parent: parentOf.get(one.id) ?? null } : one));
    stages = [...stages, ...made.map(({ stage }) => stage)];
    items = itemsOf(
      shown,
      stages.filter(({ parent }) => parent === null),
    );
  }
  return stages;
}

/** Names of the stages that hold a layer, outermost first. */
export function stagesOf(layer: number, stages: readonly NetworkStage[]): string[] {
  const inner = stages.filter((stage) => stage.layers.includes(layer));
  return inner.sort((a, b) => b.layers.length - a.layers.length).map(({ id }) => id);
}

/**
 * For each merge, the layers between it and the one that all its ways come from, when nothing outside
 * reads or feeds those between. Smaller blocks inside larger ones are kept, the larger are not.
 */
export function residualBlocks(shown: readonly ShownLayer[], layers: readonly Layer[]): number[][] {
  const place = new Map(shown.map(({ layer }, i) => [layer, i]));
  const inputs = shown.map((one) => one.inputs.map((layer) => place.get(layer)!));
  const dominator = immediateDominators(inputs);
  const taken = new Set<number>();
  const blocks: number[][] = [];
  inputs.forEach((own, merge) => {
    if (own.length < 2 || layers[shown[merge].layer].kind !== 'merge') return;
    const fork = dominator[merge];
    const inside = between(inputs, fork, merge);
    const isClosed = inputs.every((from, i) =>
      inside.has(i)
        ? from.every((one) => inside.has(one) || one === fork)
        : from.every((one) => !inside.has(one) || one === merge),
    );
    if (!isClosed || inside.size < 2 || [...inside].some((one) => taken.has(one))) return;
    inside.forEach((one) => taken.add(one));
    blocks.push([...inside].sort((a, b) => a - b).map((one) => shown[one].layer));
  });
  return blocks;
}

/** Nodes are in topological order; the first is the entry (Cooper, Harvey and Kennedy 2001, without cycles). */
export function immediateDominators(inputs: readonly (readonly number[])[]): number[] {
  const dominator: number[] = [];
  const meet = (a: number, b: number): number => {
    let [x, y] = [a, b];
    while (x !== y) {
      if (x > y) x = dominator[x];
      else y = dominator[y];
      if (x < 0 || y < 0) return -1;
    }
    return x;
  };
  inputs.forEach((from) => dominator.push(from.length === 0 ? -1 : from.reduce(meet)));
  return dominator;
}

function between(inputs: readonly (readonly number[])[], fork: number, merge: number): Set<number> {
  const found = new Set<number>();
  const visit = (node: number): void => {
    if (node <= fork || found.has(node)) return;
    found.add(node);
    inputs[node].forEach(visit);
  };
  visit(merge);
  return found;
}

/** What is not in a stage without parent, and those stages, ordered by their last layer. */
function itemsOf(shown: readonly ShownLayer[], stages: readonly NetworkStage[]): Item[] {
  const inside = new Set(stages.flatMap((stage) => stage.layers));
  const singles = shown
    .filter(({ layer }) => !inside.has(layer))
    .map(({ layer }) => ({ stage: null, layers: [layer] }));
  const items: Item[] = [...singles, ...stages.map(({ id, layers }) => ({ stage: id, layers }))];
  return items.sort((a, b) => a.layers.at(-1)! - b.layers.at(-1)!);
}

/** Neighbours of one key; what has none stays alone, as do the input and the last layer. */
function groups(items: readonly Item[], keyOf: (item: Item) => string | null): Item[][] {
  const found: Item[][] = [];
  let last: string | null = null;
  items.forEach((item, i) => {
    const key = i === 0 || i === items.length - 1 ? null : keyOf(item);
    if (key !== null && key === last) found.at(-1)!.push(item);
    else found.push([item]);
    last = key;
  });
  return found;
}

/** "block1" of "block1_conv2"; null where a name has no parts. */
function prefixOf(name: string): string | null {
  const match = /^(.*?\d+[a-z]?)[_/.-]/i.exec(name);
  return match ? match[1] : null;
}

function stageOf(by: NetworkStage['by'], inside: readonly number[], layers: readonly Layer[]): NetworkStage {
  const names = inside.map((index) => layers[index].name);
  const last = layers[inside.at(-1)!];
  const size = last.mapShape.length > 0 ? last.mapShape.join('×') : 'units';
  const name =
    by === 'map size'
      ? `${size}, ${last.channelCount} channels`
      : (commonName(names) ?? `${names[0]} … ${names.at(-1)}`);
  return { id: `${by}: ${names[0]}`, name, by, parent: null, layers: inside };
}

/** What all names begin with, up to the end of a part: at least two letters. */
function commonName(names: readonly string[]): string | null {
  let length = 0;
  while (names.every((name) => length < name.length && name[length] === names[0][length])) length++;
  const shared = names[0].slice(0, length).replace(/[_/.-]+[^_/.-]*$|[_/.-]+$/, '');
  return shared.length >= 2 ? shared : null;
}
