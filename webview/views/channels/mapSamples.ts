/** Which samples' maps are looked at together: one of each class, those of one class, the strongest, or by number. */

/** Samples beside each other. */
export const SAMPLES_A_ROW = 10;

export type SampleChoice =
  | { readonly kind: 'classes' }
  | { readonly kind: 'strongest' }
  | { readonly kind: 'class'; readonly classIndex: number }
  | { readonly kind: 'numbers'; readonly numbers: readonly number[] };

/** Reads what a person wrote or chose; without classes there is none of each. Null for what says nothing. */
export function sampleChoice(text: string, classCount: number, kept: number): SampleChoice | null {
  if (text === 'classes') return { kind: 'classes' };
  if (text === 'strongest') return { kind: 'strongest' };
  const [, named] = /^class (\d+)$/.exec(text) ?? [];
  if (named !== undefined) return Number(named) < classCount ? { kind: 'class', classIndex: Number(named) } : null;
  const numbers = sampleNumbers(text, kept);
  return numbers && { kind: 'numbers', numbers };
}

/** "4, 8, 15–17": numbers below `kept`, each once, as many as a row holds; null where any other thing stands. */
export function sampleNumbers(text: string, kept: number): number[] | null {
  const parts = text.split(/[\s,;]+/).filter((part) => part !== '');
  const ranges = parts.map((part) => /^(\d{1,9})(?:[-–](\d{1,9}))?$/.exec(part));
  if (parts.length === 0 || ranges.some((range) => range === null)) return null;
  const numbers = ranges.flatMap((range) => {
    const from = Number(range?.[1]);
    const to = Math.min(Number(range?.[2] ?? from), from + SAMPLES_A_ROW);
    return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
  });
  const known = [...new Set(numbers)].filter((one) => one < kept).slice(0, SAMPLES_A_ROW);
  return known.length > 0 ? known : null;
}

/** Numbers of the `set`-th sample of each class among the first `kept` probes; classes that have fewer are left out. */
export function samplesInSet(
  labels: readonly number[],
  classes: readonly number[],
  kept: number,
  set: number,
): number[] {
  if (labels.length === 0) {
    const from = set * SAMPLES_A_ROW;
    return Array.from({ length: Math.max(0, Math.min(SAMPLES_A_ROW, kept - from)) }, (_, i) => from + i);
  }
  return classes.flatMap((wanted) => samplesOf(labels, wanted)[set] ?? []);
}

/** Sets until every sample of the largest class has been seen. */
export function setCount(labels: readonly number[], classes: readonly number[], kept: number): number {
  if (labels.length === 0) return Math.max(1, Math.ceil(kept / SAMPLES_A_ROW));
  return Math.max(1, ...classes.map((wanted) => samplesOf(labels, wanted).length));
}

/** The `set`-th row of one class's samples, and how many rows there are. */
export function samplesOfClass(
  labels: readonly number[],
  wanted: number,
  set: number,
): { samples: number[]; sets: number } {
  const all = samplesOf(labels, wanted);
  const sets = Math.max(1, Math.ceil(all.length / SAMPLES_A_ROW));
  const from = (set % sets) * SAMPLES_A_ROW;
  return { samples: all.slice(from, from + SAMPLES_A_ROW), sets };
}

function samplesOf(labels: readonly number[], wanted: number): number[] {
  return labels.flatMap((label, sample) => (label === wanted ? [sample] : []));
}

/** Epochs for a row each: the chosen one, first and last, and between them evenly; ascending, at most `most`. */
export function epochsForRows(whole: ReadonlySet<number>, chosen: number, most: number): number[] {
  const all = [...whole].sort((a, b) => a - b);
  if (all.length <= most) return all;
  const spread = Array.from({ length: most }, (_, i) => all[Math.round((i * (all.length - 1)) / (most - 1))]);
  if (!all.includes(chosen) || spread.includes(chosen)) return spread;
  const inner = spread.slice(1, -1).map((epoch) => Math.abs(epoch - chosen));
  spread[1 + inner.indexOf(Math.min(...inner))] = chosen;
  return spread.sort((a, b) => a - b);
}
