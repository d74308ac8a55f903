/**
 * Changes as rows: where a number was and where it is on one scale for all rows of a column, with the
 * interval of the difference about the new value, and the difference in figures beside it.
 */
import { extent, scaleLinear, type ScaleLinear } from 'd3';
import type { Change } from '../../src/protocol/compare.js';

export interface ChangeColumn {
  readonly id: string;
  readonly title: string;
  /** One for each row; null where the row has none. */
  readonly changes: readonly (Change | null)[];
  readonly digits: number;
  /** One for each row: words in place of marks, where the row's numbers do not lie on the others' scale. */
  readonly apart?: readonly (string | null)[];
}

export interface ChangeRowsSpec {
  readonly width: number;
  readonly labelWidth: number;
  readonly columns: readonly ChangeColumn[];
  readonly rowCount: number;
  /** Pixels on the right for words. */
  readonly restWidth: number;
}

export interface ChangeCell {
  readonly y: number;
  /** Where the number was and is; null where it has no value. */
  readonly from: number | null;
  readonly to: number | null;
  /** Ends of the interval of the difference, about `to`. */
  readonly low: number | null;
  readonly high: number | null;
  readonly text: string;
  /** Stands where the marks would. */
  readonly apart: string | null;
  /** The interval leaves zero out. */
  readonly clear: boolean;
}

export interface ChangeColumnMarks {
  readonly id: string;
  readonly title: string;
  readonly x: number;
  readonly width: number;
  /** Right edge of the figures. */
  readonly textX: number;
  readonly ticks: readonly { readonly x: number; readonly text: string }[];
  readonly cells: readonly ChangeCell[];
}

export interface ChangeRowsMarks {
  readonly height: number;
  readonly rowHeight: number;
  readonly top: number;
  readonly restX: number;
  readonly rows: readonly { readonly y: number }[];
  readonly columns: readonly ChangeColumnMarks[];
}

const ROW_HEIGHT = 22;
const TOP = 40;
/** Widest figures: "−12.34 ± 0.12". */
const TEXT_WIDTH = 92;
const GAP = 18;
/** Pixels from one tick's figures to the next's. */
const LEAST_TICK = 32;

export function changeRowsMarks(spec: ChangeRowsSpec): ChangeRowsMarks {
  const { width, labelWidth, columns, rowCount, restWidth } = spec;
  const each = Math.max(TEXT_WIDTH + 60, (width - labelWidth - restWidth) / Math.max(1, columns.length));
  return {
    height: TOP + rowCount * ROW_HEIGHT + 6,
    rowHeight: ROW_HEIGHT,
    top: TOP,
    restX: labelWidth + each * columns.length,
    rows: Array.from({ length: rowCount }, (_, row) => ({ y: yOf(row) })),
    columns: columns.map((column, place) => columnMarks(column, labelWidth + place * each, each - GAP)),
  };
}

function columnMarks(column: ChangeColumn, x: number, room: number): ChangeColumnMarks {
  const { id, title, changes, digits, apart = [] } = column;
  const width = room - TEXT_WIDTH;
  const values = changes.flatMap((change, row) => (apart[row] ? [] : ends(change)));
  const [low = 0, high = 1] = extent(values) as [number | undefined, number | undefined];
  const scale = scaleLinear([low, high > low ? high : low + 1], [x + 5, x + width - 5]).nice(4);
  return {
    ...{ id, title, x, width },
    textX: x + room,
    ticks: spacedTicks(scale, digits),
    cells: changes.map((change, row) => {
      const place = (value: number | null): number | null => (value === null || apart[row] ? null : scale(value));
      const to = change?.to ?? null;
      const half = change?.halfWidth ?? null;
      const span = to === null || half === null ? null : intervalAbout(to, half);
      return {
        y: yOf(row),
        from: place(change?.from ?? null),
        to: place(to),
        low: place(span?.[0] ?? null),
        high: place(span?.[1] ?? null),
        text: differenceWords(change, digits),
        apart: apart[row] ?? null,
        clear: half !== null && Math.abs(change?.difference ?? 0) > half,
      };
    }),
  };
}

/** As many as stand apart in the room that there is: every one, every second, third … of them. */
function spacedTicks(scale: ScaleLinear<number, number>, digits: number): ChangeColumnMarks['ticks'] {
  const ticks = scale.ticks(3).map((tick) => ({ x: scale(tick), text: String(+tick.toFixed(digits)) }));
  const apart = ticks.length > 1 ? ticks[1].x - ticks[0].x : LEAST_TICK;
  const step = Math.max(1, Math.ceil(LEAST_TICK / apart));
  return ticks.filter((_, i) => i % step === 0);
}

function ends(change: Change | null): number[] {
  const half = change?.halfWidth ?? 0;
  const to = change?.to ?? null;
  return [change?.from ?? null, ...(to === null ? [] : intervalAbout(to, half))].filter((one) => one !== null);
}

/** Entropies do not lie below 0, whatever the interval of a difference says. */
function intervalAbout(to: number, half: number): readonly [number, number] {
  return [to < 0 ? to - half : Math.max(0, to - half), to + half];
}

function yOf(row: number): number {
  return TOP + (row + 0.5) * ROW_HEIGHT;
}

/** "−0.40 ± 0.01"; "–" where there is no difference. */
export function differenceWords(change: Change | null, digits: number, factor = 1): string {
  if (change?.difference == null) return '–';
  const rounded = (factor * change.difference).toFixed(digits);
  const signed =
    Number(rounded) === 0 ? (0).toFixed(digits) : rounded.startsWith('-') ? `−${rounded.slice(1)}` : `+${rounded}`;
  return change.halfWidth === null ? signed : `${signed} ± ${(factor * change.halfWidth).toFixed(digits)}`;
}
