/** A row of block characters: how a value went over the epochs, in the room that a lens has. */

/** Six heights; the two taller blocks of Unicode touch the line of code below. */
const BLOCKS = ['▁', '▂', '▃', '▄', '▅', '▆'] as const;
const NO_VALUE = '░';
const SPARKLINE_LENGTH = 16;

/**
 * At most 16 blocks over the values' own range. More values are averaged in equal runs; a stretch
 * without any value is hatched. A constant row is drawn low.
 */
export function sparkline(values: readonly (number | null)[]): string {
  const means = condense(values, SPARKLINE_LENGTH);
  const present = means.filter((value) => value !== null);
  const low = Math.min(...present);
  const range = Math.max(...present) - low;
  return means.map((value) => (value === null ? NO_VALUE : blockFor(range > 0 ? (value - low) / range : 0))).join('');
}

function blockFor(share: number): string {
  return BLOCKS[Math.min(BLOCKS.length - 1, Math.floor(share * BLOCKS.length))] ?? BLOCKS[0];
}

/** Means over `count` runs whose lengths differ by at most one; NaN and ±Inf count as no value. */
function condense(values: readonly (number | null)[], count: number): (number | null)[] {
  const parts = Math.min(count, values.length);
  return Array.from({ length: parts }, (_, part) => {
    const from = Math.floor((part * values.length) / parts);
    const to = Math.floor(((part + 1) * values.length) / parts);
    return meanOf(values.slice(from, to));
  });
}

function meanOf(values: readonly (number | null)[]): number | null {
  const present = values.filter((value): value is number => value !== null && Number.isFinite(value));
  return present.length === 0 ? null : present.reduce((sum, value) => sum + value, 0) / present.length;
}
