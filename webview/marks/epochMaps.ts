/** Heatmaps of several epochs beside each other: where each lies, and its cells' colours. */
import type { AxesOrder, Matrix } from './axesOrder.js';
import { heatmapCells } from './heatmapCells.js';
import type { HeatmapGrid } from './heatmapFrame.js';
import type { Box } from './lineChart.js';

export interface EpochMap extends HeatmapGrid {
  /** The top row first, as a heatmap's. */
  readonly levels: Uint8Array;
}

const COLUMNS = 4;
const GAP = 14;
/** Room under each map for its epoch and a number. */
export const CAPTION_ROOM = 38;
const TALLEST = 190;

/** Boxes of `count` maps in rows of four; cells are square where that fits. */
export function epochMapBoxes(count: number, { aCount, bCount }: Matrix, width: number): Box[] {
  const columns = Math.max(1, Math.min(COLUMNS, count));
  const room = (width - (columns - 1) * GAP) / columns;
  const side = Math.min(room / Math.max(1, aCount), TALLEST / Math.max(1, bCount));
  const box = { width: side * aCount, height: side * bCount };
  const wide = Math.max(box.width, Math.min(room, 64));
  const tall = Math.max(box.height, 24);
  return Array.from({ length: count }, (_, i) => ({
    x: (i % columns) * (wide + GAP),
    y: Math.floor(i / columns) * (tall + CAPTION_ROOM),
    width: Math.max(1, box.width),
    height: tall,
  }));
}

/** Cells not above `threshold` are hatched, as in the heatmap; null hatches only those without a value. */
export function epochMap(
  matrix: Matrix,
  order: AxesOrder,
  ceiling: number,
  threshold: number | null,
  grid: Box,
): EpochMap {
  const { aCount, bCount } = matrix;
  return {
    grid,
    cell: { width: grid.width / Math.max(1, aCount), height: grid.height / Math.max(1, bCount) },
    levels: heatmapCells(matrix, order, ceiling, threshold).levels,
  };
}
