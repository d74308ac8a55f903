/** Equal bins over a closed range: the one rule by which values are binned everywhere. */

/**
 * Bin of a value in `bins` equal bins over [low, high], the last one closed. Multiplied before it is
 * divided, so that a float32 value on an edge falls into the bin that the edge opens. A range without
 * width has one bin, 0; values outside the range go to the nearest bin.
 */
export function binOf(value: number, low: number, high: number, bins: number): number {
  if (!(high > low)) return 0;
  const bin = Math.floor(((value - low) * bins) / (high - low));
  return bin < 0 ? 0 : bin >= bins ? bins - 1 : bin;
}

/** Adds the finite ones of `length` values, `stride` apart from `start` on, to `counts` (one a bin). */
export function countInto(
  counts: { [bin: number]: number; readonly length: number },
  values: ArrayLike<number>,
  place: { readonly start: number; readonly length: number; readonly stride?: number },
  low: number,
  high: number,
): void {
  const stride = place.stride ?? 1;
  for (let i = 0; i < place.length; i++) {
    const value = values[place.start + i * stride];
    if (Number.isFinite(value)) counts[binOf(value, low, high, counts.length)]++;
  }
}
