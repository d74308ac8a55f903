/**
 * What of a heatmap changes with the epoch: a level of colour for each cell, as pixels for a canvas or as paths for a
 * file, and the largest value of each row and column. One pixel a cell; hatched where there is no value or none above
 * the null. Written without an object a cell: a dragged slider draws sixteen thousand of them in a frame.
 */
import type { AxesOrder, Matrix } from './axesOrder.js';
import type { Rgb } from './colourSteps.js';
import { hatchPath } from './hatch.js';
import type { HeatmapGrid } from './heatmapFrame.js';

/** Colours of the scale. */
export const LEVELS = 64;
/** The level of a cell that is hatched. */
export const NO_LEVEL = 255;

export interface HeatmapCells {
  /** aCount × bCount, the top row first: B's last place. */
  readonly levels: Uint8Array;
  /** The largest value at each place of A and of B, 0 where there is none. */
  readonly aMost: Float64Array;
  readonly bMost: Float64Array;
}

/** `ceiling`: the value of the last colour, the first is 0. Cells not above `threshold` are hatched; null hatches only those without a value. */
export function heatmapCells(
  { aCount, bCount, values }: Matrix,
  order: AxesOrder,
  ceiling: number,
  threshold: number | null,
): HeatmapCells {
  const cells = {
    levels: new Uint8Array(aCount * bCount).fill(NO_LEVEL),
    aMost: new Float64Array(aCount),
    bMost: new Float64Array(bCount),
  };
  const { levels, aMost, bMost } = cells;
  const hidden = threshold ?? -Infinity;
  for (let a = 0; a < aCount; a++) {
    const row = order.a[a] * bCount;
    for (let b = 0; b < bCount; b++) {
      const value = values[row + order.b[b]] ?? null;
      if (value === null) continue;
      if (value > hidden) levels[(bCount - 1 - b) * aCount + a] = levelOf(value, ceiling);
      if (value > aMost[a]) aMost[a] = value;
      if (value > bMost[b]) bMost[b] = value;
    }
  }
  return cells;
}

/** The colour of a value, 0 … LEVELS − 1. */
export function levelOf(value: number, ceiling: number): number {
  if (!(ceiling > 0)) return 0;
  return Math.round(Math.max(0, Math.min(1, value / ceiling)) * (LEVELS - 1));
}

/** One 32-bit pixel for each level; the one of a hatched cell is transparent. */
export function paletteOf(colours: readonly Rgb[]): Uint32Array {
  const bytes = new Uint8Array(4 * (NO_LEVEL + 1));
  colours.forEach((colour, level) => bytes.set([...colour, 255], 4 * level));
  return new Uint32Array(bytes.buffer);
}

/** RGBA bytes for a canvas of aCount × bCount pixels. */
export function heatmapPixels(levels: Uint8Array, palette: Uint32Array): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint32Array(levels.length);
  for (let cell = 0; cell < levels.length; cell++) pixels[cell] = palette[levels[cell]];
  return new Uint8ClampedArray(pixels.buffer);
}

/** The same cells as paths, one a level, for a picture that is saved. */
export function levelPaths(
  levels: Uint8Array,
  { grid, cell }: HeatmapGrid,
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

/** The hatched cells for a file. Neighbours in a row are hatched as one box, so that a dead channel is one stripe. */
export function cellsHatch(levels: Uint8Array, { grid, cell }: HeatmapGrid, aCount: number): string {
  const parts: string[] = [];
  for (let at = 0; at < levels.length; at++) {
    if (levels[at] !== NO_LEVEL) continue;
    const [from, row] = [at % aCount, Math.floor(at / aCount)];
    while ((at + 1) % aCount !== 0 && levels[at + 1] === NO_LEVEL) at++;
    const width = ((at % aCount) + 1 - from) * cell.width;
    parts.push(hatchPath(grid.x + from * cell.width, grid.y + row * cell.height, width, cell.height, 4));
  }
  return parts.join('');
}

function r(value: number): number {
  return Math.round(value * 100) / 100;
}
