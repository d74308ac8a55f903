/**
 * Recording of training loops that a script writes by hand. Under "Analyze CNN" or `cnnslicer record` the calls
 * record; in a plain `node train.js` they do nothing and cost nothing.
 */

/** A tensor of any TensorFlow.js. */
export interface TensorLike {
  readonly shape: readonly number[];
  dataSync(): ArrayLike<number>;
}

/** A model of any TensorFlow.js: `tf.sequential`, `tf.model`, a class that extends `tf.LayersModel`. */
export interface ModelLike {
  readonly name: string;
  readonly layers: readonly object[];
  predict(inputs: never): unknown;
}

export interface Probes {
  /** One tensor (sample, …shape), or one for each input of the model. Copied; may be disposed of afterwards. */
  readonly inputs: TensorLike | readonly TensorLike[];
  /**
   * Class of each sample (0, 1, …) as numbers, or a tensor of targets as the loss takes them: one-hot, or
   * values that are regressed. Without labels the label measures say that they do not apply.
   */
  readonly labels?: TensorLike | ArrayLike<number>;
}

export interface RecordOptions {
  /** What runs through the model at every epoch; at least two samples. */
  readonly probes: Probes;
  readonly classNames?: readonly string[];
  /** Names of the values given to `epoch`, in the order in which they are shown; `['loss']` by default. */
  readonly metrics?: readonly string[];
  /** How many epochs there will be, for the forecast; more may follow. 50 by default. */
  readonly epochs?: number;
  /** What the run is called; by default after the script, and the model where there are several. */
  readonly name?: string;
}

export interface Recording {
  /** Whether anything is recorded: false in a plain `node train.js`. */
  readonly active: boolean;
  /**
   * An epoch has been trained: records the model as it is now. `values` are those that `metrics` names.
   * Resolves when the training may go on; never rejects.
   */
  epoch(values?: Readonly<Record<string, number>>): Promise<void>;
  /** The training is over. Resolves when all that was recorded is on disk; never rejects. */
  end(): Promise<void>;
}

/**
 * Begins to record `model`, and records it as it is now as epoch 0. One recording a model; the same layers may
 * be in several. Throws a TypeError when `model` is no model or the probes are no tensors.
 */
export function record(model: ModelLike, options: RecordOptions): Recording;
