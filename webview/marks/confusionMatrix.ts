/**
 * A confusion matrix: where its cells, names and margins lie. Rows are labels, columns are predictions;
 * a stronger colour is more, on a square-root scale that is the same at every epoch. The margins are the two label
 * entropies at the epoch in sight, in the colours of their classes: the legend of the charts beside it.
 */
import type { Box } from './lineChart.js';
import { hatchPath } from './hatch.js';

export interface ConfusionSpec {
  /** counts[label][prediction] */
  readonly counts: readonly (readonly number[])[];
  /** H(x.label | y = i) by column; null where i is never predicted. */
  readonly labelGivenPrediction: readonly (number | null)[];
  /** H(y | x.label = i) by row; null where no sample has the label. */
  readonly predictionGivenLabel: readonly (number | null)[];
  readonly classNames: readonly string[];
  /** Numbers in the cells: samples, or per cent of the row. */
  readonly cells: 'counts' | 'rates';
  readonly width: number;
  readonly height: number;
}

/** Steps of the colour scale, 0 for nothing. */
export const COUNT_LEVELS = 17;
/** From here on the other ink reads better, in light and dark. */
export const STRONG_LEVEL = 11;

export interface ConfusionMarks {
  readonly grid: Box;
  /** Side of a cell in pixels. */
  readonly cell: number;
  /** All cells of one level as one path, so that a hundred classes are as quick as ten. */
  readonly levels: readonly { readonly level: number; readonly path: string }[];
  readonly numbers: readonly CellNumber[];
  /** Columns that are never predicted, rows that no sample has. */
  readonly hatch: string;
  readonly rows: readonly MarginMark[];
  readonly columns: readonly MarginMark[];
  /** Label and prediction at a pixel; null beside the cells. */
  readonly cellAt: (x: number, y: number) => { readonly label: number; readonly prediction: number } | null;
}

export interface CellNumber {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  /** On one of the stronger colours, which need other words than the weak ones. */
  readonly isStrong: boolean;
  readonly diagonal: boolean;
}

/** A row or a column beside the cells: its name, how many, its entropy as a number and a bar. */
export interface MarginMark {
  readonly index: number;
  readonly name: string;
  /** Middle of the row or column. */
  readonly at: number;
  readonly total: number;
  readonly bits: number | null;
  /** The entropy as words: "none" where it is undefined. */
  readonly words: string;
  readonly bar: Box;
}

const NAME_ROOM = { least: 38, most: 96, letter: 6.6 };
/** As wide as the words above the bars. */
const RIGHT = 98;
const BOTTOM = 58;
const HEAD = 26;
const LARGEST_CELL = 40;
/** Cells narrower than this have no numbers in them. */
const NUMBER_CELL = 17;
/** Names and margins narrower than this stand only where there is room for all. */
export const NAME_CELL = 11;
const BAR = 6;

export function confusionMarks(spec: ConfusionSpec): ConfusionMarks {
  const size = spec.classNames.length;
  const longest = Math.max(0, ...spec.classNames.map((name) => [...name].length));
  const left = Math.max(NAME_ROOM.least, Math.min(NAME_ROOM.most, 14 + longest * NAME_ROOM.letter));
  const cellBelow = (head: number): number => {
    const room = Math.min(spec.width - left - RIGHT, spec.height - head - BOTTOM);
    return Math.max(0.1, Math.min(LARGEST_CELL, room / Math.max(1, size)));
  };
  // Columns too narrow for names need no room for them.
  const named = cellBelow(headRoom(longest)) >= NAME_CELL;
  const head = named ? headRoom(longest) : HEAD;
  const cell = named ? cellBelow(head) : Math.min(NAME_CELL - 0.1, cellBelow(head));
  const grid: Box = { x: left, y: head, width: cell * size, height: cell * size };
  const most = Math.max(1, ...spec.counts.map(sum));
  return {
    grid,
    cell,
    levels: levelPaths(spec.counts, (count, label) => levelOf(shareOf(spec, count, label, most)), grid, cell),
    numbers: cell < NUMBER_CELL ? [] : numbersOf(spec, grid, cell, most),
    hatch: hatchOf(spec, grid, cell),
    rows: rowMarks(spec, grid, cell),
    columns: columnMarks(spec, grid, cell),
    cellAt: (x, y) => {
      const [label, prediction] = [Math.floor((y - grid.y) / cell), Math.floor((x - grid.x) / cell)];
      const inside = label >= 0 && label < size && prediction >= 0 && prediction < size;
      return inside ? { label, prediction } : null;
    },
  };
}

/** Names that are longer than two letters are written upwards. */
export function namesUpright(names: readonly string[], cell: number): boolean {
  return names.some((name) => [...name].length * NAME_ROOM.letter > cell - 2);
}

function headRoom(longest: number): number {
  return longest > 3 ? HEAD + Math.min(NAME_ROOM.most - 20, longest * NAME_ROOM.letter) : HEAD + 14;
}

