/**
 * Distances of all pairs of samples through the kernels: as bins, and as matrices of joint entropies.
 * Everything lies in the kernels' memory and is named by addresses, so that threads can share it; the
 * twin is measures/distanceMutualInformation.ts.
 */
import { mutualInformationOf, type MutualInformation } from '../measures/distanceMutualInformation.js';
import type { Kernels } from './kernels.js';

/** c log2 c is looked up below this count, and computed from it on. */
const TABLE_LENGTH = 2 ** 14;

/** `runCount` runs of `length` float32 values in each of n samples: channels' maps, one after another. */
export interface SampleRuns {
  /** Address of the first sample's first run. */
  readonly address: number;
  readonly n: number;
  /** Values from one sample's beginning to the next one's. */
  readonly sampleLength: number;
  readonly runCount: number;
  readonly length: number;
}

export interface DistanceRange {
  readonly minimum: number;
  readonly maximum: number;
}

export function pairCountOf(n: number): number {
  return (n * (n - 1)) / 2;
}

/**
 * Sums over all runs for the pairs whose first sample is from … to − 1, into `sums` (pair, float64);
 * added to what is there unless these runs are the first.
 */
export function addPairs(
  kernels: Kernels,
  kind: 'distance' | 'product',
  { address, n, sampleLength, runCount, length }: SampleRuns,
  [from, to]: readonly [number, number],
  sums: number,
  areFirst: boolean,
): void {
  const add = kind === 'distance' ? kernels.addSquaredDistances : kernels.addProducts;
  for (let run = 0; run < runCount; run++) {
    add(address + 4 * run * length, n, 4 * sampleLength, length, from, to, sums, areFirst && run === 0);
  }
}

/** Squared distances as bins of their own range, a byte a pair, at `codes`. */
export function quantisePairs(kernels: Kernels, sums: number, n: number, bins: number, codes: number): DistanceRange {
  const { memory } = kernels;
  return memory.scoped(() => {
    const range = memory.allocate(16);
    kernels.distanceRange(sums, pairCountOf(n), range);
    kernels.quantiseDistances(sums, pairCountOf(n), bins, range, codes);
    const [minimum, maximum] = memory.float64(range, 2);
    return { minimum, maximum };
  });
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
  /** Samples of A and of B that are paired; null: all as they are. Both have the same length. */
  readonly rowOrder: Int32Array | null;
  readonly columnOrder: Int32Array | null;
  /** Codes were made with bins × 2^shift. */
  readonly shift: number;
  /** 2 × pairs bytes of this matrix's own; 0 where there are no orders. */
  readonly region: number;
}

/** Numbers of a cell in `pairMatrix`. */
export const CELL_NUMBERS = 6;

/** H(A), H(B), H(A,B) and their occupied bins, (row, column, 6); cells that symmetry gives are filled in. */
export function pairMatrix(kernels: Kernels, matrix: PairMatrix): Float64Array {
  const { memory } = kernels;
  const { n, bins, rows, columns, symmetric, region } = matrix;
  const cells = new Float64Array(CELL_NUMBERS * rows.length * columns.length);
  const taken = matrix.rowOrder?.length ?? matrix.columnOrder?.length ?? n;
  memory.scoped(() => {
    const table = memory.allocate(8 * TABLE_LENGTH);
    kernels.fillPairTable(table, TABLE_LENGTH);
    const counts = memory.allocate(16 * bins * bins + 4 * bins);
    const out = memory.allocate(8 * CELL_NUMBERS);
    const rowOrder = orderAt(kernels, matrix.rowOrder);
    const columnOrder = orderAt(kernels, matrix.columnOrder);
    const take = (codes: number, order: number, to: number): number => {
      if (order === 0) return codes;
      kernels.takeCodes(codes, n, order, taken, matrix.shift, to);
      return to;
    };
    columns.forEach((column, b) => {
      const codesB = take(column, columnOrder, region);
      rows.forEach((row, a) => {
        if (symmetric && a > b) return;
        const codesA = take(row, rowOrder, region + pairCountOf(taken));
        kernels.pairEntropies(codesA, codesB, pairCountOf(taken), bins, table, TABLE_LENGTH, counts, out);
        cells.set(memory.float64(out, CELL_NUMBERS), CELL_NUMBERS * (a * columns.length + b));
      });
    });
  });
  if (symmetric) mirrorCells(cells, rows.length);
  return cells;
}

/** The number of a cell in words. */
export function cellOf(cells: Float64Array, index: number, pairCount: number): MutualInformation {
  const [a, b, joint, inA, inB, inJoint] = cells.subarray(CELL_NUMBERS * index, CELL_NUMBERS * (index + 1));
  return mutualInformationOf([a, b, joint], [inA, inB, inJoint], pairCount);
}

function orderAt({ memory }: Kernels, order: Int32Array | null): number {
  if (!order) return 0;
  const address = memory.allocate(4 * order.length);
  memory.int32(address, order.length).set(order);
  return address;
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
