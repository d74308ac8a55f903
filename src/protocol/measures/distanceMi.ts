/** Distance mutual information (channel capacity) as it is answered. */
import { describeMeasure } from './descriptor.js';
import { INTERVAL, SEED } from './option.js';
import type { Provenance } from './provenance.js';
import { epochCell, mapsName, noteOf, type MeasureTable, type TableCell, type TableNames } from './table.js';

/** One side of a matrix: a channel's maps, or (channel null) the whole layer's, flattened. */
export interface MapsReference {
  readonly layer: number;
  readonly channel: number | null;
}

/**
 * What permuting the samples of one side (Mantel 1967) leaves of a matrix: the pairing is broken, each
 * side's own distances stay. A cell above `maximumBits` stands out of the whole matrix at 5 %.
 */
export interface PermutationNull {
  readonly permutations: number;
  readonly seed: number;
  /** Chosen pairs of samples that these numbers and `p` rest on; absent where they are all pairs. */
  readonly pairCount?: number;
  /** Mean over the permutations, (row, column). */
  readonly meanBits: readonly (number | null)[];
  /** 95th percentile of `maxima`. */
  readonly maximumBits: number;
  /** The largest cell of each permutation, ascending (max-statistic). */
  readonly maxima: readonly number[];
  /** (1 + permutations whose largest cell reaches this one) ÷ (1 + permutations): family-wise, (row, column). */
  readonly p: readonly (number | null)[];
}

/** How much of a matrix hangs on the number of bins and of samples: means over its cells. */
export interface SensitivityRow {
  readonly bins: number;
  readonly n: number;
  readonly meanBits: number;
  readonly meanMillerMadowBits: number;
  readonly maximumBits: number;
}

/**
 * Distance mutual information (channel capacity) at one epoch, a matrix: rows are A, columns B, cells
 * (row, column) at `row × columns.length + column`. H(A|B) is entropyRows[row] − bits, H(B|A) is
 * entropyColumns[column] − bits (see `conditionalsOf`). Views draw A horizontally.
 */
export interface DistanceMiValue {
  readonly epoch: number;
  readonly rows: readonly MapsReference[];
  readonly columns: readonly MapsReference[];
  /** Plug-in; null throughout with a `reason`. */
  readonly bits: readonly (number | null)[];
  /** Less its first-order bias under independence; may be negative. */
  readonly millerMadowBits: readonly (number | null)[];
  /** H(A) by row, H(B) by column, of the binned distances; 0 where all distances are equal. */
  readonly entropyRows: readonly (number | null)[];
  readonly entropyColumns: readonly (number | null)[];
  /** MI ÷ min(H(A), H(B)), 0…1; null where either is 0. */
  readonly share: readonly (number | null)[];
  /** Half widths of 95 % jackknife intervals over groups of samples; null unless asked for. */
  readonly halfWidthBits: readonly (number | null)[] | null;
  /** Null unless permutations are asked for. */
  readonly null: PermutationNull | null;
  /** Empty unless asked for. */
  readonly sensitivity: readonly SensitivityRow[];
  /** Samples; pairs are n(n − 1)/2. */
  readonly n: number;
  /** Samples left out because a value of either side was NaN or ±Inf. */
  readonly nonFiniteCount: number;
  readonly reason: string | null;
}

export interface DistanceMiResult {
  readonly measure: 'distance-mi';
  readonly provenance: Provenance;
  /** Channels of one or two layers, or whole layers against each other. */
  readonly of: 'channels' | 'layers';
  readonly bins: number;
  readonly values: readonly DistanceMiValue[];
}

/** H(A|B) and H(B|A) of one cell; null where there is no value. */
export function conditionalsOf(
  { bits, columns, entropyRows, entropyColumns }: DistanceMiValue,
  row: number,
  column: number,
): { readonly aGivenB: number; readonly bGivenA: number } | null {
  const mutual = bits[row * columns.length + column] ?? null;
  const [a, b] = [entropyRows[row] ?? null, entropyColumns[column] ?? null];
  return mutual === null || a === null || b === null
    ? null
    : { aGivenB: Math.max(0, a - mutual), bGivenA: Math.max(0, b - mutual) };
}

/** Of one-sided nulls: the largest of fewer permutations is no 5 %. */
const LEAST_PERMUTATIONS = 19;

/** The null that permuted samples leave of a matrix. */
export const PERMUTATIONS = {
  kind: 'count',
  ...{ default: 0, least: LEAST_PERMUTATIONS, most: 10_000, orZero: true },
  text: 'permutations for the null',
  why: `fewer than ${LEAST_PERMUTATIONS} cannot give a 5 % level`,
} as const;

