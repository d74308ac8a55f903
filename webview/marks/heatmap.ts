/**
 * A matrix of channels as a heatmap: A (the matrix's rows) runs to the right, B (its columns) upwards,
 * both in a given order from the lower left, as the paper draws it. One pixel a cell; hatched where
 * there is no value or none above the null.
 */
import { indices, type AxesOrder, type Matrix } from './axesOrder.js';
import { hatchPath } from './hatch.js';
import type { Rgb } from './colourSteps.js';
import type { Box } from './lineChart.js';

/** Colours of the scale. */
export const LEVELS = 64;
/** The level of a cell that is hatched. */
export const NO_LEVEL = 255;

export interface HeatmapSpec {
  readonly matrix: Matrix;
  readonly order: AxesOrder;
  /** The value of the last colour; the first is 0. */
  readonly ceiling: number;
  /** Cells not above it are hatched; null hatches only those without a value. */
  readonly threshold: number | null;
  readonly aNames: readonly string[];
  readonly bNames: readonly string[];
  /** Rows and columns of the matrix that are named as dead. */
  readonly aDead?: ReadonlySet<number>;
  readonly bDead?: ReadonlySet<number>;
  readonly width: number;
  readonly height: number;
}

export interface HeatmapMarks {
  readonly grid: Box;
  readonly cell: { readonly width: number; readonly height: number };
  /** aCount × bCount, the top row first: B's last place. */
  readonly levels: Uint8Array;
  readonly hatch: string;
  /** Lines of the page's colour between cells, where these are large enough. */
  readonly gaps: string;
  readonly aTicks: readonly ({ readonly x: number } & Tick)[];
  readonly bTicks: readonly ({ readonly y: number } & Tick)[];
  /** The largest value of each column of the picture (A), above it, and of each row (B), beside it. */
  readonly aBars: readonly Box[];
  readonly bBars: readonly Box[];
  /** Places of A and B under a pixel; null beside the cells. */
  readonly cellAt: (x: number, y: number) => Place | null;
  readonly boxOf: (place: Place) => Box;
}

interface Tick {
  readonly text: string;
  readonly place: number;
  readonly dead: boolean;
}

/** Places along the axes, from the lower left. */
export interface Place {
  readonly a: number;
  readonly b: number;
}

export const MARGIN = { left: 58, right: 34, top: 30, bottom: 40 } as const;
const BAR_ROOM = 22;
const LARGEST_CELL = 30;
const GAP_CELL = 7;
const TICK_ROOM = { a: 20, b: 11 };

export function heatmapMarks(spec: HeatmapSpec): HeatmapMarks {
  const { matrix, order, ceiling, threshold } = spec;
  const { aCount, bCount, values } = matrix;
  const cell = {
    width: Math.max(1, Math.min(LARGEST_CELL, (spec.width - MARGIN.left - MARGIN.right) / Math.max(1, aCount))),
    height: Math.max(1, Math.min(LARGEST_CELL, (spec.height - MARGIN.top - MARGIN.bottom) / Math.max(1, bCount))),
  };
  const grid: Box = { x: MARGIN.left, y: MARGIN.top, width: cell.width * aCount, height: cell.height * bCount };
  const low = grid.y + grid.height;
  const valueAt = (place: Place): number | null => values[order.a[place.a] * bCount + order.b[place.b]] ?? null;
  const boxOf = ({ a, b }: Place): Box => ({ x: grid.x + a * cell.width, y: low - (b + 1) * cell.height, ...cell });
  const levels = levelsOf(aCount, bCount, valueAt, ceiling, threshold);
  const maxima = maximaOf(aCount, bCount, valueAt);
  const bar = (value: number): number => (ceiling > 0 ? Math.min(1, Math.max(0, value) / ceiling) * BAR_ROOM : 0);
  return {
    grid,
    cell,
    levels,
    hatch: hatchOf(levels, aCount, bCount, grid, cell),
    gaps: gapsOf(aCount, bCount, grid, cell),
    aTicks: ticksOf(order.a, spec.aNames, spec.aDead, cell.width, TICK_ROOM.a).map((tick) => ({
      ...tick,
      x: grid.x + (tick.place + 0.5) * cell.width,
    })),
    bTicks: ticksOf(order.b, spec.bNames, spec.bDead, cell.height, TICK_ROOM.b).map((tick) => ({
      ...tick,
      y: low - (tick.place + 0.5) * cell.height + 3.5,
    })),
    aBars: maxima.a.map((value, a) => {
      const height = bar(value);
      return { x: grid.x + (a + 0.2) * cell.width, y: grid.y - 5 - height, width: cell.width * 0.6, height };
    }),
    bBars: maxima.b.map((value, b) => {
      const width = bar(value);
      return { x: grid.x + grid.width + 5, y: low - (b + 0.8) * cell.height, width, height: cell.height * 0.6 };
    }),
    cellAt: (x, y) => {
      const place = { a: Math.floor((x - grid.x) / cell.width), b: Math.floor((low - y) / cell.height) };
      return place.a >= 0 && place.a < aCount && place.b >= 0 && place.b < bCount ? place : null;
    },
    boxOf,
  };
}

