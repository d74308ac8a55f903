/**
 * Inter-sample entropies of inputs as bars from 0, one a training run: the tick at each is what noise of
 * equal N and D has, and H − log2 N stands beside, since H grows as log2 N by construction.
 */
import { scaleLinear } from 'd3';
import type { Box, Tone } from './lineChart.js';

export interface DiversityRow {
  readonly id: string;
  /** "1,000": how many samples. */
  readonly label: string;
  readonly tone: Tone;
  readonly chosen: boolean;
  readonly bits: number | null;
  readonly excessBits: number | null;
  readonly noiseBits: number | null;
  readonly halfWidthBits: number | null;
}

export interface DiversityMarks {
  readonly plot: Box;
  readonly ticks: readonly { readonly x: number; readonly text: string }[];
  readonly bars: readonly DiversityBar[];
  /** Right edges of the two columns of numbers. */
  readonly columns: { readonly bits: number; readonly excess: number };
}

export interface DiversityBar extends Box {
  readonly id: string;
  readonly label: string;
  readonly tone: Tone;
  readonly chosen: boolean;
  readonly middle: number;
  /** H of noise; null where it was not computed. */
  readonly noiseX: number | null;
  readonly interval: { readonly low: number; readonly high: number } | null;
  readonly bits: string;
  readonly excess: string;
}

const HEAD = 22;
const AXIS = 22;
const ROW = 34;
const BAR = 20;
/** A column of numbers, as wide as "H − log₂ N". */
const COLUMN = 74;

export function diversityHeight(rowCount: number): number {
  return HEAD + ROW * rowCount + AXIS;
}

export function diversityMarks(rows: readonly DiversityRow[], width: number): DiversityMarks {
  const longest = Math.max('samples'.length + 1, ...rows.map((row) => row.label.length));
  const left = Math.min(110, longest * 6.8 + 10);
  const plot = { x: left, y: HEAD, width: Math.max(40, width - left - 2 * COLUMN), height: ROW * rows.length };
  const ends = rows.flatMap((row) => [(row.bits ?? 0) + (row.halfWidthBits ?? 0), row.noiseBits ?? 0]);
  const x = scaleLinear([0, Math.max(1, ...ends) * 1.02], [plot.x, plot.x + plot.width]);
  return {
    plot,
    ticks: x.ticks(Math.max(2, Math.floor(plot.width / 60))).map((value) => ({ x: x(value), text: String(value) })),
    columns: { bits: width - COLUMN, excess: width - 2 },
    bars: rows.map((row, i) => {
      const middle = plot.y + (i + 0.5) * ROW;
      const { id, label, tone, chosen, bits, halfWidthBits: half } = row;
      return {
        ...{ id, label, tone, chosen, middle, x: plot.x, y: middle - BAR / 2, height: BAR },
        width: bits === null ? 0 : x(bits) - plot.x,
        noiseX: row.noiseBits === null ? null : x(row.noiseBits),
        interval: bits === null || half === null ? null : { low: x(bits - half), high: x(bits + half) },
        bits: bits === null ? 'none' : bits.toFixed(2),
        excess: row.excessBits === null ? '' : row.excessBits.toFixed(2),
      };
    }),
  };
}
