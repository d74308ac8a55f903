/**
 * Sees every `fit` and `fitDataset` from inside: what it was given, its beginning, batches, epochs and end.
 * Arguments are looked at, results passed on; what a listener does is awaited, what it throws must be caught
 * by it. A Sequential trains the model that it keeps inside, so the inner model is watched and counts once.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Model, SequentialInternals, TensorFlowWithLayers } from './layersApi.js';
import { observedDataset, type BatchObserver, type DatasetLike } from './observeDataset.js';
import { wrapMethod, type AnyFunction } from './wrapMethod.js';

/** A tensor, several, or several by name: as users give inputs and targets. */
export type TensorArgument = Tensor | readonly Tensor[] | Readonly<Record<string, Tensor>>;

/** What a fit trains and validates on, where it is there as a whole. */
export type FitData =
  | {
      readonly kind: 'tensors';
      readonly x: TensorArgument;
      readonly y: TensorArgument;
      readonly validation: ValidationData;
      readonly validationSplit: number;
    }
  | {
      readonly kind: 'dataset';
      readonly batches: ObservedBatches;
      readonly validation: ValidationData;
      /** False where an epoch is a number of batches, and not a pass over all samples; true by default. */
      readonly isWholePass?: boolean;
      /** Whether an epoch may show a sample twice, as of a data set without end; false by default. */
      readonly mayRepeat?: boolean;
    }
  /** Probes that the script has chosen itself. */
  | { readonly kind: 'probes'; readonly inputs: readonly Tensor[]; readonly targets: ProbeTargets | null };

/** What belongs to the probes of a script's own choice: classes, or any numbers. */
export type ProbeTargets = { readonly classes: Int32Array } | { readonly tensor: Tensor };

/** `observed`: a data set, whose batches are seen as they pass. */
export type ValidationData = { readonly x: TensorArgument; readonly y: TensorArgument } | 'observed' | null;

/** Receives the batches of a data set; set by the listener at trainBegin. */
export interface ObservedBatches {
  onTraining: BatchObserver | null;
  onValidation: BatchObserver | null;
}

export interface Fit {
  /** The model that computes: for a Sequential, the one inside it. */
  readonly model: Model;
  /** The model that the script made. */
  readonly outer: Model;
  readonly data: FitData;
  /** Epochs that this fit will train, unless it stops early. */
  readonly epochCount: number;
  /** The script does not say how many epochs there will be: `epochCount` is assumed, for plan and forecast alone. */
  readonly isOpenEnded?: boolean;
  readonly batchesPerEpoch: number | null;
  /** Names of what is reported at each epoch: "loss", "acc", "val_loss" … */
  readonly metricNames: readonly string[];
  /** The same metrics before the first epoch, where they are known. */
  readonly before?: ReadonlyMap<string, number>;
  /** Names of the classes, where the script gives them. */
  readonly classNames?: readonly string[];
  /** What the script calls this training. */
  readonly name?: string;
}

export interface FitListener {
  /** After the script's own callbacks, before the first batch. */
  trainBegin(fit: Fit): Promise<void>;
  batchEnd(fit: Fit, fraction: number): void;
  /** `logs` may hold tensors. */
  epochEnd(fit: Fit, logs: Readonly<Record<string, unknown>>): Promise<void>;
  trainEnd(fit: Fit): Promise<void>;
  /** The fit's promise has settled; without a trainEnd before, it failed. */
  settled(outer: Model): void;
}

interface Pending {
  readonly data: FitData;
  readonly initialEpoch: number;
}

interface ListState {
  params: Readonly<Record<string, unknown>>;
  fit: Fit | null;
}

/** Watches from now on, for the life of the process. */
export function watchFit(tf: TensorFlowWithLayers, listener: FitListener): void {
  const pending = new WeakMap<Model, Pending>();
  const outerOf = new WeakMap<Model, Model>();
  rememberOuterModels(tf, outerOf);
  watchArguments(tf, pending, (model) => listener.settled(outerOf.get(model) ?? model));
  watchCallbacks(tf, listener, (model, params) => {
    const given = pending.get(model);
    return given ? describeFit(model, outerOf.get(model) ?? model, given, params) : null;
  });
}

function rememberOuterModels(tf: TensorFlowWithLayers, outerOf: WeakMap<Model, Model>): void {
  for (const name of ['fit', 'fitDataset']) {
    wrapMethod(tf.Sequential.prototype, name, (original) => {
      return function (...args) {
        const inner = (this as SequentialInternals).model;
        if (inner) outerOf.set(inner, this as Model);
        return original.apply(this, args);
      };
    });
  }
}

function watchArguments(
  tf: TensorFlowWithLayers,
  pending: WeakMap<Model, Pending>,
  settled: (model: Model) => void,
): void {
  const watched =
    (describe: (args: unknown[]) => { pending: Pending; args: unknown[] }) =>
    (original: AnyFunction): AnyFunction => {
      return async function (...args) {
        const model = this as Model;
        const described = attempt(() => describe(args));
        if (described) pending.set(model, described.pending);
        try {
          return await original.apply(this, described?.args ?? args);
        } finally {
          pending.delete(model);
          settled(model);
        }
      };
    };
  wrapMethod(tf.LayersModel.prototype, 'fit', watched(describeTensorFit));
  wrapMethod(tf.LayersModel.prototype, 'fitDataset', watched(describeDatasetFit));
}

