/** How a Reshape's target changes when the last axis of its input shrinks. */
import type { AxisChange } from './channelFlow.js';

export interface ReshapedSize {
  readonly output: AxisChange;
  /** The entry of the target that must be written anew; null where a wildcard (−1, null) takes the change. */
  readonly entry: number | null;
}

/** Null where the channels do not stay on the last axis, or the sizes do not divide. */
export function reshapedSize(
  inputShape: readonly number[],
  target: readonly unknown[],
  { before, after }: AxisChange,
): ReshapedSize | null {
  const places = product(inputShape) / before;
  const fixed = product(target.slice(0, -1).map((entry) => (isWildcard(entry) ? NaN : Number(entry))));
  // The last axis alone may change: everything before it has to be written out.
  if (!Number.isInteger(fixed) || fixed < 1) return null;
  const output = { before: (places * before) / fixed, after: (places * after) / fixed };
  // Channels stay channels where the last axis is a whole number of them, place by place.
  if (!Number.isInteger(output.before / before) || !Number.isInteger(output.after)) return null;
  const last = target[target.length - 1];
  if (isWildcard(last)) return { output, entry: null };
  return last === output.before ? { output, entry: target.length - 1 } : null;
}

function isWildcard(entry: unknown): boolean {
  return entry === null || entry === -1;
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((all, size) => all * size, 1);
}
