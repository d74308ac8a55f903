/**
 * What kernel alignment sums over Gram matrices, through the kernels, with and without each group of the jackknife:
 * leaving a group out takes its sums away. Matrices are products of pairs i < j that lie in the kernels' memory.
 */
import type { GramSums } from '../measures/centredKernelAlignment.js';
import type { Kernels } from './kernels.js';

/** Groups of the samples; all in one, which is never left out, where there is no interval. */
export interface SampleGroups {
  readonly groups: Uint8Array;
  /** 0 where there is no interval. */
  readonly groupCount: number;
}

/** A Gram matrix and the sums of its rows by group of the other sample, (sample, group) float64, by address. */
export interface PlacedGram {
  readonly gram: number;
  readonly rows: number;
}

/** Bytes of a matrix's row sums. */
export function gramRowBytes(n: number, groupCount: number): number {
  return 8 * n * Math.max(1, groupCount);
}

/** Bytes that one task on n samples allocates. */
export function gramScratchBytes(n: number, groupCount: number): number {
  return n + 16 * (groupCount + 2) + 4 * 64;
}

/** Row sums to where they have their place. */
export function sumGramRows(kernels: Kernels, { gram, rows }: PlacedGram, all: SampleGroups): void {
  withGroups(kernels, all, (groups, count) => kernels.gramRowSums(gram, all.groups.length, groups, count, rows));
}

/** Of a with each of the others: first of all samples, then without each group in turn; (other, 1 + group). */
export function gramSums(
  kernels: Kernels,
  a: PlacedGram,
  others: readonly PlacedGram[],
  all: SampleGroups,
): GramSums[] {
  const { memory } = kernels;
  const n = all.groups.length;
  return withGroups(kernels, all, (groups, count) => {
    const [scratch, out] = [memory.allocate(8 * count), memory.allocate(8 * (count + 1))];
    const rowsOf = ({ rows }: PlacedGram): Float64Array => memory.float64(rows, n * count);
    return others.flatMap((b) => {
      kernels.gramTraces(a.gram, b.gram, n, groups, count, scratch, out);
      const traces = memory.float64(out, count + 1);
      const without = Array.from({ length: 1 + all.groupCount }, (_, place) => place - 1);
      return without.map((group) => ({
        trace: 2 * (traces[count] - (group < 0 ? 0 : traces[group])),
        ...rowProducts(rowsOf(a), rowsOf(b), all, count, group),
      }));
    });
  });
}

/** Over the samples that are not of the group; −1 is none. */
function rowProducts(
  a: Float64Array,
  b: Float64Array,
  { groups }: SampleGroups,
  count: number,
  group: number,
): Omit<GramSums, 'trace'> {
  let [m, product, totalA, totalB] = [0, 0, 0, 0];
  for (let i = 0; i < groups.length; i++) {
    if (groups[i] === group) continue;
    let [rowA, rowB] = [0, 0];
    for (let other = 0; other < count; other++) {
      if (other === group) continue;
      rowA += a[i * count + other];
      rowB += b[i * count + other];
    }
    m++;
    product += rowA * rowB;
    totalA += rowA;
    totalB += rowB;
  }
  return { m, product, totalA, totalB };
}

function withGroups<R>(
  { memory }: Kernels,
  { groups, groupCount }: SampleGroups,
  work: (address: number, count: number) => R,
): R {
  return memory.scoped(() => {
    const address = memory.allocate(groups.length);
    memory.uint8(address, groups.length).set(groups);
    return work(address, Math.max(1, groupCount));
  });
}
