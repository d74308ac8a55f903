/** The largest value of each column of a heatmap above it, and of each row beside it, as one path each. */
import type { HeatmapCells } from './heatmapCells.js';
import type { HeatmapGrid } from './heatmapFrame.js';
import type { Box } from './lineChart.js';

export interface HeatmapBars {
  /** By place along A, above the cells. */
  readonly a: readonly Box[];
  /** By place along B, beside them. */
  readonly b: readonly Box[];
}

const ROOM = 22;

/** `ceiling`: the value of a bar that takes all its room. */
export function heatmapBars({ aMost, bMost }: HeatmapCells, { grid, cell }: HeatmapGrid, ceiling: number): HeatmapBars {
  const low = grid.y + grid.height;
  const long = (value: number): number => (ceiling > 0 ? Math.min(1, value / ceiling) * ROOM : 0);
  return {
    a: Array.from(aMost, (value, a) => {
      const height = long(value);
      return { x: grid.x + (a + 0.2) * cell.width, y: grid.y - 5 - height, width: cell.width * 0.6, height };
    }),
    b: Array.from(bMost, (value, b) => {
      const width = long(value);
      return { x: grid.x + grid.width + 5, y: low - (b + 0.8) * cell.height, width, height: cell.height * 0.6 };
    }),
  };
}

export function barPath(boxes: readonly Box[]): string {
  let path = '';
  for (const { x, y, width, height } of boxes) path += `M${r(x)},${r(y)}h${r(width)}v${r(height)}h${-r(width)}z`;
  return path;
}

function r(value: number): number {
  return Math.round(value * 100) / 100;
}
