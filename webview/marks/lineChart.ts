/**
 * Lines over epochs: where every stroke, tick, gap and label of a chart lies. Values that are undefined
 * break the line and are hatched; a line's name and value stand at its end, not in a legend.
 */
import { area, extent, scaleLinear } from 'd3';
import { dodge } from './dodge.js';
import { beginningsOf, laneGaps, laneSeries, roomOfLanes, sharedGaps } from './lineGaps.js';
import { inOrder, lineOf } from './lineStrokes.js';

export interface LinePoint {
  readonly epoch: number;
  readonly value: number | null;
  /** Ends of its interval. */
  readonly low?: number | null;
  readonly high?: number | null;
  /** Rests on few samples: the strokes to it are dotted. */
  readonly faint?: boolean;
}

export interface LineSeries {
  readonly id: string;
  readonly label: string;
  /** Second line of the label, quieter. */
  readonly detail?: string;
  readonly tone: Tone;
  /** Stands out, or stands back; a line that is only hinted at has no label. */
  readonly weight?: LineWeight;
  /** The layer whose source the label leads to. */
  readonly layer?: number;
  /** The epoch whose value its label tells and at which it is marked, wherever the cursor is. */
  readonly at?: number;
  readonly points: readonly LinePoint[];
}

/** What a line is: the slice, one of equals, a comparison, a reference; a class or a training size in its colour. */
export type Tone = 'accent' | 'plain' | 'muted' | 'reference' | `class-${number}` | `size-${number}`;

export type LineWeight = 'pinned' | 'tinted' | 'hinted';

export interface LineChartSpec {
  readonly series: readonly LineSeries[];
  readonly width: number;
  readonly height: number;
  /** First and last epoch on the axis. */
  readonly epochs: readonly [number, number];
  /** The axis begins at 0 and reaches at least `valueCeiling`. */
  readonly zeroBased?: boolean;
  readonly valueCeiling?: number;
  readonly format: 'bits' | 'share' | 'plain';
  readonly labelWidth: number;
  /** Lanes above the plot in which a series' undefined epochs are barred, as the paper marks them. */
  readonly gapLanes?: boolean;
  /** The largest possible value, drawn as a dashed line with its words. */
  readonly ceiling?: { readonly value: number; readonly text: string };
  /** Charts that stand side by side share their plots' top: pixels kept free above. */
  readonly roomAbove?: number;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface LineChartMarks {
  readonly plot: Box;
  readonly xTicks: readonly { readonly x: number; readonly text: string }[];
  readonly yTicks: readonly { readonly y: number; readonly text: string }[];
  readonly bands: readonly { readonly id: string; readonly tone: Tone; readonly path: string }[];
  readonly lines: readonly LineMark[];
  /** The first value after epochs without one. */
  readonly beginnings: readonly { readonly id: string; readonly tone: Tone; readonly x: number; readonly y: number }[];
  readonly ceiling: { readonly y: number; readonly text: string } | null;
  /** Values with no neighbour, which no stroke can show. */
  readonly dots: readonly { readonly id: string; readonly tone: Tone; readonly x: number; readonly y: number }[];
  readonly gaps: readonly ({ readonly id: string; readonly tone: Tone; readonly label: string } & Box)[];
  readonly labels: readonly LineLabel[];
  /** The scales, for what moves over the marks. */
  readonly xOf: Scale;
  readonly yOf: Scale;
  /** Epochs by pixel, for the pointer. */
  readonly epochAt: (x: number) => number;
}

export interface LineMark {
  readonly id: string;
  readonly tone: Tone;
  readonly weight: LineWeight | null;
  /** Strokes between values that rest on enough samples, and those to or from one that does not. */
  readonly path: string;
  readonly dotted: string;
}

export interface LineLabel {
  readonly id: string;
  readonly tone: Tone;
  readonly weight: LineWeight | null;
  readonly label: string;
  readonly detail: string | null;
  readonly layer: number | null;
  readonly x: number;
  readonly y: number;
  readonly leader: string;
}

/** What a label says of its line, in a series or in a label that has a place. */
type LabelledLine = Pick<LineSeries, 'id' | 'tone' | 'label'> & {
  readonly weight?: LineWeight | null;
  readonly detail?: string | null;
  readonly layer?: number | null;
};

const MARGIN = { top: 18, left: 46, bottom: 36 };
/** From the plot's right edge to its labels. */
export const LABEL_GAP = 18;

export function lineChartMarks(spec: LineChartSpec): LineChartMarks {
  const gapped = spec.gapLanes ? laneSeries(spec.series) : [];
  const top = MARGIN.top + Math.max(spec.roomAbove ?? 0, roomOfLanes(gapped.length));
  const plot: Box = {
    x: MARGIN.left,
    y: top,
    width: Math.max(40, spec.width - MARGIN.left - spec.labelWidth),
    height: Math.max(30, spec.height - top - MARGIN.bottom),
  };
  const [first, last] = spec.epochs;
  const x = scaleLinear([first, Math.max(last, first + 1)], [plot.x, plot.x + plot.width]);
  const y = scaleLinear(valueDomain(spec), [plot.y + plot.height, plot.y]);
  // A ceiling is the end of the axis itself.
  if (!spec.ceiling) y.nice(5);
  const yTicks = y.ticks(Math.max(2, Math.min(5, Math.floor(plot.height / 34))));
  const yText = y.tickFormat(5, spec.format === 'share' ? '%' : undefined);

  return {
    plot,
    xTicks: epochTicks(first, last, plot.width).map((epoch) => ({ x: x(epoch), text: String(epoch) })),
    yTicks: yTicks.map((value) => ({ y: y(value), text: yText(value) })),
    bands: bandsOf(spec.series, x, y),
    lines: inOrder(spec.series).map((series) => lineOf(series, x, y)),
    beginnings: gapped.flatMap((series) => beginningsOf(series, x, y)),
    ceiling: spec.ceiling ? { y: y(spec.ceiling.value), text: spec.ceiling.text } : null,
    dots: spec.series.flatMap((series) => lonely(series, x, y)),
    gaps: [...laneGaps(gapped, x, plot), ...sharedGaps(spec.series, x, plot)],
    labels: labelsOf(spec, plot, y),
    xOf: (epoch) => x(epoch),
    yOf: (value) => y(value),
    epochAt: (pixel) => Math.max(first, Math.min(last, Math.round(x.invert(pixel)))),
  };
}

type Scale = (value: number) => number;

function valueDomain(spec: LineChartSpec): [number, number] {
  const values = spec.series.flatMap(({ points }) =>
    points.flatMap((point) => [point.value, point.low ?? null, point.high ?? null].filter((one) => one !== null)),
  );
  const [low = 0, high = 1] = extent(values);
  if (spec.zeroBased) return [0, Math.max(high, spec.valueCeiling ?? 0) || 1];
  // A flat line gets room above and below instead of an axis without height.
  const flat = high - low <= 1e-12 * Math.max(Math.abs(low), Math.abs(high), 1e-200);
  return flat ? [low - 0.5, high + 0.5] : [low, high];
}

/** Whole epochs at 1, 2, 5, 10 … apart, as many as fit. */
export function epochTicks(first: number, last: number, width: number): number[] {
  const room = Math.max(1, Math.floor(width / 44));
  const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000];
  const step = steps.find((one) => (last - first) / one <= room) ?? steps[steps.length - 1];
  const ticks: number[] = [];
  for (let epoch = Math.ceil(first / step) * step; epoch <= last; epoch += step) ticks.push(epoch);
  return ticks;
}

