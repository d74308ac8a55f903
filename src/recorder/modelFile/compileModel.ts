/** Gives a model without an optimizer the usual one, and says what it takes and answers. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { DataArray } from '../../data/dataSet.js';
import { activationOf } from '../../frameworks/tfjs/layerKinds.js';
import { Failure } from '../../protocol/failure.js';
import type { Model, TensorFlowWithLayers } from '../hooks/layersApi.js';
import { firstLoss } from '../model/describeModel.js';
import type { ModelFacts } from './trainingData.js';
import { usualLoss, type OutputFacts } from './targetsFor.js';

/** The only input's shape without the batch axis. Throws a Failure for a model of several. */
export function inputShapeOf(model: Model): (number | null)[] {
  if (model.inputs.length !== 1 || model.outputs.length !== 1) {
    throw new Failure({
      kind: 'unsupported',
      doing: 'passing the data set to the model',
      wrong: `the model has ${model.inputs.length} inputs and ${model.outputs.length} outputs`,
      tryThis: 'Write a script that trains it with fit, and record the script.',
    });
  }
  return model.inputs[0]?.shape.slice(1) ?? [];
}

/** What the model takes and answers; compiles it where nobody has. */
export function compiledFacts(
  tf: TensorFlowWithLayers,
  model: Model,
  targets: DataArray | null,
  learningRate: number,
): ModelFacts {
  const output = outputOf(model);
  if (!isCompiled(model)) compile(tf, model, usualLoss(output, targets), learningRate);
  return { inputShape: inputShapeOf(model), output, loss: firstLoss(model) };
}

function isCompiled(model: Model): boolean {
  return ((model as { optimizer?: unknown }).optimizer ?? null) !== null;
}

function compile(
  tf: TensorFlowWithLayers,
  model: Model,
  loss: ReturnType<typeof usualLoss>,
  learningRate: number,
): void {
  const ofLogits = (truth: Tensor, answer: Tensor): Tensor => tf.losses.softmaxCrossEntropy(truth, answer);
  const isClassifier = loss !== 'meanSquaredError';
  model.compile({
    optimizer: tf.train.adam(learningRate),
    loss: loss === 'logits' ? ofLogits : loss,
    ...(isClassifier ? { metrics: ['accuracy'] } : {}),
  });
}

function outputOf(model: Model): OutputFacts {
  const last = model.layers[model.layers.length - 1];
  const shape = (model.outputs[0]?.shape.slice(1) ?? []).map((length) => length ?? 1);
  return { shape, activation: (last && activationOf(last.getClassName(), last.getConfig())) ?? '' };
}
