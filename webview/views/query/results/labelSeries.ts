/** The two label entropies as a line a class; an epoch at which a class has no value is a marked gap. */
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
    points: values.map((value) => ({ epoch: value.epoch, value: value[side][index] ?? null })),
  }));
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

export function labelFinding(result: LabelResult, side: LabelSide, classNames: readonly string[]): string | null {
  const last = oneSplit(result.values).at(-1);
  if (!last) return null;
  const known = last[side].flatMap((bits, index) => (bits === null ? [] : [{ bits, index }]));
  if (known.length === 0) return 'No class has a value.';
  const most = known.reduce((a, b) => (b.bits > a.bits ? b : a));
  const never = last[side].length - known.length;
  const gone = never > 0 && side === 'labelGivenPrediction' ? ` ${never} of ${last[side].length} never predicted.` : '';
  return `Highest at t = ${last.epoch}: ${classNames[most.index]}, ${most.bits.toFixed(2)}.${gone}`;
}
