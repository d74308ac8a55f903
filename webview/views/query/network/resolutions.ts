/**
 * Resolutions of a deep network: layers in a row whose maps are equally large, and the layers without maps at the
 * end. One that is folded is one column with the wires that lead into and out of it. (Stages are the network
 * view's, src/analysis/network/stages.ts: they follow blocks and names, lie inside each other, and leave layers out.)
 */
import type { Layer } from '../../../../src/protocol/run.js';

export interface Resolution {
  /** First and last layer, inclusive. */
  readonly from: number;
  readonly to: number;
  /** "14×14", or "units" where the layers have no maps. */
  readonly words: string;
}

/** Networks of more layers than these begin folded. */
export const MOST_UNFOLDED_LAYERS = 40;
/** Fewer layers than these are not worth folding. */
const FEWEST_FOLDED = 3;

/** The input stands alone. */
export function resolutionsOf(layers: readonly Layer[]): Resolution[] {
  const found: Resolution[] = [];
  for (const { index, mapShape } of layers) {
    const words = index === 0 ? 'input' : mapShape.length > 0 ? mapShape.join('×') : 'units';
    const last = found.at(-1);
    if (last && last.words === words) found[found.length - 1] = { ...last, to: index };
    else found.push({ from: index, to: index, words });
  }
  return found;
}

/** A column of the diagram and the table: one layer, or a folded resolution of several. */
export interface Column {
  readonly place: number;
  readonly from: number;
  readonly to: number;
  /** The layer, or the last one of the resolution, whose maps it hands on. */
  readonly layer: Layer;
  /** Null for a layer by itself. */
  readonly folded: Resolution | null;
  /** Columns that feed it. */
  readonly inputs: readonly number[];
  readonly parameterCount: number;
}

/** Columns of a network whose resolutions that begin at one of `folded` are folded. */
export function columnsOf(
  layers: readonly Layer[],
  resolutions: readonly Resolution[],
  folded: ReadonlySet<number>,
): Column[] {
  const parts = resolutions.flatMap((one): Pick<Column, 'from' | 'to' | 'folded'>[] =>
    folded.has(one.from)
      ? [{ from: one.from, to: one.to, folded: one }]
      : layers.slice(one.from, one.to + 1).map(({ index }) => ({ from: index, to: index, folded: null })),
  );
  const placeOf = new Map(
    parts.flatMap(({ from, to }, place) => layers.slice(from, to + 1).map(({ index }) => [index, place] as const)),
  );
  return parts.map((part, place) => {
    const own = layers.slice(part.from, part.to + 1);
    const inputs = own.flatMap((layer) => layer.inputs.map((input) => placeOf.get(input) ?? 0));
    return {
      ...{ ...part, place, layer: layers[part.to] },
      inputs: [...new Set(inputs)].filter((input) => input !== place).sort((a, b) => a - b),
      parameterCount: own.reduce((sum, layer) => sum + layer.parameterCount, 0),
    };
  });
}

/** What is folded at first: of a deep network all but the resolution of the chosen layer. */
export function foldedAtFirst(
  layers: readonly Layer[],
  resolutions: readonly Resolution[],
  chosen: number,
): Set<number> {
  if (layers.length <= MOST_UNFOLDED_LAYERS) return new Set();
  const others = resolutions.filter((one) => isFoldable(one) && !(one.from <= chosen && chosen <= one.to));
  return new Set(others.map(({ from }) => from));
}

export function isFoldable({ from, to }: Resolution): boolean {
  return to - from + 1 >= FEWEST_FOLDED;
}

/** The same columns as layers of a smaller network, for the layout of lanes and glyphs. */
export function asLayers(columns: readonly Column[]): Layer[] {
  return columns.map(({ place, layer, inputs, folded }) => ({
    ...layer,
    index: place,
    inputs: [...inputs],
    // A folded resolution is drawn by what it hands on, whatever its last layer does.
    ...(folded
      ? { kind: layer.mapShape.length > 0 ? ('conv' as const) : ('dense' as const), className: 'Folded' }
      : {}),
  }));
}
