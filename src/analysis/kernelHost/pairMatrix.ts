/**
 * Matrices of joint entropies of pairs' bins through the kernels, over all pairs or some, as they are or
 * with the samples in another order.
 */
import { mutualInformationOf, type MutualInformation } from '../measures/distanceMutualInformation.js';
import { pairCountOf } from './distancePairs.js';
import type { Kernels } from './kernels.js';

/** c log2 c is looked up below this count, and computed from it on. */
const TABLE_LENGTH = 2 ** 14;
/** Rows that are put into another order before all columns are held against them. */
const ROWS_AT_ONCE = 8;
/** Below so many pairs, emptying the cells of two columns costs more than counting them at once saves. */
const WORTH_TWO = 2 ** 14;

/** Chosen pairs of samples: (count, 2) int32 at `address`. */
export interface ChosenPairs {
  readonly address: number;
  readonly count: number;
}

/** A matrix of codes (by address) against codes, over all samples or over some, in another order. */
export interface PairMatrix {
  readonly n: number;
  readonly bins: number;
  /** Addresses of the codes of A, by row, and of B, by column. */
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  /** Rows and columns are the same, so that only cells on and above the diagonal need computing. */
  readonly symmetric: boolean;
  /** Samples of B, or of both, in the order in which they are paired; null: all as they are. */
  readonly order: Int32Array | null;
  /** A's samples too are in that order, and not all of them as they are. */
  readonly rowsToo: boolean;
  /** Only these pairs; the rows' codes are of these already. Null: all. */
  readonly chosen: ChosenPairs | null;
  /** Codes were made with bins × 2^shift. */
  readonly shift: number;
  /** `matrixRegionBytes` of this matrix's own. */
  readonly region: number;
}

/** Bytes of a matrix's region: an index, two columns and some rows, in another order. */
export function matrixRegionBytes(n: number): number {
  return (4 + 2 + ROWS_AT_ONCE) * (pairCountOf(n) + 64);
}

/** Bytes that `pairMatrix` allocates. */
export function matrixScratchBytes(n: number, bins: number): number {
  return 8 * TABLE_LENGTH + countsBytes(bins) + 8 * n + 2 ** 11;
}

function countsBytes(bins: number): number {
  return Math.max(16 * bins * bins, 2 * Math.min(bins, 32) ** 3 + 8 * bins * bins) + 4 * bins;
}

/** Numbers of a cell in `pairMatrix`. */
export const CELL_NUMBERS = 6;

/** H(A), H(B), H(A,B) and their occupied bins, (row, column, 6); cells that symmetry gives are filled in. */
export function pairMatrix(kernels: Kernels, matrix: PairMatrix): Float64Array {
  const { memory } = kernels;
  const { rows, columns, symmetric } = matrix;
  const cells = new Float64Array(CELL_NUMBERS * rows.length * columns.length);
  memory.scoped(() => {
    const counting = layOut(kernels, matrix);
    for (const block of rowBlocks(counting, matrix)) {
      for (let column = 0; column < columns.length; column += counting.step) {
        const from = symmetric ? Math.min(rows.length, column + counting.step) : rows.length;
        const wanted = block.filter(({ row }) => row < from);
        if (wanted.length > 0) countColumns(kernels, matrix, counting, wanted, column, cells);
      }
    }
  });
  if (symmetric) mirrorCells(cells, rows.length);
  return cells;
}

/** The number of a cell in words. */
export function cellOf(cells: Float64Array, index: number, pairCount: number): MutualInformation {
  const [a, b, joint, inA, inB, inJoint] = cells.subarray(CELL_NUMBERS * index, CELL_NUMBERS * (index + 1));
  return mutualInformationOf([a, b, joint], [inA, inB, inJoint], pairCount);
}

/** The cell (b, a) is (a, b) with the roles of A and B exchanged. */
export function mirrorCells(cells: Float64Array, size: number): void {
  for (let a = 0; a < size; a++) {
    for (let b = a + 1; b < size; b++) {
      const from = CELL_NUMBERS * (a * size + b);
      const [hA, hB, joint, inA, inB, inJoint] = cells.subarray(from, from + CELL_NUMBERS);
      cells.set([hB, hA, joint, inB, inA, inJoint], CELL_NUMBERS * (b * size + a));
    }
  }
}

