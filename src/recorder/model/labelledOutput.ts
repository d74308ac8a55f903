/**
 * Which of a model's outputs the classes of its samples belong to: the first, unless that is one number or a map and
 * another has a loss of classes – a discriminator says "real" first and then what it sees.
 */
import type { Model } from '../hooks/layersApi.js';
import { outputLosses } from './describeModel.js';

export interface LabelledOutput {
  /** Place among the model's outputs. */
  readonly index: number;
  readonly name: string;
  /** Of one sample. */
  readonly shape: readonly number[];
  /** "categoricalCrossentropy"; '' when it is a function without a name. */
  readonly loss: string;
}

export function labelledOutput(model: Model): LabelledOutput {
  const losses = outputLosses(model);
  const outputs = model.outputs.map(({ shape }, index) => ({
    index,
    name: model.outputNames[index] ?? '',
    shape: shape.slice(1) as number[],
    loss: losses[index] ?? losses[0] ?? '',
  }));
  const [first = { index: 0, name: '', shape: [], loss: losses[0] ?? '' }] = outputs;
  return hasSeveralUnits(first) ? first : (outputs.find(tellsClassesApart) ?? first);
}

const hasSeveralUnits = ({ shape }: LabelledOutput): boolean => shape.length === 1 && (shape[0] ?? 0) > 1;

function tellsClassesApart(output: LabelledOutput): boolean {
  return hasSeveralUnits(output) && output.loss.toLowerCase().includes('categoricalcrossentropy');
}
