/** The answers of a run as the lines and bars of the training view. */
import type { InterValue, LabelResult, LabelValue, MetricsResult } from '../../../src/protocol/measure.js';
import type { DiversityRow } from '../../marks/diversityBars.js';
import type { LineSeries } from '../../marks/lineChart.js';
import { countWords } from '../../text/words.js';
import { isOfProbes, metricSeries, type MetricKind } from '../query/results/metricSeries.js';
import { classPoints, type LabelSide } from '../query/results/labelSeries.js';
import { classTone, classWeight } from '../../selection/pinnedClasses.js';

export type Split = LabelValue['split'];

/** One trained run: its lines and its bar have one colour. */
export interface TrainedRun {
  readonly id: string;
  /** What tells it from the others: the size of its training data. */
  readonly label: string;
  /** Training samples that it was given; null where it is not known. */
  readonly size: number | null;
  readonly chosen: boolean;
  readonly metrics: MetricsResult | null;
  readonly inputs: InterValue | null;
}

/** The splits that the answer counts apart: "all" alone where there is only one. */
export function splitsOf(result: LabelResult): Split[] {
  const found = new Set(result.values.map((value) => value.split));
  const apart = (['validation', 'train'] as const).filter((split) => found.has(split));
  return apart.length > 1 ? ['all', ...apart] : ['all'];
}

/** Values of one split by epoch; a damaged epoch is told under "all" and has no value in any. */
export function valuesOfSplit(result: LabelResult, split: Split): LabelValue[] {
  const epochs = [...new Set(result.values.map((value) => value.epoch))].sort((a, b) => a - b);
  return epochs.flatMap((epoch) => {
    const here = result.values.filter((value) => value.epoch === epoch);
    return here.find((value) => value.split === split) ?? here.find((value) => value.reason) ?? [];
  });
}

/** The values at an epoch, or at the nearest that there is. */
export function valueNear(values: readonly LabelValue[], epoch: number): LabelValue | null {
  const distance = (value: LabelValue): number => Math.abs(value.epoch - epoch);
  return values.reduce<LabelValue | null>((best, one) => (best && distance(best) <= distance(one) ? best : one), null);
}

export function classSeries(
  values: readonly LabelValue[],
  side: LabelSide,
  classNames: readonly string[],
  pinned: readonly number[],
): LineSeries[] {
  return classNames.map((label, index) => ({
    id: `class ${index}`,
    label,
    tone: classTone(index, classNames.length, pinned),
    weight: classWeight(index, classNames.length, pinned),
    points: classPoints(values, side, index),
  }));
}

/** Of one run every metric of the kind; of several the main one of each, in its size's colour. */
export function runSeries(runs: readonly TrainedRun[], kind: MetricKind): LineSeries[] {
  if (runs.length === 1) return runs[0].metrics ? metricSeries(runs[0].metrics, kind).map(withoutKind) : [];
  return runs.flatMap((run, i): LineSeries[] => {
    const lines = run.metrics ? metricSeries(run.metrics, kind) : [];
    const main = lines.find(({ id }) => (kind === 'accuracy' ? isOfProbes(id) : id === 'loss')) ?? lines[0];
    if (!main) return [];
    return [{ ...main, id: run.id, label: run.label, tone: sizeTone(i, runs.length), ...(run.chosen ? PINNED : {}) }];
  });
}

/** "validation" rather than "validation loss", which the chart's title says. */
function withoutKind(line: LineSeries): LineSeries {
  return { ...line, label: line.label.replace(/ (loss|accuracy)$/, '') };
}

const PINNED = { weight: 'pinned' } as const;
const SIZE_TONES = 4;

/** Sizes ascend from pale to strong; one alone has the third colour. */
export function sizeTone(place: number, count: number): LineSeries['tone'] {
  if (count === 1) return 'size-2';
  return `size-${Math.round((place / (count - 1)) * (SIZE_TONES - 1))}`;
}

export function diversityRows(runs: readonly TrainedRun[]): DiversityRow[] {
  return runs.flatMap((run, i): DiversityRow[] => {
    const value = run.inputs;
    if (!value) return [];
    const { bits, excessBits, noiseBits, halfWidthBits } = value;
    return [
      {
        id: run.id,
        label: runs.length > 1 ? run.label : countWords(value.n),
        tone: sizeTone(i, runs.length),
        chosen: run.chosen && runs.length > 1,
        ...{ bits, excessBits, noiseBits, halfWidthBits },
      },
    ];
  });
}