/** Where a matrix's parts lie while it is counted. */
interface Counting {
  readonly kernels: Kernels;
  readonly count: number;
  /** Columns that are counted at once. */
  readonly step: 1 | 2;
  readonly table: number;
  readonly counts: number;
  readonly out: number;
  /** Index of the rows' and of the columns' pairs; 0 where they are taken as they are. */
  readonly rowIndex: number;
  readonly columnIndex: number;
  readonly taken: number;
  readonly takenRows: number;
}

interface RowCodes {
  readonly row: number;
  readonly codes: number;
}

function layOut(kernels: Kernels, matrix: PairMatrix): Counting {
  const { memory } = kernels;
  const { n, bins, region, chosen, order, rowsToo } = matrix;
  const count = chosen?.count ?? pairCountOf(order?.length ?? n);
  const table = memory.allocate(8 * TABLE_LENGTH);
  kernels.fillPairTable(table, TABLE_LENGTH);
  const counts = memory.allocate(countsBytes(bins));
  const out = memory.allocate(2 * 8 * CELL_NUMBERS);
  const index = align(region);
  const isIndexed = order !== null || chosen !== null;
  if (isIndexed) indexInto(kernels, n, order, chosen, index);
  const taken = align(index + 4 * count);
  return {
    ...{ kernels, count, table, counts, out, taken, takenRows: align(taken + 2 * count) },
    step: count >= WORTH_TWO && kernels.takesTwo(bins) !== 0 ? 2 : 1,
    rowIndex: isIndexed && rowsToo ? index : 0,
    columnIndex: isIndexed ? index : 0,
  };
}

/** The places of the ordered samples' pairs, or of the chosen ones of them, at `index`. */
export function indexInto(
  kernels: Kernels,
  n: number,
  order: Int32Array | null,
  chosen: ChosenPairs | null,
  index: number,
): void {
  const { memory } = kernels;
  const samples = order ?? Int32Array.from({ length: n }, (_, i) => i);
  memory.scoped(() => {
    const address = memory.allocate(4 * samples.length);
    memory.int32(address, samples.length).set(samples);
    if (chosen) kernels.indexSome(n, address, chosen.address, chosen.count, index);
    else kernels.indexPairs(n, address, samples.length, index);
  });
}

/** All rows where they are taken as they are; else some at a time, put into their order. */
function* rowBlocks(counting: Counting, { rows, shift }: PairMatrix): Generator<readonly RowCodes[]> {
  const { kernels, rowIndex, takenRows, count } = counting;
  if (rowIndex === 0 && shift === 0) {
    yield rows.map((codes, row) => ({ row, codes }));
    return;
  }
  for (let first = 0; first < rows.length; first += ROWS_AT_ONCE) {
    yield rows.slice(first, first + ROWS_AT_ONCE).map((codes, place) => {
      const to = takenRows + place * Math.ceil(count / 16) * 16;
      kernels.takeCodes(codes, rowIndex, count, shift, to);
      return { row: first + place, codes: to };
    });
  }
}

/** One column, or two at once, against some rows. */
function countColumns(
  kernels: Kernels,
  { bins, columns, shift }: PairMatrix,
  { count, step, table, counts, out, columnIndex, taken }: Counting,
  rows: readonly RowCodes[],
  column: number,
  cells: Float64Array,
): void {
  const isTwo = step === 2 && column + 1 < columns.length;
  let codes = columns[column];
  if (isTwo || columnIndex !== 0 || shift !== 0) codes = taken;
  if (isTwo) kernels.takeTwo(columns[column], columns[column + 1], columnIndex, count, shift, bins, taken);
  else if (codes === taken) kernels.takeCodes(columns[column], columnIndex, count, shift, taken);
  const numbers = isTwo ? 2 * CELL_NUMBERS : CELL_NUMBERS;
  for (const { row, codes: a } of rows) {
    const entropies = isTwo ? kernels.pairEntropiesOfTwo : kernels.pairEntropies;
    entropies(a, codes, count, bins, table, TABLE_LENGTH, counts, out);
    cells.set(kernels.memory.float64(out, numbers), CELL_NUMBERS * (row * columns.length + column));
  }
}

function align(address: number): number {
  return Math.ceil(address / 64) * 64;
}
