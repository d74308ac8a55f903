/** What the training view asks beside measures, for made-up runs: a group of sizes, the samples of a cell. */
import { mixedDraws } from '../../src/analysis/run/mixedDraws.js';
import type { InterValue, MeasureRequest, MeasureResult, MetricsResult } from '../../src/protocol/measure.js';
import type { Handlers } from '../../src/protocol/rpc.js';
import type { RunDescription } from '../../src/protocol/run.js';
import { TrainingInputs, type GroupRun, type TrainingContract } from '../../src/protocol/trainingRuns.js';
import type { ViewerContract } from '../../src/protocol/viewer.js';
import { classPictures } from './examplePictures.js';

export interface ExampleGroup {
  readonly sizes: readonly number[];
  /** The size of the run that the view shows. */
  readonly own: number;
}

type Answered = TrainingContract & Pick<ViewerContract, 'probePictures'>;
type Answer = (request: MeasureRequest) => MeasureResult;

export function trainingAnswers(
  run: RunDescription,
  group: ExampleGroup | undefined,
  answer: Answer,
): Handlers<Answered> {
  const runs = groupOf(run, group);
  const sizeOf = (id: string | null): number => runs.find((one) => one.id === id)?.size ?? group?.own ?? 2500;
  const side = run.manifest.layers[0].mapShape[0] ?? 28;
  return {
    groupRuns: { input: TrainingInputs.groupRuns, handle: () => runs },
    trainingEntropy: {
      input: TrainingInputs.trainingEntropy,
      handle: ({ run: id }) => ({ value: group ? entropyOf(sizeOf(id)) : null, trainCount: sizeOf(id) }),
    },
    confusedSamples: {
      input: TrainingInputs.confusedSamples,
      handle: ({ epoch, label, prediction, most }) => {
        const labels = answer({ query: `dCNN(-, -, -, ${epoch})`, measure: 'label' });
        const total = labels.measure === 'label' ? (labels.values[0]?.counts[label]?.[prediction] ?? 0) : 0;
        const classes = run.manifest.classNames.length;
        const samples = Array.from({ length: Math.min(total, most) }, (_, i) => label + i * classes);
        return { samples, total };
      },
    },
    probePictures: {
      input: TrainingInputs.probePictures,
      handle: ({ samples }) => {
        const digits = classPictures(10, side, new Array<number>(10).fill(1));
        const size = side * side;
        const values = new Float32Array(samples.length * size);
        samples.forEach((sample, i) => {
          const from = (sample % 10) * size;
          values.set(digits.values.subarray(from, from + size), i * size);
        });
        return { ...digits, count: samples.length, values, n: samples.map(() => 1) };
      },
    },
    mixedSamples: {
      input: TrainingInputs.mixedSamples,
      handle: ({ count, draws }) => {
        const classes = Math.max(1, run.manifest.classNames.length);
        return mixedDraws(
          Array.from({ length: run.manifest.probes.count }, (_, i) => i % classes),
          count,
          draws,
          1,
        );
      },
    },
  };
}

function groupOf({ summary }: RunDescription, group: ExampleGroup | undefined): GroupRun[] {
  return (group?.sizes ?? []).map((size) => ({
    id: size === group?.own ? summary.id : `example-${size}`,
    name: `digits ${size}`,
    ...{ size, own: size === group?.own, epochs: summary.epochs },
  }));
}

/** Of the run of the group with that id: the less it is trained on, the slower it learns. */
export function ofGroupRun(
  result: MeasureResult,
  id: string | null,
  run: RunDescription,
  group: ExampleGroup | undefined,
): MeasureResult {
  const size = groupOf(run, group).find((one) => one.id === id)?.size;
  const share = size === undefined || group === undefined ? 1 : size / group.own;
  if (result.measure !== 'metrics' || share === 1) return result;
  const at = (epoch: number): MetricsResult['values'][number] => {
    const values = result.values[Math.min(result.values.length - 1, Math.round(epoch * share))];
    return { epoch, values: epoch === 0 ? result.values[0].values : values.values };
  };
  return { ...result, values: result.values.map(({ epoch }) => at(epoch)) };
}

function entropyOf(n: number): InterValue {
  const bits = Math.log2(n) + 4.3;
  return {
    ...{ layer: -1, epoch: -1, bits, excessBits: 4.3, noiseBits: bits + 0.12, halfWidthBits: 0.02 },
    ...{ n, d: 784, k: 15, tieCount: 0, zeroScaleCount: 0, nonFiniteCount: 0, reason: null },
  };
}
