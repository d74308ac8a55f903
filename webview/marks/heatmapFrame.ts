/**
 * What of a heatmap is the same at every epoch: where its cells lie, the names along its axes, and what lies under
 * a pixel. A (the matrix's rows) runs to the right, B (its columns) upwards, as the paper draws it.
 */
import { indices, type AxesOrder } from './axesOrder.js';
import type { Box } from './lineChart.js';

export interface HeatmapFrameSpec {
  readonly order: AxesOrder;
  readonly aNames: readonly string[];
  readonly bNames: readonly string[];
  /** Rows and columns of the matrix that are named as dead. */
  readonly aDead?: ReadonlySet<number>;
  readonly bDead?: ReadonlySet<number>;
  readonly width: number;
  readonly height: number;
}

export interface HeatmapGrid {
  readonly grid: Box;
  readonly cell: { readonly width: number; readonly height: number };
}

export interface HeatmapFrame extends HeatmapGrid {
  /** Lines of the page's colour between cells, where these are large enough. */
  readonly gaps: string;
  readonly aTicks: readonly ({ readonly x: number } & Tick)[];
  readonly bTicks: readonly ({ readonly y: number } & Tick)[];
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
const LARGEST_CELL = 30;
const GAP_CELL = 7;
const TICK_ROOM = { a: 20, b: 11 };

export function heatmapFrame(spec: HeatmapFrameSpec): HeatmapFrame {
  const { order } = spec;
  const [aCount, bCount] = [order.a.length, order.b.length];
  const cell = {
    width: Math.max(1, Math.min(LARGEST_CELL, (spec.width - MARGIN.left - MARGIN.right) / Math.max(1, aCount))),
    height: Math.max(1, Math.min(LARGEST_CELL, (spec.height - MARGIN.top - MARGIN.bottom) / Math.max(1, bCount))),
  };
  const grid: Box = { x: MARGIN.left, y: MARGIN.top, width: cell.width * aCount, height: cell.height * bCount };
  const low = grid.y + grid.height;
  return {
    grid,
    cell,
    gaps: gapsOf(aCount, bCount, grid, cell),
    aTicks: ticksOf(order.a, spec.aNames, spec.aDead, cell.width, TICK_ROOM.a).map((tick) => ({
      ...tick,
      x: grid.x + (tick.place + 0.5) * cell.width,
    })),
    bTicks: ticksOf(order.b, spec.bNames, spec.bDead, cell.height, TICK_ROOM.b).map((tick) => ({
      ...tick,
      y: low - (tick.place + 0.5) * cell.height + 3.5,
    })),
    cellAt: (x, y) => {
      const place = { a: Math.floor((x - grid.x) / cell.width), b: Math.floor((low - y) / cell.height) };
      return place.a >= 0 && place.a < aCount && place.b >= 0 && place.b < bCount ? place : null;
    },
    boxOf: ({ a, b }) => ({ x: grid.x + a * cell.width, y: low - (b + 1) * cell.height, ...cell }),
  };
}

function gapsOf(aCount: number, bCount: number, grid: Box, cell: HeatmapGrid['cell']): string {
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
