/**
 * What of a line chart hangs on the epoch at its cursor: a knob on each line, and the value that each label
 * tells. Apart from the strokes, so that a moving cursor leaves hundreds of lines as they are.
 */
import {
  placedLabels,
  type LineChartMarks,
  type LineChartSpec,
  type LineLabel,
  type LinePoint,
  type LineSeries,
  type Tone,
} from './lineChart.js';

export interface LineCursor {
  readonly x: number;
  readonly points: readonly { readonly id: string; readonly tone: Tone; readonly x: number; readonly y: number }[];
  /** By label, in the order of the marks' labels. */
  readonly values: readonly CursorValue[];
}

export interface CursorValue {
  /** Formatted; "no value" where it is undefined. */
  readonly value: string;
  readonly interval: string | null;
}

/** Points by epoch of the lines that are labelled: made once, looked up at every move. */
export type CursorPoints = readonly { readonly series: LineSeries; readonly byEpoch: ReadonlyMap<number, LinePoint> }[];

export function cursorPoints(series: readonly LineSeries[]): CursorPoints {
  return series
    .filter((one) => one.weight !== 'hinted')
    .map((one) => ({ series: one, byEpoch: new Map(one.points.map((point) => [point.epoch, point])) }));
}

export function lineCursor(
  { xOf, yOf }: Pick<LineChartMarks, 'xOf' | 'yOf'>,
  points: CursorPoints,
  epoch: number,
  format: LineChartSpec['format'],
): LineCursor {
  const here = points.map(({ series, byEpoch }) => ({ series, point: byEpoch.get(series.at ?? epoch) }));
  return {
    x: xOf(epoch),
    points: here.flatMap(({ series: { id, tone }, point }) => {
      const value = point?.value ?? null;
      return value === null ? [] : [{ id, tone, x: xOf(point?.epoch ?? epoch), y: yOf(value) }];
    }),
    values: here.map(({ point }) => ({
      value: formatValue(point?.value ?? null, format),
      interval: intervalOf(point),
    })),
  };
}

/** The labels beside the cursor, at the heights of the lines there; a line without a value keeps its height. */
export function labelsAtCursor({ labels, plot }: LineChartMarks, { x, points }: LineCursor): LineLabel[] {
  const heights = new Map(points.map(({ id, y }) => [id, y]));
  return placedLabels(
    labels,
    labels.map(({ id, y }) => heights.get(id) ?? y),
    plot,
    x,
  );
}

function intervalOf(point: LinePoint | undefined): string | null {
  if (!point || typeof point.low !== 'number' || typeof point.high !== 'number') return null;
  return `± ${((point.high - point.low) / 2).toFixed(2)}`;
}

/** A value as a label says it; undefined is said in words. */
function formatValue(value: number | null, format: LineChartSpec['format']): string {
  if (value === null) return 'no value';
  if (format === 'share') return `${(100 * value).toFixed(1)} %`;
  return Math.abs(value) >= 1000 ? value.toPrecision(4) : value.toFixed(2);
}
