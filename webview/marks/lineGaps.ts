/**
 * Epochs without a value: each line that has some of its own gets a lane above the plot in which they are
 * barred, as the paper marks classes that are never predicted; epochs at which no line has one are hatched.
 */
import type { Box, LineChartMarks, LinePoint, LineSeries } from './lineChart.js';

type Scale = (value: number) => number;

const LANE_HEIGHT = 10;
/** Between the lanes and the plot, where the ceiling's words stand. */
const BELOW_LANES = 12;
/** The name of a gap that is in no lane. */
export const SHARED_GAP = 'all';

export function isGap(point: LinePoint): boolean {
  return point.value === null;
}

/**
 * Lines with a lane, and in it only the gaps of their own: an epoch at which no line has a value is
 * hatched instead, since it tells nothing of any of them. What is only hinted at has no lane.
 */
export function laneSeries(series: readonly LineSeries[]): LineSeries[] {
  const shared = new Set(sharedPoints(series).flatMap((point) => (isGap(point) ? [point.epoch] : [])));
  return series
    .filter((one) => one.weight !== 'hinted')
    .map((one) => ({ ...one, points: one.points.map((p) => (isGap(p) && shared.has(p.epoch) ? outOfLane(p) : p)) }))
    .filter((one) => one.points.some(isGap));
}

/** Neither a value nor a gap of this line alone. */
const outOfLane = ({ epoch }: LinePoint): LinePoint => ({ epoch, value: Number.NaN });

/** Pixels that the lanes of a chart take above its plot. */
export function laneRoom(series: readonly LineSeries[]): number {
  return roomOfLanes(laneSeries(series).length);
}

export function roomOfLanes(count: number): number {
  return count === 0 ? 0 : LANE_HEIGHT * count + BELOW_LANES;
}

export function beginningsOf({ id, tone, points }: LineSeries, x: Scale, y: Scale): LineChartMarks['beginnings'] {
  return points.flatMap((point, i) =>
    i > 0 && isGap(points[i - 1]) && point.value !== null && !Number.isNaN(point.value)
      ? [{ id, tone, x: x(point.epoch), y: y(point.value) }]
      : [],
  );
}

/** Runs of undefined epochs as [from, to]. */
export function gapRuns(points: readonly LinePoint[]): (readonly [number, number])[] {
  const runs: [number, number][] = [];
  points.forEach((point, i) => {
    if (!isGap(point)) return;
    const last = runs.at(-1);
    if (last && i > 0 && isGap(points[i - 1])) last[1] = point.epoch;
    else runs.push([point.epoch, point.epoch]);
  });
  return runs;
}

export function laneGaps(gapped: readonly LineSeries[], x: Scale, plot: Box): LineChartMarks['gaps'] {
  return gapped.flatMap((series, lane) =>
    gapRuns(series.points).map(([from, to]) => ({
      id: series.id,
      tone: series.tone,
      label: series.label,
      ...epochBox(from, to, x, plot),
      y: plot.y - (gapped.length - lane) * LANE_HEIGHT - BELOW_LANES,
      height: LANE_HEIGHT - 4,
    })),
  );
}

/** Every epoch, with a value where any line has one. */
function sharedPoints(series: readonly LineSeries[]): LinePoint[] {
  const known = new Map<number, boolean>();
  for (const { points } of series)
    for (const point of points) known.set(point.epoch, (known.get(point.epoch) ?? false) || !isGap(point));
  return [...known].sort(([a], [b]) => a - b).map(([epoch, any]) => ({ epoch, value: any ? 0 : null }));
}

/** Epochs at which no series has a value: hatched over the whole height. */
export function sharedGaps(series: readonly LineSeries[], x: Scale, plot: Box): LineChartMarks['gaps'] {
  return gapRuns(sharedPoints(series)).map(([from, to]) => ({
    id: SHARED_GAP,
    tone: 'muted',
    label: 'no value',
    ...epochBox(from, to, x, plot),
  }));
}

function epochBox(from: number, to: number, x: Scale, plot: Box): Box {
  const low = Math.max(plot.x, x(from - 0.5));
  const high = Math.min(plot.x + plot.width, x(to + 0.5));
  return { x: low, y: plot.y, width: Math.max(2, high - low), height: plot.height };
}