/** Bands of more than two lines only cover each other: their labels tell the intervals instead. */
function bandsOf(series: readonly LineSeries[], x: Scale, y: Scale): LineChartMarks['bands'] {
  const bands = series.flatMap((one) => bandOf(one, x, y));
  return bands.length > 2 ? [] : bands;
}

function bandOf(series: LineSeries, x: Scale, y: Scale): LineChartMarks['bands'] {
  if (!series.points.some((point) => hasInterval(point))) return [];
  const draw = area<LinePoint>()
    .defined(hasInterval)
    .x((point) => x(point.epoch))
    .y0((point) => y(point.low ?? 0))
    .y1((point) => y(point.high ?? 0))
    .digits(1);
  return [{ id: series.id, tone: series.tone, path: draw(series.points) ?? '' }];
}

function hasInterval(point: LinePoint): boolean {
  return typeof point.low === 'number' && typeof point.high === 'number';
}

function lonely(series: LineSeries, x: Scale, y: Scale): LineChartMarks['dots'] {
  const { points } = series;
  return points.flatMap((point, i) => {
    const neighbours = [points[i - 1], points[i + 1]].some((other) => other !== undefined && other.value !== null);
    if (point.value === null || neighbours) return [];
    return [{ id: series.id, tone: series.tone, x: x(point.epoch), y: y(point.value) }];
  });
}

function labelsOf(spec: LineChartSpec, plot: Box, y: Scale): LineLabel[] {
  const named = spec.series.filter((series) => series.weight !== 'hinted');
  const ends = named.map((series) => {
    const known = series.points.filter((one) => one.value !== null);
    const point = known.find(({ epoch }) => epoch === series.at) ?? known.at(-1);
    return point?.value === undefined || point.value === null ? plot.y + plot.height / 2 : y(point.value);
  });
  return placedLabels(named, ends, plot, plot.x + plot.width, plot.y - MARGIN.top / 2);
}

/**
 * Labels to the right of `from`, none over another: each as near as may be to the height that it wants, and none
 * above `low`. Pixels of the picture.
 */
export function placedLabels(
  named: readonly LabelledLine[],
  wanted: readonly number[],
  plot: Box,
  from: number,
  low = plot.y,
): LineLabel[] {
  const heights = named.map((line) => (line.detail ? 31 : 15));
  const centres = dodge(wanted, heights, low, Math.max(plot.y + plot.height + 14, low + sum(heights)));
  return named.map((line, i) => {
    const textY = centres[i] - heights[i] / 2 + 11.5;
    return {
      id: line.id,
      tone: line.tone,
      weight: line.weight ?? null,
      label: line.label,
      detail: line.detail ?? null,
      layer: line.layer ?? null,
      x: from + LABEL_GAP,
      y: textY,
      leader: `M${from + 4},${round(wanted[i])}L${from + LABEL_GAP - 4},${round(textY - 4)}`,
    };
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
