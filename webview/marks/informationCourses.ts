/** Small multiples of information over epochs, a layer each: where lines, nulls, ceilings and rings lie. */
import { area, line, scaleLinear } from 'd3';
import type { Box } from './lineChart.js';

/** One quantity of one layer; bits. */
export interface CourseLine {
  readonly points: readonly {
    readonly epoch: number;
    readonly value: number | null;
    readonly halfWidth: number | null;
    readonly floor: number | null;
  }[];
  readonly ceiling: number | null;
  readonly converged: number | null;
}

export interface CourseSpec {
  readonly courses: readonly { readonly label: CourseLine; readonly input: CourseLine }[];
  readonly width: number;
  readonly epochs: readonly [number, number];
  readonly cursorEpoch: number;
}

export interface PanelLine {
  readonly plot: Box;
  readonly line: string;
  readonly band: string;
  readonly floor: string;
  readonly ceilingY: number | null;
  readonly ring: { readonly x: number; readonly y: number } | null;
  /** The value at the cursor, or the last one before it, and where its number stands. */
  readonly at: { readonly x: number; readonly y: number; readonly textY: number; readonly value: number } | null;
  readonly ticks: readonly { readonly y: number; readonly text: string }[];
}

export interface CoursePanel {
  readonly x: number;
  readonly top: number;
  readonly width: number;
  readonly cursorX: number;
  readonly label: PanelLine;
  readonly input: PanelLine;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

export interface CourseMarks {
  readonly height: number;
  readonly panels: readonly CoursePanel[];
  readonly xTicks: readonly number[];
  readonly epochAt: (panel: CoursePanel, x: number) => number;
}

const LEFT = 30;
const RIGHT = 78;
const GAP = 20;
const MIN_WIDTH = 118;
const HEAD = 46;
const LABEL_HEIGHT = 128;
const INPUT_TOP = HEAD + LABEL_HEIGHT + 32;
const INPUT_HEIGHT = 56;
const ROW = INPUT_TOP + INPUT_HEIGHT + 30;

export function courseMarks(spec: CourseSpec): CourseMarks {
  const { courses, width } = spec;
  const room = width - LEFT - RIGHT;
  const fitting = Math.max(1, Math.floor((room + GAP) / (MIN_WIDTH + GAP)));
  const rows = Math.ceil(courses.length / fitting);
  const columns = Math.max(1, Math.ceil(courses.length / Math.max(1, rows)));
  const panelWidth = Math.max(20, Math.min(230, (room - GAP * (columns - 1)) / columns));
  const [first, last] = spec.epochs;
  const labelTop = topOf(courses.map(({ label }) => label));
  const inputTop = topOf(courses.map(({ input }) => input));
  const panels = courses.map((course, i): CoursePanel => {
    const x = LEFT + (i % columns) * (panelWidth + GAP);
    const top = Math.floor(i / columns) * ROW;
    const xOf = scaleLinear([first, Math.max(last, first + 1)], [x, x + panelWidth]);
    const box = (y: number, height: number): Box => ({ x, y: top + y, width: panelWidth, height });
    return {
      ...{ x, top, width: panelWidth },
      cursorX: xOf(Math.max(first, Math.min(last, spec.cursorEpoch))),
      label: panelLine(course.label, box(HEAD, LABEL_HEIGHT), xOf, labelTop, spec.cursorEpoch),
      input: panelLine(course.input, box(INPUT_TOP, INPUT_HEIGHT), xOf, inputTop, spec.cursorEpoch),
      isFirst: i % columns === 0,
      isLast: i % columns === columns - 1 || i === courses.length - 1,
    };
  });
  const step = tickStep(last - first, panelWidth);
  return {
    height: rows * ROW,
    panels,
    xTicks: Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, i) => first + i * step),
    epochAt: (panel, x) =>
      Math.round(Math.max(first, Math.min(last, first + ((x - panel.x) / panel.width) * (last - first)))),
  };
}

function tickStep(span: number, width: number): number {
  const most = Math.max(1, Math.floor(width / 34));
  return [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].find((step) => span / step <= most) ?? Math.max(1, span);
}

/** One scale for all layers: from 0 to the ceiling, or higher where a bound is. */
function topOf(lines: readonly CourseLine[]): number {
  const values = lines.flatMap(({ points, ceiling }) => [
    ceiling ?? 0,
    ...points.map(({ value, floor }) => Math.max(value ?? 0, floor ?? 0)),
  ]);
  return 1.06 * values.reduce((most, value) => Math.max(most, value), 0) || 1;
}

const NUMBER_HEIGHT = 9;
/** Of a number, about, at either side of its dot. */
const NUMBER_WIDTH = 30;
/** Of the ring, with its stroke and a gap. */
const RING = 7;

function panelLine(
  { points, ceiling, converged }: CourseLine,
  plot: Box,
  xOf: (epoch: number) => number,
  top: number,
  cursorEpoch: number,
): PanelLine {
  const yOf = scaleLinear([0, top], [plot.y + plot.height, plot.y]);
  type Point = (typeof points)[number];
  const isKnown = ({ value }: Point): boolean => value !== null;
  const draw = line<Point>()
    .defined(isKnown)
    .x(({ epoch }) => xOf(epoch))
    .y(({ value }) => yOf(value ?? 0))
    .digits(1);
  const band = area<Point>()
    .defined(({ value, halfWidth }) => value !== null && halfWidth !== null)
    .x(({ epoch }) => xOf(epoch))
    .y0(({ value, halfWidth }) => yOf(Math.max(0, (value ?? 0) - (halfWidth ?? 0))))
    .y1(({ value, halfWidth }) => yOf((value ?? 0) + (halfWidth ?? 0)))
    .digits(1);
  const floor = area<Point>()
    .defined((point) => point.floor !== null)
    .x(({ epoch }) => xOf(epoch))
    .y0(yOf(0))
    .y1((point) => yOf(Math.max(0, point.floor ?? 0)))
    .digits(1);
  const ceilingY = ceiling === null ? null : yOf(ceiling);
  const settled = points.find(({ epoch, value }) => epoch === converged && value !== null);
  const at = points.findLast(({ epoch, value }) => epoch <= cursorEpoch && value !== null);
  const y = yOf(at?.value ?? 0);
  const ring = settled ? { x: xOf(settled.epoch), y: yOf(settled.value ?? 0) } : null;
  const isNearRing = ring !== null && at !== undefined && Math.abs(xOf(at.epoch) - ring.x) < NUMBER_WIDTH + RING;
  // Above the line, and above a ring that lies beside or under the number.
  const clear = isNearRing ? Math.max(6, y - ring.y + RING) : 6;
  const hitsCeiling = ceilingY !== null && y - clear - NUMBER_HEIGHT < ceilingY;
  const below = isNearRing ? Math.max(8, ring.y - y + RING + 1) : 8;
  return {
    plot,
    line: draw(points) ?? '',
    band: band(points) ?? '',
    floor: floor(points) ?? '',
    ceilingY,
    ring,
    at: at
      ? { x: xOf(at.epoch), y, value: at.value ?? 0, textY: hitsCeiling ? y + below + NUMBER_HEIGHT : y - clear }
      : null,
    ticks: yOf.ticks(plot.height > 100 ? 4 : 2).map((tick) => ({ y: yOf(tick), text: String(tick) })),
  };
}
