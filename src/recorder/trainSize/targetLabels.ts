/** Classes of a batch of targets, as the model's loss and outputs make sense of them. */
import type { Model } from '../hooks/layersApi.js';
import { labelledOutput } from '../model/labelledOutput.js';
import { interpretLabels, type Labels, type Targets } from '../probes/interpretLabels.js';

/** `targets` are those of the output that has the classes. */
export function labelsOf(model: Model, targets: Targets): Labels {
  const { loss, shape } = labelledOutput(model);
  return interpretLabels(targets, { loss, outputShape: shape });
}
