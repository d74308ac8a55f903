/**
 * Which layer of one network is which of another: by class, arguments, shape and name along the order of
 * the two networks. A pair is made only where every cheapest alignment makes it; others stay without one.
 */
import type { Layer } from '../../protocol/run.js';
import { certainPairs } from './alignment.js';

export interface LayerPairing {
  /** Index in the first network; null where the layer is new. */
  readonly from: number | null;
  /** Index in the second network; null where the layer is gone. */
  readonly to: number | null;
  /** Arguments that differ: "filters 8 → 16". */
  readonly changedArguments: readonly string[];
}

/** A name is the weakest sign: inserting a layer renumbers those of TensorFlow.js. */
const ARGUMENT_COST = 3;
const SHAPE_COST = 2;
const NAME_COST = 1;

/** In the order of the second network; layers that are gone stand where they were. Time and memory n × m. */
export function matchStructure(from: readonly Layer[], to: readonly Layer[]): LayerPairing[] {
  const partner = certainPairs(from.length, to.length, (i, j) => pairCost(from[i], to[j]));
  const back = new Map(partner.flatMap((j, i) => (j >= 0 ? [[j, i] as const] : [])));
  const pairings: LayerPairing[] = [];
  let next = 0;
  const gone = (end: number): void => {
    for (; next < end; next++) if (partner[next] < 0) pairings.push({ from: next, to: null, changedArguments: [] });
  };
  to.forEach((layer, j) => {
    const i = back.get(j);
    if (i !== undefined) gone(i);
    pairings.push({ from: i ?? null, to: j, changedArguments: i === undefined ? [] : changes(from[i], layer) });
    if (i !== undefined) next = i + 1;
  });
  gone(from.length);
  return pairings;
}

function pairCost(a: Layer, b: Layer): number {
  if (a.className !== b.className) return Infinity;
  const shape = a.outputShape.join() === b.outputShape.join() ? 0 : SHAPE_COST;
  return ARGUMENT_COST * changes(a, b).length + shape + (a.name === b.name ? 0 : NAME_COST);
}

/** `name` is no argument of what a layer computes. */
function changes(a: Layer, b: Layer): string[] {
  const keys = [...new Set([...Object.keys(a.config), ...Object.keys(b.config)])].filter((key) => key !== 'name');
  return keys.flatMap((key) => {
    const [before, after] = [a.config[key], b.config[key]].map(words);
    return before === after ? [] : [`${key} ${before} → ${after}`];
  });
}

function words(value: Layer['config'][string] | undefined): string {
  if (value === undefined || value === null) return 'none';
  return Array.isArray(value) ? value.map(String).join('×') : String(value);
}
