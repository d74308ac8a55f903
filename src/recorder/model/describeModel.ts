/** What a compiled model says of itself: name, optimizer, loss, metrics. */
import type { RunManifest } from '../../protocol/run.js';
import type { Model } from '../hooks/layersApi.js';

/** A model that an optimizer of the script's own trains is never compiled. */
export function describeModel(outer: Model, inner: Model): RunManifest['model'] {
  return {
    name: outer.name,
    optimizer: optimizerName(inner),
    loss: outputLosses(inner).join(', '),
    metrics: (inner.metricsNames ?? []).filter((name) => name !== 'loss'),
    parameterCount: inner.countParams(),
  };
}

/** The loss of the first output; '' when it is a function without a name. */
export function firstLoss(model: Model): string {
  return outputLosses(model)[0] ?? '';
}

/** The losses by output, or one that is all outputs'; '' for a function without a name. */
export function outputLosses(model: Model): string[] {
  const { loss } = model as { loss: unknown };
  if (typeof loss === 'object' && loss !== null && !Array.isArray(loss)) {
    return model.outputNames.map((name) => nameOf((loss as Record<string, unknown>)[name]));
  }
  return [loss].flat().map(nameOf);
}

function nameOf(loss: unknown): string {
  if (typeof loss === 'string') return loss;
  return typeof loss === 'function' ? loss.name : '';
}

function optimizerName(model: Model): string {
  try {
    return model.optimizer.getClassName();
  } catch {
    return 'custom';
  }
}
