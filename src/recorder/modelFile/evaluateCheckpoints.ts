/** Records saved weights as epochs: one saved model as epoch 0, a folder of checkpoints as epochs 0, 1, … */
import type { Tensor } from '@tensorflow/tfjs-core';
import { basename, dirname } from 'node:path';
import { badData } from '../../data/dataFailure.js';
import type { Model, SequentialInternals, TensorFlowWithLayers } from '../hooks/layersApi.js';
import type { Fit, FitListener } from '../hooks/watchFit.js';
import { loadSavedModel } from './savedModel.js';
import { partTensors, type TrainingData } from './trainingData.js';

interface Evaluation {
  readonly tf: TensorFlowWithLayers;
  readonly listener: FitListener;
  notice(text: string): void;
}

interface Xy {
  readonly x: Tensor;
  readonly y: Tensor;
}

/** `model` has the weights of the first file already. Throws a Failure that names the checkpoint which does not fit. */
export async function evaluateCheckpoints(
  run: Evaluation,
  model: Model,
  files: readonly string[],
  data: TrainingData,
): Promise<void> {
  const { tf, listener } = run;
  const training = await partTensors(tf, data.training);
  const validation = data.validation && (await partTensors(tf, data.validation));
  const evaluated = (): Promise<Record<string, number>> => evaluate(model, training, validation);
  const before = await evaluated();
  const fit = asFit(model, training, validation, files.length - 1, before);
  if (files.length > 1) run.notice(files.map((file, epoch) => `epoch ${epoch}: ${checkpointName(file)}`).join(', '));
  await listener.trainBegin(fit);
  for (const file of files.slice(1)) {
    await takeWeights(tf, model, file);
    await listener.epochEnd(fit, await evaluated());
  }
  await listener.trainEnd(fit);
}

/** The recorder follows fits; this one trains nothing and is told from outside. */
function asFit(
  outer: Model,
  training: Xy,
  validation: Xy | null,
  epochCount: number,
  before: Record<string, number>,
): Fit {
  return {
    outer,
    model: (outer as SequentialInternals).model ?? outer,
    data: { kind: 'tensors', ...training, validation, validationSplit: 0 },
    epochCount,
    batchesPerEpoch: null,
    metricNames: Object.keys(before),
    before: new Map(Object.entries(before)),
  };
}

/** "loss", "acc", "val_loss" … as fit reports them. */
async function evaluate(model: Model, training: Xy, validation: Xy | null): Promise<Record<string, number>> {
  const names = model.metricsNames;
  const found: Record<string, number> = {};
  for (const [prefix, part] of [
    ['', training],
    ['val_', validation],
  ] as const) {
    if (!part) continue;
    const scalars = [model.evaluate(part.x, part.y, { batchSize: 128 })].flat();
    for (const [index, scalar] of scalars.entries()) {
      found[prefix + (names[index] ?? `metric_${index}`)] = (await scalar.data())[0] as number;
      scalar.dispose();
    }
  }
  return found;
}

async function takeWeights(tf: TensorFlowWithLayers, model: Model, file: string): Promise<void> {
  const other = await loadSavedModel(tf, file);
  const shapes = (one: Model): string =>
    one
      .getWeights()
      .map((weight) => weight.shape.join('×'))
      .join(', ');
  if (shapes(other) !== shapes(model)) {
    throw badData(
      file,
      null,
      'the shapes of its weights differ from those of the first checkpoint',
      'Use checkpoints of one model.',
    );
  }
  model.setWeights(other.getWeights());
  other.dispose();
}

function checkpointName(file: string): string {
  const name = basename(file);
  return name === 'model.json' ? basename(dirname(file)) : name;
}
