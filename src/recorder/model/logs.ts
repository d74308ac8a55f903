/** Reads what a training reports at the end of an epoch: numbers, or tensors that hold one. */

/** NaN and ±Inf stay as they are; what is no number is left out. */
export function readLogs(logs: Readonly<Record<string, unknown>>): Map<string, number> {
  const entries = Object.entries(logs).flatMap(([name, value]): [string, number][] => {
    const number = numberOf(value);
    return number === null ? [] : [[name, number]];
  });
  return new Map(entries);
}

function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return value;
  if (typeof value !== 'object' || value === null || !('dataSync' in value)) return null;
  if ('isDisposed' in value && value.isDisposed) return null;
  const [first] = (value as { dataSync(): ArrayLike<number> }).dataSync() as unknown as number[];
  return first ?? null;
}

/** null stands for "no value": JSON has no NaN. */
export function finiteOrNull(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
