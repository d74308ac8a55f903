/**
 * Sees training by an optimizer of the script's own: `minimize`, or `variableGrads` with `applyGradients`. What
 * a model is given while gradients are taken are samples that it is trained on; what the optimizer changes says
 * which of the models that were used it trains. What `fit` and `trainOnBatch` do inside is not seen here.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Model, SequentialInternals, TensorFlowWithLayers } from './layersApi.js';
import { isObserving } from './unobserved.js';
import type { Batch } from './watchBatches.js';
import type { TensorArgument } from './watchFit.js';
import { wrapMethod, type AnyFunction } from './wrapMethod.js';

export interface StepListener {
  /** A model is given samples while gradients are taken; its weights have not changed yet. */
  used(batch: Batch): void;
  /** The optimizer has changed weights of the model; `loss` is what the gradients were of. */
  stepped(model: Model, loss: number | null): void;
}

/** Returns a function that says whether an optimizer of the script's own has made a step. */
export function watchHandmadeTraining(tf: TensorFlowWithLayers, listener: StepListener): () => boolean {
  const seen = new GradientScopes(listener);
  watchFramework(tf, seen);
  watchGradients(tf, seen);
  watchModels(tf, seen);
  watchOptimizers(tf, seen);
  return () => seen.hasStepped;
}

/** Models used since the last step, and how deep inside what we are. */
class GradientScopes {
  hasStepped = false;
  /** Inside a step of fit's or trainOnBatch's own. */
  framework = 0;
  gradients = 0;
  /** Inside a model: models inside it are used by it, not by the script. */
  models = 0;
  loss: number | null = null;
  readonly #used = new Map<Model, Model>();

  constructor(private readonly listener: StepListener) {}

  get isWatching(): boolean {
    return this.framework === 0 && isObserving();
  }

  use(outer: Model, xs: unknown): void {
    if (!this.isWatching || this.gradients === 0 || this.models > 0 || !isConcrete(xs)) return;
    const model = (outer as SequentialInternals).model ?? outer;
    this.#used.set(model, outer);
    this.listener.used({ model, outer, xs: xs as TensorArgument, ys: null });
  }

  step(variableNames: ReadonlySet<string>): void {
    if (!this.isWatching) return;
    this.hasStepped = true;
    const trained = [...this.#used.keys()].filter((model) => isTrainedBy(model, variableNames));
    this.#used.clear();
    for (const model of trained) this.listener.stepped(model, this.loss);
    this.loss = null;
  }
}

/** Whether the argument of a model is values, and not a symbol of the graph that is being built. */
function isConcrete(xs: unknown): boolean {
  const [first] = [xs].flat() as unknown[];
  return typeof first === 'object' && first !== null && 'dataSync' in first;
}

function isTrainedBy(model: Model, variableNames: ReadonlySet<string>): boolean {
  return model.trainableWeights.some((weight) =>
    variableNames.has((weight.read() as unknown as { name: string }).name),
  );
}

type Depth = 'framework' | 'gradients' | 'models';

function within(seen: GradientScopes, depth: Depth, original: AnyFunction): AnyFunction {
  return function (...args) {
    seen[depth]++;
    try {
      return original.apply(this, args);
    } finally {
      seen[depth]--;
    }
  };
}

function watchFramework(tf: TensorFlowWithLayers, seen: GradientScopes): void {
  wrapMethod(tf.LayersModel.prototype, 'makeTrainFunction', (original) => {
    return function (...args) {
      return within(seen, 'framework', original.apply(this, args) as AnyFunction);
    };
  });
}

/** Everything that takes gradients of variables comes here. */
function watchGradients(tf: TensorFlowWithLayers, seen: GradientScopes): void {
  wrapMethod(Object.getPrototypeOf(tf.engine()) as object, 'gradients', (original) => {
    const inside = within(seen, 'gradients', original);
    return function (...args) {
      const result = inside.apply(this, args) as { value?: Tensor };
      if (seen.isWatching && seen.gradients === 0) seen.loss = lossOf(result.value);
      return result;
    };
  });
}

function lossOf(value: Tensor | undefined): number | null {
  if (!value || value.size !== 1) return null;
  return (value.dataSync() as Float32Array)[0] ?? null;
}

function watchModels(tf: TensorFlowWithLayers, seen: GradientScopes): void {
  for (const name of ['apply', 'predict', 'predictOnBatch', 'call']) {
    for (const prototype of [tf.LayersModel.prototype, tf.Sequential.prototype]) {
      if (prototype === tf.Sequential.prototype && !Object.hasOwn(prototype, name)) continue;
      wrapMethod(prototype, name, (original) => {
        const inside = within(seen, 'models', original);
        return function (...args) {
          const result = inside.apply(this, args);
          // Afterwards: a Sequential makes its inner model when it is first called.
          seen.use(this as Model, args[0]);
          return result;
        };
      });
    }
  }
}

/** Every optimizer class has its own `applyGradients`; classes of the script's own inherit from one of these. */
function watchOptimizers(tf: TensorFlowWithLayers, seen: GradientScopes): void {
  const classes = Object.values(tf).filter(
    (value): value is typeof tf.Optimizer => typeof value === 'function' && value.prototype instanceof tf.Optimizer,
  );
  for (const { prototype } of classes) {
    if (!Object.hasOwn(prototype, 'applyGradients')) continue;
    wrapMethod(prototype, 'applyGradients', (original) => {
      return function (...args) {
        const result = original.apply(this, args);
        seen.step(namesOf(args[0]));
        return result;
      };
    });
  }
}

/** Gradients by the names of their variables, or a list of { name, tensor }. */
function namesOf(gradients: unknown): Set<string> {
  if (Array.isArray(gradients)) return new Set((gradients as { name: string }[]).map(({ name }) => name));
  return new Set(Object.keys((gradients ?? {}) as object));
}
