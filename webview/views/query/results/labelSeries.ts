/** The two label entropies as one line per class; an epoch at which a class has no value is a marked gap. */
import type { LabelResult, LabelValue } from '../../../../src/protocol/measure.js';
import type { LineSeries } from '../../../marks/lineChart.js';

export type LabelSide = 'labelGivenPrediction' | 'predictionGivenLabel';

export function labelSeries(result: LabelResult, side: LabelSide, classNames: readonly string[]): LineSeries[] {
  const values = oneSplit(result.values);
  const shown = mostTelling(values, side, classNames.length);
  return shown.map((index) => ({
    id: `class ${index}`,
    label: classNames[index] ?? String(index),
    tone: classNames.length <= 10 ? `class-${index}` : 'plain',
    points: classPoints(values, side, index),
  }));
}

/** Entropies that rest on fewer samples are dotted. */
export const FEW_SAMPLES = 10;

/** One class over epochs; a damaged epoch rests on none. */
export function classPoints(values: readonly LabelValue[], side: LabelSide, index: number): LineSeries['points'] {
  return values.map((value) => {
    const count = value.reason ? 0 : countOf(value, side, index);
    return { epoch: value.epoch, value: value[side][index] ?? null, faint: count > 0 && count < FEW_SAMPLES };
  });
}

/** Samples that an entropy of one class rests on: how often it is predicted, or how many have it. */
function countOf({ counts }: LabelValue, side: LabelSide, index: number): number {
  const cells = side === 'labelGivenPrediction' ? counts.map((row) => row[index] ?? 0) : (counts[index] ?? []);
  return cells.reduce((total, count) => total + count, 0);
}

/** What stands at the largest possible value. */
export function ceilingWords(classCount: number): string {
  return `log₂ ${classCount}, all labels equally likely`;
}

/** The class that a line is of, from the line's name. */
export function classOf(id: string): number {
  return Number(id.replace('class ', ''));
}

/** "all" where it is there, else the first split. */
function oneSplit(values: readonly LabelValue[]): readonly LabelValue[] {
  const split = values.some((value) => value.split === 'all') ? 'all' : values[0]?.split;
  return values.filter((value) => value.split === split);
}

const MOST_LINES = 10;

/** All classes, or of many those with the largest entropy at the end. */
function mostTelling(values: readonly LabelValue[], side: LabelSide, classCount: number): number[] {
  const all = Array.from({ length: classCount }, (_, i) => i);
  if (classCount <= MOST_LINES) return all;
  const last = values[values.length - 1]?.[side] ?? [];
  return all.sort((a, b) => (last[b] ?? -1) - (last[a] ?? -1)).slice(0, MOST_LINES);
}

/** At the epoch of the cursor, whose values the lines' names tell; at the last one where it has none. */
export function labelFinding(
  result: LabelResult,
  side: LabelSide,
  classNames: readonly string[],
  epoch: number,
): string | null {
  const values = oneSplit(result.values);
  const here = values.find((value) => value.epoch === epoch) ?? values.at(-1);
  if (!here) return null;
  const known = here[side].flatMap((bits, index) => (bits === null ? [] : [{ bits, index }]));
  if (known.length === 0) return `No class has a value at t = ${here.epoch}.`;
  const most = known.reduce((a, b) => (b.bits > a.bits ? b : a));
  const never = here[side].length - known.length;
  const gone = never > 0 && side === 'labelGivenPrediction' ? ` ${never} of ${here[side].length} never predicted.` : '';
  return `Highest at t = ${here.epoch}: ${classNames[most.index]}, ${most.bits.toFixed(2)}.${gone}`;
}
