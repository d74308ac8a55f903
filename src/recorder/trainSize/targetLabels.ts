/** Classes of a batch of targets, as the model's loss and outputs make sense of them. */
import type { Model } from '../hooks/layersApi.js';
import { firstLoss } from '../model/describeModel.js';
import { interpretLabels, type Labels, type Targets } from '../probes/interpretLabels.js';

/** `targets` are those of the model's first output. */
export function labelsOf(model: Model, targets: Targets): Labels {
  const outputShape = (model.outputs[0]?.shape.slice(1) ?? []) as number[];
  return interpretLabels(targets, { loss: firstLoss(model), outputShape });
}
