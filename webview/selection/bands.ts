/**
 * What is chosen along one axis of the hypercube: indices 0…count−1 as sorted, disjoint, non-adjacent
 * inclusive ranges. A selection is never empty, since the query language has no word for nothing.
 */
import type { IndexRange } from '../../src/protocol/query.js';

export type Bands = readonly IndexRange[];

export function allOf(count: number): Bands {
  return [[0, Math.max(0, count - 1)]];
}

/** Sorts, clips to 0…count−1, joins what overlaps or touches. */
export function normalise(ranges: readonly IndexRange[], count: number): Bands {
  const clipped = ranges
    .map(([from, to]): IndexRange => [Math.max(0, from), Math.min(count - 1, to)])
    .filter(([from, to]) => from <= to)
    .sort((a, b) => a[0] - b[0]);
  const joined: [number, number][] = [];
  for (const [from, to] of clipped) {
    const last = joined.at(-1);
    if (last && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined;
}

export function isAll(bands: Bands, count: number): boolean {
  return bands.length === 1 && bands[0][0] === 0 && bands[0][1] >= count - 1;
}

export function contains(bands: Bands, index: number): boolean {
  return bands.some(([from, to]) => from <= index && index <= to);
}

/** Place of the band that holds the index, or −1. */
export function bandAt(bands: Bands, index: number): number {
  return bands.findIndex(([from, to]) => from <= index && index <= to);
}

export function indicesOf(bands: Bands): number[] {
  return bands.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => from + i));
}

export function sizeOf(bands: Bands): number {
  return bands.reduce((sum, [from, to]) => sum + to - from + 1, 0);
}

export function bandsOf(indices: readonly number[], count: number): Bands {
  return normalise(
    indices.map((index): IndexRange => [index, index]),
    count,
  );
}

export function complement(bands: Bands, count: number): Bands {
  const out: IndexRange[] = [];
  let next = 0;
  for (const [from, to] of bands) {
    if (from > next) out.push([next, from - 1]);
    next = to + 1;
  }
  if (next < count) out.push([next, count - 1]);
  return out;
}

export function intersection(a: Bands, b: Bands): Bands {
  return a.flatMap(([from, to]) =>
    b
      .map(([otherFrom, otherTo]): IndexRange => [Math.max(from, otherFrom), Math.min(to, otherTo)])
      .filter(([low, high]) => low <= high),
  );
}

/** Adds the index, or takes it out; the last one stays. */
export function toggle(bands: Bands, index: number, count: number): Bands {
  if (!contains(bands, index)) return normalise([...bands, [index, index]], count);
  const rest = indicesOf(bands).filter((other) => other !== index);
  return rest.length === 0 ? bands : bandsOf(rest, count);
}
