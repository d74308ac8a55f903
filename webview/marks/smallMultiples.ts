/** A grid of small line charts on one scale: where each panel and its strokes lie. */
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

export interface SmallMultiplesSpec {
  readonly panels: readonly Panel[];
  readonly width: number;
  readonly panelHeight: number;
  /** Panels get no narrower than this. */
  readonly minPanelWidth: number;
  readonly maxColumns: number;
  /** Between columns: room for the ends of the epoch axis. */
  readonly gap: number;
  readonly epochs: readonly [number, number];
  /** Largest value that is possible, such as log2 of the bins; the axis reaches from 0 to here. */
  readonly ceiling: number;
  readonly cursorEpoch: number;
}

export interface PanelMarks {
  readonly panel: Panel;
  readonly plot: Box;
  readonly titleY: number;
  readonly lines: readonly { readonly tone: Tone; readonly path: string }[];
  readonly dots: readonly { readonly tone: Tone; readonly x: number; readonly y: number }[];
  readonly shaded: readonly Box[];
  readonly saturated: readonly Box[];
  readonly gaps: readonly Box[];
  readonly cursorX: number;
  /** Numbers are written only at the left column and under the last row. */
  readonly showsY: boolean;
  readonly showsX: boolean;
}

export interface SmallMultiplesMarks {
  readonly height: number;
  readonly columns: number;
  readonly yTicks: readonly [number, number];
  readonly panels: readonly PanelMarks[];
}

const LEFT = 24;
/** Half of the last tick's number. */
const RIGHT = 8;
const TITLE = 22;
const FOOT = 18;

export function smallMultiplesMarks(spec: SmallMultiplesSpec): SmallMultiplesMarks {
  const room = spec.width - LEFT - RIGHT;
  const { gap } = spec;
  const columns = columnsFor(spec, spec.panels.length);
  const panelWidth = Math.min(240, (room - gap * (columns - 1)) / columns);
  const rows = Math.ceil(spec.panels.length / columns);
  const rowHeight = spec.panelHeight;
  const panels = spec.panels.map((panel, i) => {
    const column = i % columns;
    const row = Math.floor(i / columns);
    const plot: Box = {
      x: LEFT + column * (panelWidth + gap),
      y: row * rowHeight + TITLE,
      width: panelWidth,
      height: rowHeight - TITLE - 14,
    };
    return panelMarks(spec, panel, plot, column === 0, i + columns >= spec.panels.length);
  });
  return { height: rows * rowHeight + FOOT, columns, yTicks: [0, spec.ceiling], panels };
}

/** How many of `count` panels stand beside each other. */
export function columnsFor(
  { width, gap, minPanelWidth, maxColumns }: Pick<SmallMultiplesSpec, 'width' | 'gap' | 'minPanelWidth' | 'maxColumns'>,
  count: number,
): number {
  const fitting = Math.floor((width - LEFT - RIGHT + gap) / (minPanelWidth + gap));
  return Math.max(1, Math.min(maxColumns, fitting, Math.max(1, count)));
}

function panelMarks(spec: SmallMultiplesSpec, panel: Panel, plot: Box, showsY: boolean, showsX: boolean): PanelMarks {
  const [first, last] = spec.epochs;
  const x = scaleLinear([first, Math.max(last, first + 1)], [plot.x, plot.x + plot.width]);
  const y = scaleLinear([0, spec.ceiling], [plot.y + plot.height, plot.y]);
  const draw = line<LinePoint>()
    .defined((point) => point.value !== null)
    .x((point) => x(point.epoch))
    .y((point) => y(point.value ?? 0))
    .digits(1);
  const box = ([from, to]: readonly [number, number]): Box => {
    const low = Math.max(plot.x, x(from - 0.5));
    return {
      x: low,
      y: plot.y,
      width: Math.max(1, Math.min(plot.x + plot.width, x(to + 0.5)) - low),
      height: plot.height,
    };
  };
  const single = first === last;
  return {
    panel,
    plot,
    titleY: plot.y - 8,
    lines: panel.lines.map(({ tone, points }) => ({ tone, path: draw(points) ?? '' })),
    dots: panel.lines.flatMap(({ tone, points }) =>
      points.flatMap(({ epoch, value }) =>
        value !== null && (single || points.length === 1) ? [{ tone, x: x(epoch), y: y(value) }] : [],
      ),
    ),
    shaded: panel.shaded.map(box),
    saturated: (panel.saturated ?? []).map(box),
    gaps: (panel.lines[0]?.points ?? []).filter(({ value }) => value === null).map(({ epoch }) => box([epoch, epoch])),
    cursorX: x(Math.max(first, Math.min(last, spec.cursorEpoch))),
    showsY,
    showsX,
  };
}
