/** What all charts of the training view are given. */
import type { LabelValue } from '../../../src/protocol/measure.js';
import type { LineSeries } from '../../marks/lineChart.js';
import type { ViewProps } from '../views.js';
import type { LabelSide } from '../query/results/labelSeries.js';
import type { TrainingAnswers } from './trainingAnswers.js';
import type { Split, TrainedRun } from './trainingSeries.js';

export interface ConfusionCell {
  readonly label: number;
  readonly prediction: number;
}

export interface TrainingProps extends ViewProps {
  /** None is empty. */
  readonly classNames: readonly string[];
  readonly answers: TrainingAnswers;
  /** Of the chosen split, by epoch. */
  readonly values: readonly LabelValue[];
  readonly split: Split;
  readonly cells: 'counts' | 'rates';
  readonly pinned: readonly number[];
  readonly sides: Readonly<Record<LabelSide, LineSeries[]>>;
  readonly domain: readonly [number, number];
  /** Pixels above the plots of the label entropies, so that both begin at the same height. */
  readonly roomAbove: number;
  readonly runs: readonly TrainedRun[];
  /** The cell whose samples are shown. */
  readonly cell: ConfusionCell | null;
  readonly onCell: (cell: ConfusionCell | null) => void;
  readonly onPin: (index: number) => void;
}

/** The charts of a column share it, so that one cursor crosses both. */
export const LABEL_WIDTH = 134;

/** Probes that were counted at the epoch that has most of them. */
export function probesOf(values: readonly LabelValue[]): number {
  return Math.max(0, ...values.map(({ counts }) => counts.flat().reduce((sum, count) => sum + count, 0)));
}