/** Arguments that tfjs will refuse are not ours to refuse. */
function attempt<T>(describe: () => T): T | null {
  try {
    return describe();
  } catch {
    return null;
  }
}

interface TensorFitOptions {
  readonly validationData?: readonly TensorArgument[];
  readonly validationSplit?: number;
  readonly initialEpoch?: number;
}

function describeTensorFit(args: unknown[]): { pending: Pending; args: unknown[] } {
  const [x, y, options = {}] = args as [TensorArgument, TensorArgument, TensorFitOptions?];
  const { validationData, validationSplit = 0, initialEpoch = 0 } = options;
  const data: FitData = {
    kind: 'tensors',
    x,
    y,
    validation: tensorValidation(validationData),
    validationSplit: validationSplit ?? 0,
  };
  return { pending: { data, initialEpoch: initialEpoch ?? 0 }, args };
}

interface DatasetFitOptions {
  readonly validationData?: readonly TensorArgument[] | DatasetLike;
  readonly initialEpoch?: number;
  readonly batchesPerEpoch?: number;
}

/** A data set is passed on behind an observer: reading it once more would change what its next reader gets. */
function describeDatasetFit(args: unknown[]): { pending: Pending; args: unknown[] } {
  const [dataset, options, ...rest] = args as [DatasetLike, DatasetFitOptions];
  const batches: ObservedBatches = { onTraining: null, onValidation: null };
  const { validationData, initialEpoch = 0, batchesPerEpoch = null } = options;
  const training = observedDataset(dataset, (value) => batches.onTraining?.(value));
  const isSet = validationData !== undefined && validationData !== null && 'iterator' in validationData;
  const seen = isSet
    ? { ...options, validationData: observedDataset(validationData, (value) => batches.onValidation?.(value)) }
    : options;
  const validation = isSet ? 'observed' : tensorValidation(validationData as readonly TensorArgument[] | undefined);
  return {
    pending: {
      data: { kind: 'dataset', batches, validation, mayRepeat: mayRepeat(dataset, batchesPerEpoch) },
      initialEpoch: initialEpoch ?? 0,
    },
    args: [training, seen, ...rest],
  };
}

function mayRepeat({ size, showsEachOnce }: DatasetLike, batchesPerEpoch: number | null): boolean {
  return batchesPerEpoch !== null && size !== batchesPerEpoch && showsEachOnce !== true;
}

function tensorValidation(given: readonly TensorArgument[] | undefined | null): ValidationData {
  const [x, y] = given ?? [];
  return x && y ? { x, y } : null;
}

function describeFit(
  model: Model,
  outer: Model,
  { data, initialEpoch }: Pending,
  params: Readonly<Record<string, unknown>>,
): Fit {
  const { epochs, samples, batchSize, steps, metrics } = params as Partial<Record<string, number>> & {
    metrics?: string[];
  };
  const byTensors = samples && batchSize ? Math.ceil(samples / batchSize) : null;
  return {
    model,
    outer,
    data,
    epochCount: Math.max(0, (epochs ?? 1) - initialEpoch),
    batchesPerEpoch: steps ?? byTensors,
    metricNames: metrics ?? [],
  };
}

function watchCallbacks(
  tf: TensorFlowWithLayers,
  listener: FitListener,
  fitOf: (model: Model, params: Readonly<Record<string, unknown>>) => Fit | null,
): void {
  const states = new WeakMap<object, ListState>();
  const stateOf = (list: object): ListState => {
    const state = states.get(list) ?? { params: {}, fit: null };
    states.set(list, state);
    return state;
  };
  const prototype = tf.CallbackList.prototype;
  const before = (name: string, note: (list: object, argument: unknown) => void): void =>
    wrapMethod(prototype, name, (original) => {
      return function (...args) {
        note(this as object, args[0]);
        return original.apply(this, args);
      };
    });
  const after = (name: string, tell: (fit: Fit, args: unknown[]) => void | Promise<void>): void =>
    wrapMethod(prototype, name, (original) => {
      return async function (...args) {
        await original.apply(this, args);
        const { fit } = stateOf(this as object);
        if (fit) await tell(fit, args);
      };
    });
  before('setParams', (list, params) => (stateOf(list).params = params as ListState['params']));
  before('setModel', (list, model) => (stateOf(list).fit = fitOf(model as Model, stateOf(list).params)));
  after('onTrainBegin', (fit) => listener.trainBegin(fit));
  after('onBatchEnd', (fit, [batch]) => {
    if (fit.batchesPerEpoch) listener.batchEnd(fit, Math.min(1, ((batch as number) + 1) / fit.batchesPerEpoch));
  });
  after('onEpochEnd', (fit, [, logs]) => listener.epochEnd(fit, (logs ?? {}) as Record<string, unknown>));
  after('onTrainEnd', (fit) => listener.trainEnd(fit));
}
