/** How many of the nearest neighbours an approximate search found, measured on some of the samples. */
import { squaredDistance } from '../measures/nearestNeighbours.js';
import { shuffledIndices } from '../measures/standardNormal.js';
import type { Kernels } from './kernels.js';
import { packRows, productOfRows, rowsOf, type PackedRows } from './packedRows.js';

/** Samples whose neighbours are found exactly: the share of their 15 × 64 has a standard error below 0.01. */
const PROBES = 64;
const SEED = 2;
/** Neighbours by float32 products that are put in order by float64 differences. */
const SPARE = 8;

/** Where an approximate search left its lists: indices (n, length), of which the first k count. */
export interface FoundNeighbours {
  readonly neighbours: Int32Array;
  readonly length: number;
  readonly k: number;
}

/**
 * Share of the k nearest others of 64 samples (chosen at random, seeded) that were found. `rows` are all
 * samples centred, with norms; `samples` (n, d) as they are.
 */
export function neighbourRecall(
  kernels: Kernels,
  samples: Float32Array,
  rows: PackedRows,
  { neighbours, length, k }: FoundNeighbours,
): number {
  const probes = shuffledIndices(rows.count, SEED).subarray(0, Math.min(PROBES, rows.count));
  const nearest = [...probes].map(() => new Nearest(k + SPARE));
  kernels.memory.scoped(() => {
    const packed = packRows(kernels, rowsOf(kernels, rows, probes), probes.length, rows.length);
    productOfRows(kernels, rows, packed, (j, products) => {
      for (let p = 0; p < probes.length; p++) {
        if (j !== probes[p]) nearest[p].offer(rows.norms![j] - 2 * products[p], j);
      }
    });
  });
  let found = 0;
  nearest.forEach(({ indices }, p) => {
    const probe = probes[p];
    const squares = new Map(indices.map((j) => [j, squaredDistance(samples, rows.length, probe, j)]));
    const exact = [...indices].sort((a, b) => squares.get(a)! - squares.get(b)! || a - b).slice(0, k);
    const listed = new Set(neighbours.subarray(probe * length, probe * length + k));
    found += exact.filter((j) => listed.has(j)).length;
  });
  return found / (probes.length * Math.min(k, rows.count - 1));
}

/** The few with the least squares, ascending. */
class Nearest {
  readonly indices: number[] = [];
  private readonly squares: number[] = [];

  constructor(private readonly most: number) {}

  offer(square: number, index: number): void {
    const { squares, indices, most } = this;
    if (squares.length === most && !(square < squares[most - 1])) return;
    let place = Math.min(squares.length, most - 1);
    for (; place > 0 && squares[place - 1] > square; place--) {
      squares[place] = squares[place - 1];
      indices[place] = indices[place - 1];
    }
    squares[place] = square;
    indices[place] = index;
  }
}
