/** A grid of small line charts on one scale: where each panel lies, and its strokes, which stay while a cursor moves. */
import { line, scaleLinear } from 'd3';
import type { Box, LinePoint, Tone } from './lineChart.js';

export interface Panel {
  readonly id: string;
  readonly title: string;
  /** Value of its first line at the cursor, formatted. */
  readonly value: string;
  /** Short remark in the warning colour: "dead since 11". */
  readonly warning?: string;
  readonly lines: readonly { readonly tone: Tone; readonly points: readonly LinePoint[] }[];
  /** Runs of epochs at which every map is constant. */
  readonly shaded: readonly (readonly [from: number, to: number])[];
  /** Runs of epochs at which the activation is at its bound. */
  readonly saturated?: readonly (readonly [from: number, to: number])[];
}

export interface PanelsSpec {
  readonly count: number;
  readonly width: number;
  readonly panelHeight: number;
  /** Panels get no narrower than this. */
  readonly minPanelWidth: number;
  readonly maxColumns: number;
  /** Between columns: room for the ends of the epoch axis. */
  readonly gap: number;
}

export interface PanelPlace {
  readonly plot: Box;
  readonly titleY: number;
  /** Numbers are written only at the left column and under the last row. */
  readonly showsY: boolean;
  readonly showsX: boolean;
}

export interface PanelPlaces {
  readonly height: number;
  readonly columns: number;
  readonly places: readonly PanelPlace[];
}

const LEFT = 24;
/** Half of the last tick's number. */
const RIGHT = 8;
const TITLE = 22;
const FOOT = 18;

export function panelPlaces(spec: PanelsSpec): PanelPlaces {
  const { count, width, panelHeight, gap } = spec;
  const columns = columnsFor(spec, count);
  const panelWidth = Math.min(240, (width - LEFT - RIGHT - gap * (columns - 1)) / columns);
  const rows = Math.ceil(count / columns);
  const places = Array.from({ length: count }, (_, i): PanelPlace => {
    const column = i % columns;
    const y = Math.floor(i / columns) * panelHeight + TITLE;
    const plot = { x: LEFT + column * (panelWidth + gap), y, width: panelWidth, height: panelHeight - TITLE - 14 };
    return { plot, titleY: y - 8, showsY: column === 0, showsX: i + columns >= count };
  });
  return { height: rows * panelHeight + FOOT, columns, places };
}

/** How many of `count` panels stand beside each other. */
export function columnsFor(
  { width, gap, minPanelWidth, maxColumns }: Pick<PanelsSpec, 'width' | 'gap' | 'minPanelWidth' | 'maxColumns'>,
  count: number,
): number {
  const fitting = Math.floor((width - LEFT - RIGHT + gap) / (minPanelWidth + gap));
  return Math.max(1, Math.min(maxColumns, fitting, Math.max(1, count)));
}

export interface PanelAxes {
  readonly epochs: readonly [number, number];
  /** Largest value that is possible, such as log2 of the bins; the axis reaches from 0 to here. */
  readonly ceiling: number;
}

export interface PanelStrokes {
  readonly lines: readonly { readonly tone: Tone; readonly path: string }[];
  readonly dots: readonly { readonly tone: Tone; readonly x: number; readonly y: number }[];
  readonly shaded: readonly Box[];
  readonly saturated: readonly Box[];
  readonly gaps: readonly Box[];
}

export function panelStrokes(
  { lines, shaded, saturated }: Pick<Panel, 'lines' | 'shaded' | 'saturated'>,
  plot: Box,
  { epochs, ceiling }: PanelAxes,
): PanelStrokes {
  const [first, last] = epochs;
  const x = xScale(plot, epochs);
  const y = scaleLinear([0, ceiling], [plot.y + plot.height, plot.y]);
  const draw = line<LinePoint>()
    .defined((point) => point.value !== null)
    .x((point) => x(point.epoch))
    .y((point) => y(point.value ?? 0))
    .digits(1);
  const box = ([from, to]: readonly [number, number]): Box => {
    const low = Math.max(plot.x, x(from - 0.5));
    const width = Math.max(1, Math.min(plot.x + plot.width, x(to + 0.5)) - low);
    return { x: low, y: plot.y, width, height: plot.height };
  };
  const single = first === last;
  return {
    lines: lines.map(({ tone, points }) => ({ tone, path: draw(points) ?? '' })),
    dots: lines.flatMap(({ tone, points }) =>
      points.flatMap(({ epoch, value }) =>
        value !== null && (single || points.length === 1) ? [{ tone, x: x(epoch), y: y(value) }] : [],
      ),
    ),
    shaded: shaded.map(box),
    saturated: (saturated ?? []).map(box),
    gaps: (lines[0]?.points ?? []).filter(({ value }) => value === null).map(({ epoch }) => box([epoch, epoch])),
  };
}

/** Where an epoch's cursor stands in a panel; at its edge for an epoch beside the axis. */
/** An upright line at the epoch in each panel. */
export function cursorPath(places: readonly PanelPlace[], epochs: PanelAxes['epochs'], epoch: number): string {
  const [first, last] = epochs;
  const share = (Math.max(first, Math.min(last, epoch)) - first) / (Math.max(last, first + 1) - first);
  return places.map(({ plot }) => `M${(plot.x + share * plot.width).toFixed(2)},${plot.y}v${plot.height}`).join('');
}

function xScale(plot: Box, [first, last]: PanelAxes['epochs']) {
  return scaleLinear([first, Math.max(last, first + 1)], [plot.x, plot.x + plot.width]);
}
