/** Which classes stand out: those that a person pinned, else the three that are scattered most. */
import { MOST_PINNED_CLASSES } from '../../src/protocol/viewState.js';
import type { LabelValue } from '../../src/protocol/measure.js';
import type { LineSeries, LineWeight, Tone } from '../marks/lineChart.js';

/** One palette carries ten classes; of more, only the pinned have a colour. */
const PALETTE_SIZE = 10;
const PINNED_AT_FIRST = 3;

/** The classes with the highest H(y | x.label) in the mean of all epochs, ascending. */
export function mostScattered(values: readonly LabelValue[]): number[] {
  const classCount = Math.max(0, ...values.map((value) => value.predictionGivenLabel.length));
  const means = Array.from({ length: classCount }, (_, index) => meanBits(values, index));
  return means
    .flatMap((mean, index) => (mean === null ? [] : [{ mean, index }]))
    .sort((a, b) => b.mean - a.mean || a.index - b.index)
    .slice(0, PINNED_AT_FIRST)
    .map(({ index }) => index)
    .sort((a, b) => a - b);
}

function meanBits(values: readonly LabelValue[], index: number): number | null {
  const known = values.flatMap((value) => value.predictionGivenLabel[index] ?? []);
  return known.length === 0 ? null : known.reduce((total, bits) => total + bits, 0) / known.length;
}

/** Pins a class or lets it go; beyond the most that fit, the one pinned longest ago makes room. */
export function togglePinned(pinned: readonly number[], index: number): number[] {
  if (pinned.includes(index)) return pinned.filter((one) => one !== index);
  return [...pinned, index].slice(-MOST_PINNED_CLASSES);
}

/** Classes pinned in any view stand out; `classOf` says of which class a line is, null of none. */
export function withPinned(
  series: readonly LineSeries[],
  pinned: readonly number[] | null,
  classOf: (id: string) => number | null,
): LineSeries[] {
  if (!pinned || pinned.length === 0) return [...series];
  return series.map((one): LineSeries => {
    const index = classOf(one.id);
    return index === null ? one : { ...one, weight: pinned.includes(index) ? 'pinned' : 'tinted' };
  });
}

export function classTone(index: number, classCount: number, pinned: readonly number[]): Tone {
  if (classCount <= PALETTE_SIZE) return `class-${index}`;
  const place = pinned.indexOf(index);
  // Order of the palette in which neighbours differ most.
  return place < 0 ? 'muted' : `class-${[5, 8, 9, 2, 7, 4, 0, 6, 3, 1][place % PALETTE_SIZE]}`;
}

export function classWeight(index: number, classCount: number, pinned: readonly number[]): LineWeight {
  if (pinned.includes(index)) return 'pinned';
  return classCount <= PALETTE_SIZE ? 'tinted' : 'hinted';
}
