/**
 * What `import { record } from 'cnnslicer'` gives a script (dist/api.cjs; its types are cnnslicer.d.ts). It holds
 * no recorder: one that runs the script has left its hand where this finds it, and without one nothing happens.
 */
import type * as api from './cnnslicer.js';
import { RECORDER } from './recorderName.js';

const INACTIVE: api.Recording = {
  active: false,
  epoch: () => Promise.resolve(),
  end: () => Promise.resolve(),
};

export const record: typeof api.record = (model, options) => {
  check(model, options);
  const recorder = (globalThis as { [RECORDER]?: typeof api.record })[RECORDER];
  return recorder ? recorder(model, options) : INACTIVE;
};

/** The same mistakes are mistakes with and without a recorder. */
function check(model: api.ModelLike, options: api.RecordOptions): void {
  if (!Array.isArray(model?.layers) || typeof model.predict !== 'function')
    throw new TypeError('record: the first argument is not a TensorFlow.js model (tf.sequential, tf.model)');
  const inputs = [options?.probes?.inputs].flat() as (Partial<api.TensorLike> | undefined)[];
  if (inputs.some((input) => typeof input?.dataSync !== 'function'))
    throw new TypeError('record: probes.inputs is neither a tensor nor a list of tensors');
  const count = inputs[0]?.shape?.[0] ?? 0;
  if (count < 2) throw new TypeError(`record: probes.inputs has ${count} samples; at least 2 are needed`);
  const { labels } = options.probes;
  const labelCount = labels === undefined ? count : 'shape' in labels ? labels.shape[0] : labels.length;
  if (labelCount !== count) throw new TypeError(`record: ${count} inputs have ${labelCount} labels`);
}
