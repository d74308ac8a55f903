/**
 * The information plane (Shwartz-Ziv and Tishby 2017): a path for each layer, I(T; X) to the right, I(T; Y) up,
 * coloured by epoch up to the epoch in sight; layers that crowd together once more, enlarged, in a corner that is free
 * or under the plot.
 */
import type { Box } from './lineChart.js';
import { frameOf, scalesOf, type PlaneFrame, type PlanePath } from './planeFrame.js';
import { crowdOf, insetOf, type PlaneInset } from './planeInset.js';

export interface PlaneSpec {
  readonly paths: readonly PlanePath[];
  readonly width: number;
  readonly height: number;
  /** What stands under the plot takes so many pixels. */
  readonly foot: number;
  /** log2 N and H(Y). */
  readonly xCeiling: number;
  readonly yCeiling: number;
  readonly cursorEpoch: number;
}

export interface PlaneMarks {
  readonly main: PlaneFrame;
  readonly xTicks: readonly { readonly at: number; readonly text: string }[];
  readonly yTicks: readonly { readonly at: number; readonly text: string }[];
  readonly xCeiling: number | null;
  readonly yCeiling: number | null;
  /** Null where nothing is crowded. */
  readonly inset: PlaneInset | null;
}

const MARGIN = { left: 40, top: 16, right: 16, bottom: 38 };

export function planeMarks(spec: PlaneSpec): PlaneMarks {
  const plot: Box = {
    x: MARGIN.left,
    y: MARGIN.top,
    width: Math.max(60, spec.width - MARGIN.left - MARGIN.right),
    height: Math.max(60, spec.height - MARGIN.top - MARGIN.bottom),
  };
  const paths = spec.paths.filter(({ points }) => points.length > 0);
  const points = paths.flatMap((path) => path.points);
  const xDomain = domainOf([...points.map(({ x }) => x), spec.xCeiling]);
  const yDomain = domainOf([...points.map(({ y }) => y), spec.yCeiling]);
  const frame = { plot, clip: plot, xDomain, yDomain, cursorEpoch: spec.cursorEpoch };
  const { x, y } = scalesOf(frame);
  const bare = frameOf(frame, paths, new Set());
  const crowd = crowdOf(bare, plot);
  const main = crowd ? frameOf(frame, paths, crowd.ids) : frameOf(frame, paths, new Set());
  return {
    main,
    xTicks: x.ticks(5).map((tick) => ({ at: x(tick), text: String(tick) })),
    yTicks: y.ticks(5).map((tick) => ({ at: y(tick), text: String(tick) })),
    xCeiling: spec.xCeiling > 0 ? x(spec.xCeiling) : null,
    yCeiling: spec.yCeiling > 0 ? y(spec.yCeiling) : null,
    inset: crowd ? insetOf(frame, paths, crowd.ids, crowd.box, spec.height + spec.foot) : null,
  };
}

function domainOf(values: readonly number[]): [number, number] {
  const low = values.reduce((least, value) => Math.min(least, value), Infinity);
  const high = values.reduce((most, value) => Math.max(most, value), -Infinity);
  if (!(low < high)) return [(low || 0) - 1, (low || 0) + 1];
  const room = 0.06 * (high - low);
  return [low - room, high + room];
}