/** Of the label's samples, or for counts of the most that any label has: the same at every epoch. */
function shareOf({ counts, cells }: ConfusionSpec, count: number, label: number, most: number): number {
  const whole = cells === 'rates' ? sum(counts[label] ?? []) : most;
  return whole === 0 ? 0 : count / whole;
}

/** Square root, so that a few of a hundred are seen; 0 alone is level 0. */
export function levelOf(share: number): number {
  if (!(share > 0)) return 0;
  return Math.max(1, Math.min(COUNT_LEVELS - 1, Math.round(Math.sqrt(share) * (COUNT_LEVELS - 1))));
}

function levelPaths(
  counts: ConfusionSpec['counts'],
  level: (count: number, label: number) => number,
  grid: Box,
  cell: number,
): ConfusionMarks['levels'] {
  const gap = cell >= 8 ? 1 : 0;
  const side = r(cell - gap);
  const paths = new Map<number, string[]>();
  counts.forEach((row, label) =>
    row.forEach((count, prediction) => {
      const at = `M${r(grid.x + prediction * cell)},${r(grid.y + label * cell)}h${side}v${side}h${-side}z`;
      const key = level(count, label);
      const path = paths.get(key);
      if (path) path.push(at);
      else paths.set(key, [at]);
    }),
  );
  return [...paths].sort(([a], [b]) => a - b).map(([key, parts]) => ({ level: key, path: parts.join('') }));
}

function numbersOf(spec: ConfusionSpec, grid: Box, cell: number, most: number): CellNumber[] {
  return spec.counts.flatMap((row, label) =>
    row.flatMap((count, prediction): CellNumber[] => {
      if (count === 0) return [];
      return [
        {
          x: grid.x + (prediction + 0.5) * cell - 0.5,
          y: grid.y + (label + 0.5) * cell + 3.5,
          text: spec.cells === 'counts' ? String(count) : rateWords(count / sum(row)),
          isStrong: levelOf(shareOf(spec, count, label, most)) >= STRONG_LEVEL,
          diagonal: label === prediction,
        },
      ];
    }),
  );
}

/** Per cent, without a sign: a cell is narrow. */
function rateWords(share: number): string {
  const percent = 100 * share;
  return percent < 1 ? '<1' : String(Math.round(percent));
}

function hatchOf(
  { counts, labelGivenPrediction, predictionGivenLabel }: ConfusionSpec,
  grid: Box,
  cell: number,
): string {
  const gap = cell >= 8 ? 1 : 0;
  const step = Math.min(5, Math.max(2, cell));
  const columns = labelGivenPrediction.map((bits, i) =>
    bits === null ? hatchPath(grid.x + i * cell, grid.y, cell - gap, grid.height - gap, step) : '',
  );
  const rows = counts.map((_, i) =>
    (predictionGivenLabel[i] ?? null) === null
      ? hatchPath(grid.x, grid.y + i * cell, grid.width - gap, cell - gap, step)
      : '',
  );
  return [...columns, ...rows].join('');
}

function rowMarks(spec: ConfusionSpec, grid: Box, cell: number): MarginMark[] {
  const most = Math.log2(Math.max(2, spec.classNames.length));
  return spec.classNames.map((name, index) => {
    const bits = spec.predictionGivenLabel[index] ?? null;
    const at = grid.y + (index + 0.5) * cell;
    const height = Math.min(BAR, Math.max(1, cell - 2));
    const x = grid.x + grid.width + (cell < NAME_CELL ? 8 : 42);
    const room = cell < NAME_CELL ? RIGHT - 14 : RIGHT - 46;
    const bar = { x, y: at - height / 2, width: barLength(bits, most, room), height };
    return { index, name, at, total: sum(spec.counts[index] ?? []), bits, words: wordsOf(bits), bar };
  });
}

function columnMarks(spec: ConfusionSpec, grid: Box, cell: number): MarginMark[] {
  const most = Math.log2(Math.max(2, spec.classNames.length));
  const low = grid.y + grid.height;
  return spec.classNames.map((name, index) => {
    const bits = spec.labelGivenPrediction[index] ?? null;
    const at = grid.x + (index + 0.5) * cell;
    // Columns of a large matrix stand their bars up, since they are narrow.
    const narrow = cell < NAME_CELL;
    const length = barLength(bits, most, narrow ? BOTTOM - 14 : cell - 6);
    const bar = narrow
      ? { x: at - Math.max(1, cell - 2) / 2, y: low + 6, width: Math.max(1, cell - 2), height: length }
      : { x: at - length / 2, y: low + 42, width: length, height: BAR };
    const total = spec.counts.reduce((all, row) => all + (row[index] ?? 0), 0);
    return { index, name, at, total, bits, words: wordsOf(bits), bar };
  });
}

/** A value of 0 keeps a sliver, so that it differs from no value. */
function barLength(bits: number | null, most: number, room: number): number {
  return bits === null ? 0 : Math.max(1, (bits / most) * Math.max(1, room));
}

function wordsOf(bits: number | null): string {
  return bits === null ? 'none' : bits.toFixed(2);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function r(value: number): number {
  return Math.round(value * 100) / 100;
}
