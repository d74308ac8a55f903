/** Reads moments of entropies out of a layer's recorded statistics; several classes are pooled exactly. */
import { ENTROPY_MOMENTS, ENTROPY_RANGES, type EntropyMoment, type EntropyRange } from '../../../protocol/run.js';
import type { RecordedEntropy } from '../../../store/format/runAccess.js';

/** Over maps of one channel, in bits; the variance is the population's. Null where there is no map. */
export interface Moments {
  readonly mean: number | null;
  readonly variance: number | null;
  readonly n: number;
}

/** Moments of one map's entropy over a class; `classIndex` null is all probes. */
export function recordedMoments(
  recorded: RecordedEntropy,
  range: EntropyRange,
  classIndex: number | null,
  map: number,
): Moments {
  const rows = recorded.classCount + 1;
  const row = classIndex ?? recorded.classCount;
  const valueOf = (moment: EntropyMoment): number => {
    const plane = ENTROPY_RANGES.indexOf(range) * ENTROPY_MOMENTS.length + ENTROPY_MOMENTS.indexOf(moment);
    return recorded.values[(plane * rows + row) * recorded.mapCount + map];
  };
  return momentsOf(valueOf('mean'), valueOf('variance'), valueOf('n'));
}

export function momentsOf(mean: number, variance: number, n: number): Moments {
  const isThere = n > 0 && Number.isFinite(mean);
  return { mean: isThere ? mean : null, variance: isThere ? variance : null, n: isThere ? n : 0 };
}

/** Moments of the union of disjoint groups: mean Σnμ/Σn, variance Σn(σ² + (μ − mean)²)/Σn. */
export function pooled(groups: readonly Moments[]): Moments {
  const n = groups.reduce((sum, group) => sum + group.n, 0);
  if (n === 0) return { mean: null, variance: null, n: 0 };
  const average = (value: (group: Moments) => number): number =>
    groups.reduce((sum, group) => sum + (group.n > 0 ? group.n * value(group) : 0), 0) / n;
  const mean = average((group) => group.mean ?? 0);
  return { mean, variance: average((group) => (group.variance ?? 0) + ((group.mean ?? 0) - mean) ** 2), n };
}

/** Mean over channels, dead ones included; null when no channel has a value. */
export function meanOver(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}