/** All pairs of 256 samples: the number of samples limits what a null can tell long before that of pairs. */
export const NULL_PAIRS = {
  kind: 'count',
  ...{ default: 2 ** 15, least: 1000, most: 2 ** 31 },
  text: 'maximum number of pairs of samples for the null; if there are more, they are chosen at random',
} as const;

/** Of each channel's distances: a pair's bin is a byte. */
export const DISTANCE_BINS = { kind: 'count', ...{ default: 32, least: 1, most: 256 }, text: 'bins' } as const;

export const distanceMi = describeMeasure({
  name: 'distance-mi',
  label: 'Distance mutual information',
  doing: 'computing distance mutual information',
  summary: 'how much the distances between samples in one channel tell about those in another (channel capacity)',
  unit: 'bits',
  needs: 'maps',
  options: {
    bins: DISTANCE_BINS,
    of: {
      kind: 'choice',
      values: ['channels', 'layers'],
      default: undefined,
      ofRuns: true,
      text: 'matrix of channels or of whole layers',
      defaultText: 'layers where the query selects more than two',
    },
    other: {
      kind: 'layer',
      default: undefined,
      ofRuns: true,
      text: 'the layer whose channels are the columns',
      defaultText: 'the query’s second, or its only one',
    },
    permutations: PERMUTATIONS,
    nullPairs: NULL_PAIRS,
    seed: SEED,
    interval: INTERVAL,
    sensitivity: { kind: 'switch', default: false, text: 'add the table of bins × N (JSON)' },
  },
  table: distanceMiTable,
  ofArrays: {
    summary: 'distance mutual information (paper §5.3.1) of channels (N, Ca, …) and (N, Cb, …)',
    shape: '(N, Ca, …): A, the rows',
    leastAxes: 2,
    other: { text: '.npy array (N, Cb, …): B, the columns (default: A itself)', isOptional: true },
    json: distanceMiOfArrays,
  },
});

/** Cells as lists of rows. */
function distanceMiOfArrays({ values: [value], bins }: DistanceMiResult): object {
  const { rows, columns } = value;
  const inRows = (cells: DistanceMiValue['bits']) =>
    rows.map((_row, row) => cells.slice(row * columns.length, (row + 1) * columns.length));
  const given = (side: 'aGivenB' | 'bGivenA') =>
    rows.map((_row, row) => columns.map((_column, column) => conditionalsOf(value, row, column)?.[side] ?? null));
  return {
    bits: inRows(value.bits),
    millerMadowBits: inRows(value.millerMadowBits),
    share: inRows(value.share),
    conditionalRows: given('aGivenB'),
    conditionalColumns: given('bGivenA'),
    entropyRows: value.entropyRows,
    entropyColumns: value.entropyColumns,
    halfWidthBits: value.halfWidthBits && inRows(value.halfWidthBits),
    null: value.null && { ...value.null, meanBits: inRows(value.null.meanBits), p: inRows(value.null.p) },
    sensitivity: value.sensitivity,
    n: value.n,
    nonFiniteCount: value.nonFiniteCount,
    reason: value.reason,
    bins,
    unit: 'bits',
  };
}

function distanceMiTable({ values }: DistanceMiResult, names: TableNames): MeasureTable {
  const header = ['epoch', 'A', 'B', 'MI bits', 'Miller-Madow', 'H(A)', 'H(B)', 'H(A|B)', 'H(B|A)', 'MI/min(H)'];
  const rows = values.flatMap((value) =>
    value.rows.flatMap((a, row) =>
      value.columns.map((b, column): TableCell[] => {
        const at = row * value.columns.length + column;
        const given = conditionalsOf(value, row, column);
        return [
          ...[epochCell(value.epoch), mapsName(a, names), mapsName(b, names), value.bits[at] ?? null],
          ...[value.millerMadowBits[at] ?? null, value.entropyRows[row] ?? null, value.entropyColumns[column] ?? null],
          ...[given?.aGivenB ?? null, given?.bGivenA ?? null, value.share[at] ?? null],
          ...[value.halfWidthBits?.[at] ?? null, value.null?.meanBits[at] ?? null, value.null?.maximumBits ?? null],
          ...[value.null?.p[at] ?? null, value.n, noteOf(value)],
        ];
      }),
    ),
  );
  return { header: [...header, 'half width', 'null mean', 'null max 95 %', 'p', 'N', 'note'], rows };
}
