/**
 * Stages of a deep network: layers in a row whose maps are equally large, and the layers without maps at the
 * end. A stage that is closed is one column with the wires that lead into and out of it.
 */
import type { Layer } from '../../../../src/protocol/run.js';

export interface Stage {
  /** First and last layer, inclusive. */
  readonly from: number;
  readonly to: number;
  /** "14×14", or "units" where the layers have no maps. */
  readonly words: string;
}

/** Networks of more layers than these begin with their stages closed. */
export const MOST_OPEN_LAYERS = 40;
/** A stage of fewer layers than these is not worth closing. */
const FEWEST_CLOSED = 3;

/** The input stands alone. */
export function stagesOf(layers: readonly Layer[]): Stage[] {
  const stages: Stage[] = [];
  for (const { index, mapShape } of layers) {
    const words = index === 0 ? 'input' : mapShape.length > 0 ? mapShape.join('×') : 'units';
    const last = stages.at(-1);
    if (last && last.words === words) stages[stages.length - 1] = { ...last, to: index };
    else stages.push({ from: index, to: index, words });
  }
  return stages;
}

/** A column of the diagram and the table: one layer, or a closed stage of several. */
export interface Column {
  readonly place: number;
  readonly from: number;
  readonly to: number;
  /** The layer, or the last one of the stage, whose maps it hands on. */
  readonly layer: Layer;
  /** Null for a layer by itself. */
  readonly stage: Stage | null;
  /** Columns that feed it. */
  readonly inputs: readonly number[];
  readonly parameterCount: number;
}

/** Columns of a network whose stages that begin at `closed` are closed. */
export function columnsOf(layers: readonly Layer[], stages: readonly Stage[], closed: ReadonlySet<number>): Column[] {
  const parts = stages.flatMap((stage): Pick<Column, 'from' | 'to' | 'stage'>[] =>
    closed.has(stage.from)
      ? [{ from: stage.from, to: stage.to, stage }]
      : layers.slice(stage.from, stage.to + 1).map(({ index }) => ({ from: index, to: index, stage: null })),
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

/** Stages that are closed at first: of a deep network all but that of the chosen layer. */
export function closedAtFirst(layers: readonly Layer[], stages: readonly Stage[], chosen: number): Set<number> {
  if (layers.length <= MOST_OPEN_LAYERS) return new Set();
  const closable = stages.filter((stage) => isClosable(stage) && !(stage.from <= chosen && chosen <= stage.to));
  return new Set(closable.map(({ from }) => from));
}

export function isClosable({ from, to }: Stage): boolean {
  return to - from + 1 >= FEWEST_CLOSED;
}

/** The same columns as layers of a smaller network, for the layout of lanes and glyphs. */
export function asLayers(columns: readonly Column[]): Layer[] {
  return columns.map(({ place, layer, inputs, stage }) => ({
    ...layer,
    index: place,
    inputs: [...inputs],
    // A closed stage is drawn by what it hands on, whatever its last layer does.
    ...(stage ? { kind: layer.mapShape.length > 0 ? ('conv' as const) : ('dense' as const), className: 'Stage' } : {}),
  }));
}
