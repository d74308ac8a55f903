/**
 * Which layer of one network is which of another: by class, arguments, shape and name along the order of
 * the two networks. A pair is made only where every cheapest alignment makes it; others stay without one.
 */
import type { Layer } from '../../protocol/run.js';
import { atOnce } from '../../system/steps.js';
import { certainPairing } from './alignment.js';

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
/** Of an argument that is not given. */
const NONE = 'none';

/** In the order of the second network; layers that are gone stand where they were. Time and memory n × m. */
export function matchStructure(from: readonly Layer[], to: readonly Layer[]): LayerPairing[] {
  return atOnce(structureMatching(from, to));
}

/** As `matchStructure`, in steps. */
export function* structureMatching(from: readonly Layer[], to: readonly Layer[]): Generator<void, LayerPairing[]> {
  const [signsBefore, signsNow] = signsOf(from, to);
  const partner = yield* certainPairing(from.length, to.length, pairCosts(signsBefore, signsNow));
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

/** What tells layers apart, in texts that are made once: an editor asks for these pairs while somebody types. */
interface Signs {
  readonly name: string;
  readonly className: string;
  readonly shape: string;
  readonly words: ReadonlyMap<string, string>;
  /** Equal for layers that differ in nothing but their names. */
  readonly kind: number;
}

/** Of both networks, whose kinds are numbered together. */
function signsOf(...networks: readonly (readonly Layer[])[]): Signs[][] {
  const kinds = new Map<string, number>();
  return networks.map((layers) =>
    layers.map(({ name, className, outputShape, config }) => {
      const shape = outputShape.join();
      const words = new Map(
        Object.keys(config)
          .filter(isArgument)
          .map((key) => [key, wordsOf(config[key])]),
      );
      const text = JSON.stringify([className, shape, [...words]]);
      const kind = kinds.get(text) ?? kinds.size;
      kinds.set(text, kind);
      return { name, className, shape, words, kind };
    }),
  );
}

function pairCosts(from: readonly Signs[], to: readonly Signs[]): (i: number, j: number) => number {
  const known = new Map<number, number>();
  return (i, j) => {
    const [a, b] = [from[i], to[j]];
    const key = a.kind * SIGNS_LIMIT + b.kind;
    let cost = known.get(key);
    if (cost === undefined) known.set(key, (cost = kindCost(a, b)));
    return cost + (a.name === b.name ? 0 : NAME_COST);
  };
}

/** More kinds than two networks can have. */
const SIGNS_LIMIT = 2 ** 26;

function kindCost(a: Signs, b: Signs): number {
  if (a.className !== b.className) return Infinity;
  const keys = new Set([...a.words.keys(), ...b.words.keys()]);
  const changed = [...keys].filter((key) => (a.words.get(key) ?? NONE) !== (b.words.get(key) ?? NONE)).length;
  return ARGUMENT_COST * changed + (a.shape === b.shape ? 0 : SHAPE_COST);
}

/** `name` is no argument of what a layer computes. */
function isArgument(key: string): boolean {
  return key !== 'name';
}

function changes(a: Layer, b: Layer): string[] {
  const keys = [...new Set([...Object.keys(a.config), ...Object.keys(b.config)])].filter(isArgument);
  return keys.flatMap((key) => {
    const [before, after] = [a.config[key], b.config[key]].map(wordsOf);
    return before === after ? [] : [`${key} ${before} → ${after}`];
  });
}

function wordsOf(value: Layer['config'][string] | undefined): string {
  if (value === undefined || value === null) return NONE;
  return Array.isArray(value) ? value.map(String).join('×') : String(value);
}