/** The colour of a value, 0 … LEVELS − 1. */
export function levelOf(value: number, ceiling: number): number {
  if (!(ceiling > 0)) return 0;
  return Math.round(Math.max(0, Math.min(1, value / ceiling)) * (LEVELS - 1));
}

export function levelsOf(
  aCount: number,
  bCount: number,
  valueAt: (place: Place) => number | null,
  ceiling: number,
  threshold: number | null,
): Uint8Array {
  const levels = new Uint8Array(aCount * bCount);
  for (let b = 0; b < bCount; b++) {
    for (let a = 0; a < aCount; a++) {
      const value = valueAt({ a, b });
      const shown = value !== null && (threshold === null || value > threshold);
      levels[(bCount - 1 - b) * aCount + a] = shown ? levelOf(value, ceiling) : NO_LEVEL;
    }
  }
  return levels;
}

/** RGBA bytes for a canvas of aCount × bCount pixels; hatched cells are transparent. */
export function heatmapPixels(levels: Uint8Array, colours: readonly Rgb[]): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(levels.length * 4);
  for (let cell = 0; cell < levels.length; cell++) {
    const level = levels[cell];
    if (level === NO_LEVEL) continue;
    const colour = colours[level];
    pixels[4 * cell] = colour[0];
    pixels[4 * cell + 1] = colour[1];
    pixels[4 * cell + 2] = colour[2];
    pixels[4 * cell + 3] = 255;
  }
  return pixels;
}

/** The same cells as paths, one a level, for a picture that is saved. */
export function levelPaths(
  { levels, grid, cell }: Pick<HeatmapMarks, 'levels' | 'grid' | 'cell'>,
  aCount: number,
): { level: number; path: string }[] {
  const paths = new Map<number, string>();
  levels.forEach((level, i) => {
    if (level === NO_LEVEL) return;
    const [x, y] = [grid.x + (i % aCount) * cell.width, grid.y + Math.floor(i / aCount) * cell.height];
    const path = `M${r(x)},${r(y)}h${r(cell.width)}v${r(cell.height)}h${-r(cell.width)}z`;
    paths.set(level, (paths.get(level) ?? '') + path);
  });
  return [...paths].sort(([a], [b]) => a - b).map(([level, path]) => ({ level, path }));
}

/** Neighbours in a row are hatched as one box, so that a dead channel is one stripe. */
function hatchOf(levels: Uint8Array, aCount: number, bCount: number, grid: Box, cell: HeatmapMarks['cell']): string {
  const parts: string[] = [];
  for (let row = 0; row < bCount; row++) {
    for (let a = 0; a < aCount; a++) {
      if (levels[row * aCount + a] !== NO_LEVEL) continue;
      const from = a;
      while (a + 1 < aCount && levels[row * aCount + a + 1] === NO_LEVEL) a++;
      const x = grid.x + from * cell.width;
      parts.push(hatchPath(x, grid.y + row * cell.height, (a + 1 - from) * cell.width, cell.height, 4));
    }
  }
  return parts.join('');
}

function gapsOf(aCount: number, bCount: number, grid: Box, cell: HeatmapMarks['cell']): string {
  const down =
    cell.width < GAP_CELL
      ? []
      : indices(aCount + 1).map((a) => `M${r(grid.x + a * cell.width)},${grid.y}v${r(grid.height)}`);
  const across =
    cell.height < GAP_CELL
      ? []
      : indices(bCount + 1).map((b) => `M${grid.x},${r(grid.y + b * cell.height)}h${r(grid.width)}`);
  return [...down, ...across].join('');
}

/** The largest value of each place along both axes. */
function maximaOf(
  aCount: number,
  bCount: number,
  valueAt: (place: Place) => number | null,
): { readonly a: number[]; readonly b: number[] } {
  const maxima = { a: new Array<number>(aCount).fill(0), b: new Array<number>(bCount).fill(0) };
  for (let a = 0; a < aCount; a++) {
    for (let b = 0; b < bCount; b++) {
      const value = valueAt({ a, b }) ?? 0;
      if (value > maxima.a[a]) maxima.a[a] = value;
      if (value > maxima.b[b]) maxima.b[b] = value;
    }
  }
  return maxima;
}

/** Every channel that has room, and each dead one, before which living ones give way. */
function ticksOf(
  order: readonly number[],
  names: readonly string[],
  dead: ReadonlySet<number> | undefined,
  side: number,
  room: number,
): Tick[] {
  const step = Math.max(1, Math.ceil(room / side));
  const isDead = (place: number): boolean => dead?.has(order[place]) ?? false;
  const crowded = (place: number): boolean =>
    indices(step).some((near) => near > 0 && (isDead(place - near) || isDead(place + near)));
  return indices(order.length)
    .filter((place) => isDead(place) || (place % step === 0 && !crowded(place)))
    .map((place) => ({ place, text: names[order[place]], dead: isDead(place) }));
}

function r(value: number): number {
  return Math.round(value * 100) / 100;
}
