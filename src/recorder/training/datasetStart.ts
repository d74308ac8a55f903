/**
 * A fit on a data set shows its samples only while it trains: they are kept during the first epoch, together
 * with the weights from before it, and t = 0 is recorded when that epoch ends.
 */
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import type { Model } from '../hooks/layersApi.js';
import type { Fit } from '../hooks/watchFit.js';
import { readFloats } from '../model/forwardPass.js';
import { seededRandom } from '../model/seededRandom.js';
import { PassingSamples } from '../probes/passingSamples.js';
import { splitOfValidation, type ProbeSource } from '../probes/probeSource.js';
import type { RecorderContext } from '../recorderContext.js';
import type { Work } from '../writer/writerThread.js';

export class DatasetStart {
  readonly #training: PassingSamples;
  readonly #validation: PassingSamples;
  readonly #weights: Weights;

  constructor(
    private readonly context: RecorderContext,
    readonly fit: Fit,
  ) {
    const { probes, seed } = context.settings;
    // A run of a group keeps what it trains on, for the entropy of its inputs.
    const kept = Math.max(probes, context.settings.group?.size ?? 0);
    const isDistinct = this.#mayRepeat;
    this.#training = new PassingSamples(fit.model, { limit: kept, isDistinct, random: seededRandom(seed) });
    this.#validation = new PassingSamples(fit.model, { limit: probes, isDistinct, random: seededRandom(seed + 1) });
    this.#weights = readWeights(fit.model);
    this.#observe(
      (batch) => this.#training.add(batch),
      (batch) => this.#validation.add(batch),
    );
  }

  /** Whether a fit is under way in its first epoch. */
  get isInFirstEpoch(): boolean {
    return this.#isWholePass && this.#training.seen > 0;
  }

  /** What has passed; nothing more is kept afterwards. */
  source(): ProbeSource {
    this.#observe(null, null);
    const isGiven = this.fit.data.kind !== 'dataset' || this.fit.data.validation !== 'observed';
    const validation = isGiven ? splitOfValidation(this.context.tf, this.fit) : this.#validation.split();
    return {
      training: this.#training.split(),
      validation,
      trainCount: this.#isWholePass ? this.#training.seen : null,
      validationCount: isGiven ? validation.count : this.#isWholePass ? this.#validation.seen : null,
    };
  }

  /** Runs `record` on the model as it was before the first epoch; puts today's weights back, bit for bit. */
  *withWeightsBeforeTraining(record: () => Work): Work {
    const today = readWeights(this.fit.model);
    try {
      this.#assign(this.#weights);
      yield* record();
    } finally {
      this.#assign(today);
    }
  }

  get #isWholePass(): boolean {
    return this.fit.data.kind === 'dataset' && (this.fit.data.isWholePass ?? true);
  }

  get #mayRepeat(): boolean {
    return !this.#isWholePass || (this.fit.data.kind === 'dataset' && (this.fit.data.mayRepeat ?? false));
  }

  #observe(onTraining: ((batch: unknown) => void) | null, onValidation: ((batch: unknown) => void) | null): void {
    if (this.fit.data.kind !== 'dataset') return;
    this.fit.data.batches.onTraining = onTraining;
    this.fit.data.batches.onValidation = onValidation;
  }

  /** Past the layer's own `write`, which would apply its constraint. */
  #assign(weights: Weights): void {
    const { tf } = this.context;
    for (const [weight, values] of weights) {
      const variable = weight.read() as Variable;
      const tensor: Tensor = tf.tensor(values, variable.shape, variable.dtype);
      variable.assign(tensor);
      tensor.dispose();
    }
  }
}

/** By weight: their order changes when a layer is frozen, as the discriminator inside a GAN is for every other batch. */
type Weights = ReadonlyMap<Model['weights'][number], Float32Array>;

function readWeights(model: Model): Weights {
  return new Map(model.weights.map((weight) => [weight, readFloats(weight.read()).slice()]));
}
