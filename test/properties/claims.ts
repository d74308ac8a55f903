/** Comparisons that name what differs. */
import assert from 'node:assert/strict';

/** Equal up to a tolerance; null and NaN only equal themselves. */
export function near(actual: number | null, wanted: number | null, tolerance = 1e-9, what = ''): void {
  const both = actual !== null && wanted !== null && !Number.isNaN(actual) && !Number.isNaN(wanted);
  const isNear = both ? Math.abs(actual - wanted) <= tolerance : Object.is(actual, wanted);
  assert.ok(isNear, `${what} ${actual} is not ${wanted}`);
}

export function nearAll(actual: ArrayLike<number>, wanted: ArrayLike<number>, tolerance = 1e-9): void {
  assert.equal(actual.length, wanted.length);
  for (let i = 0; i < wanted.length; i++) near(actual[i], wanted[i], tolerance, `at ${i}:`);
}

/** low ≤ value ≤ high, up to rounding. */
export function within(value: number, low: number, high: number): void {
  assert.ok(value >= low - 1e-9 && value <= high + 1e-9, `${value} is outside ${low} … ${high}`);
}
