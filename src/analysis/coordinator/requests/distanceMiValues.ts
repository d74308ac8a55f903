/** Matrices of distance MI as they are answered and cached. */
import * as v from 'valibot';
import type { DistanceMiValue, MapsReference } from '../../../protocol/measure.js';
import { pairCountOf } from '../../kernelHost/distancePairs.js';
import { CELL_NUMBERS, cellOf } from '../../kernelHost/pairMatrix.js';
import type { OpenedRun } from '../../run/openedRun.js';
import type { MatrixStatistics } from '../dispatch/pairStatistics.js';

interface Sides {
  readonly rows: readonly MapsReference[];
  readonly columns: readonly MapsReference[];
}

export function distanceMiValue(
  epoch: number,
  { rows, columns }: Sides,
  n: number,
  nonFiniteCount: number,
  found: MatrixStatistics,
): DistanceMiValue {
  const count = found.cells.length / CELL_NUMBERS;
  const cells = Array.from({ length: count }, (_, index) => cellOf(found.cells, index, pairCountOf(n)));
  return {
    ...{ epoch, rows, columns, n, nonFiniteCount, reason: null },
    bits: cells.map(({ bits }) => bits),
    millerMadowBits: cells.map(({ millerMadowBits }) => millerMadowBits),
    entropyRows: rows.map((_, row) => cells[row * columns.length].entropyA),
    entropyColumns: columns.map((_, column) => cells[column].entropyB),
    share: cells.map(({ shareOfSmaller }) => shareOfSmaller),
    halfWidthBits: found.halfWidths && Array.from(found.halfWidths),
    null: found.null,
    sensitivity: found.sensitivity,
  };
}

export function noDistanceMi(epoch: number, { rows, columns }: Sides, n: number, reason: string): DistanceMiValue {
  const nothing = (length: number): null[] => new Array<null>(length).fill(null);
  const cells = rows.length * columns.length;
  return {
    ...{ epoch, rows, columns, n, nonFiniteCount: 0, reason, halfWidthBits: null, null: null, sensitivity: [] },
    ...{ bits: nothing(cells), millerMadowBits: nothing(cells), share: nothing(cells) },
    ...{ entropyRows: nothing(rows.length), entropyColumns: nothing(columns.length) },
  };
}

/** A value that was computed before, without its place. */
export async function keptDistanceMi(
  { cache }: OpenedRun,
  key: string,
): Promise<Omit<DistanceMiValue, 'epoch' | 'rows' | 'columns'> | undefined> {
  return cache.get(key, Kept);
}

const numbers = v.array(v.nullable(v.number()));
const plain = v.array(v.number());
const Kept = v.object({
  bits: numbers,
  millerMadowBits: numbers,
  entropyRows: numbers,
  entropyColumns: numbers,
  share: numbers,
  halfWidthBits: v.nullable(numbers),
  null: v.nullable(
    v.object({
      permutations: v.number(),
      seed: v.number(),
      pairCount: v.optional(v.number()),
      meanBits: numbers,
      maximumBits: v.number(),
      maxima: plain,
      p: numbers,
    }),
  ),
  sensitivity: v.array(
    v.object({
      bins: v.number(),
      n: v.number(),
      meanBits: v.number(),
      meanMillerMadowBits: v.number(),
      maximumBits: v.number(),
    }),
  ),
  n: v.number(),
  nonFiniteCount: v.number(),
  reason: v.nullable(v.string()),
});
