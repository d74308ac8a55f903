/**
 * Float64 values for kernels that take float32: as they are where float32 holds them, else about the middle of
 * their columns and scaled, so that what is rounded is their spread and not their distance from 0. For measures
 * that moving a column and scaling an array leave as they are.
 */
export interface CentredValues {
  readonly values: Float32Array<ArrayBuffer>;
  /** What the values were multiplied with: a power of two, 1 where nothing was moved. */
  readonly scale: number;
}

/** Beyond this the exponent of the scale itself would leave float64. */
const MOST_EXPONENT = 1000;

/** Row-major (rows, columnCount); NaN and ±Inf stay what they are. */
export function centredFloat32(values: Float32Array | Float64Array, columnCount: number): CentredValues {
  if (values.every((value) => Math.fround(value) === value || !Number.isFinite(value)))
    return { values: Float32Array.from(values), scale: 1 };
  const middles = middlesOf(values, columnCount);
  const scale = scaleOf(values, middles);
  return { values: Float32Array.from(values, (value, i) => (value - middles[i % columnCount]) * scale), scale };
}

/** Of each column's finite values. Halved before they are added: the sum could leave float64. */
function middlesOf(values: Float32Array | Float64Array, columnCount: number): Float64Array {
  const [low, high] = [new Float64Array(columnCount).fill(Infinity), new Float64Array(columnCount).fill(-Infinity)];
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) continue;
    const column = i % columnCount;
    if (values[i] < low[column]) low[column] = values[i];
    if (values[i] > high[column]) high[column] = values[i];
  }
  return low.map((least, column) => (least <= high[column] ? least / 2 + high[column] / 2 : 0));
}

/** The power of two that brings the largest deviation to 1 or just below. */
function scaleOf(values: Float32Array | Float64Array, middles: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    const deviation = Math.abs(values[i] - middles[i % middles.length]);
    if (Number.isFinite(deviation) && deviation > largest) largest = deviation;
  }
  if (largest === 0) return 1;
  return 2 ** Math.min(MOST_EXPONENT, -Math.ceil(Math.log2(largest)));
}
