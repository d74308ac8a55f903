/** The buckets that tfjs-node gives TensorBoard's histograms, in float32 as there. */
import type { Buckets } from './eventFile.js';

const DEFAULT_COUNT = 30;
const { fround } = Math;

/** Equal buckets between the least and the greatest value, the last closed; one of width 1 where all are equal. */
export function histogramBuckets(values: ArrayLike<number>, count = DEFAULT_COUNT): Buckets {
  if (!Number.isInteger(count) || count <= 0)
    throw new Error(`Expected bucket count to be a strictly positive integer, but it was ${count}`);
  if (values.length === 0) return [];
  let [least, greatest] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    least = Math.min(least, fround(values[i] as number));
    greatest = Math.max(greatest, fround(values[i] as number));
  }
  if (least === greatest) return [[fround(least - 0.5), fround(least + 0.5), values.length]];
  const width = fround(fround(greatest - least) / fround(count));
  const counts = new Array<number>(count).fill(0);
  for (let i = 0; i < values.length; i++) {
    const index = Math.floor(fround(fround(fround(values[i] as number) - least) / width));
    const clamped = Math.min(index, count - 1);
    counts[clamped] = (counts[clamped] as number) + 1;
  }
  const edge = (index: number): number => (index === count ? greatest : fround(least + fround(width * index)));
  return counts.map((n, index) => [edge(index), edge(index + 1), n]);
}
