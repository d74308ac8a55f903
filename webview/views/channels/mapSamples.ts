/** Which samples' maps are looked at together: one of each class in sight, or ten in a row without classes. */

const WITHOUT_CLASSES = 10;

/** Numbers of the `set`-th sample of each class among the first `kept` probes; classes that have fewer are left out. */
export function samplesInSet(
  labels: readonly number[],
  classes: readonly number[],
  kept: number,
  set: number,
): number[] {
  if (labels.length === 0) {
    const from = set * WITHOUT_CLASSES;
    return Array.from({ length: Math.max(0, Math.min(WITHOUT_CLASSES, kept - from)) }, (_, i) => from + i);
  }
  return classes.flatMap((wanted) => samplesOf(labels, wanted)[set] ?? []);
}

/** Sets until every sample of the largest class has been seen. */
export function setCount(labels: readonly number[], classes: readonly number[], kept: number): number {
  if (labels.length === 0) return Math.max(1, Math.ceil(kept / WITHOUT_CLASSES));
  return Math.max(1, ...classes.map((wanted) => samplesOf(labels, wanted).length));
}

function samplesOf(labels: readonly number[], wanted: number): number[] {
  return labels.flatMap((label, sample) => (label === wanted ? [sample] : []));
}
