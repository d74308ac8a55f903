/** One comparison of a benchmark: both sides timed in the same run, quoted as a ratio. */
export interface Row {
  readonly section: string;
  readonly what: string;
  readonly ours: number;
  readonly peer: number;
  readonly peerName: string;
  /** Processor time of both, all threads, in `unit`; absent for rates. */
  readonly cpu?: { readonly ours: number; readonly peer: number };
  readonly unit: 'ms' | 's' | 'GB/s' | 'GFLOP/s' | 'MB';
  /** The goal for `ratio` (peer ÷ ours for times, ours ÷ peer for rates); null where none is set. */
  readonly goal: number | null;
}

const RATES = new Set(['GB/s', 'GFLOP/s']);

/** How many times better ours is than the peer's. */
export function ratio(row: Row): number {
  return RATES.has(row.unit) ? row.ours / row.peer : row.peer / row.ours;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
