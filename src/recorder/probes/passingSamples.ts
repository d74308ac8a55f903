/** Samples of a data set, kept as its batches pass. */
import { createHash } from 'node:crypto';
import type { Tensor } from '@tensorflow/tfjs-core';
import { concatenated } from './concatenated.js';
import type { Model } from '../hooks/layersApi.js';
import { readFloats } from '../model/forwardPass.js';
import { product } from '../model/mapGeometry.js';
import { labelledTarget, NOTHING, partsOf, tensorsOf, type InputRows, type SplitData } from './probeSource.js';

/** Memory for the inputs that are kept of one split. */
const KEPT_BYTES = 256 * 2 ** 20;

export interface Keeping {
  /** Samples that are kept at most. */
  readonly limit: number;
  /** A sample that passes again, as those of a small data set do in an epoch of many batches, is passed over. */
  readonly isDistinct: boolean;
  /** A whole number from 0 up to, and without, its argument. */
  readonly random: (bound: number) => number;
}

/** Keeps samples of a data set's first pass: all up to a number, then by chance (reservoir sampling). */
export class PassingSamples {
  readonly #inputs: InputRows[][] = [];
  readonly #targets: Float32Array[] = [];
  #targetShape: readonly number[] = [];
  #isUnlabelled = false;
  #seen = 0;
  #limit: number;
  readonly #known: Set<string> | null;
  readonly #random: (bound: number) => number;

  constructor(
    private readonly model: Model,
    { limit, isDistinct, random }: Keeping,
  ) {
    this.#limit = limit;
    this.#known = isDistinct ? new Set() : null;
    this.#random = random;
  }

  /** How many samples have passed, without those that were passed over. */
  get seen(): number {
    return this.#seen;
  }

  /** A batch as a data set yields it: { xs, ys } or [xs, ys]. Reads the tensors, keeps none. */
  add(batch: unknown): void {
    const { xs, ys } = partsOf(batch);
    const inputs = tensorsOf(xs, this.model.inputNames);
    const target = ys === null ? null : labelledTarget(this.model, ys);
    const rows = inputs[0]?.shape[0] ?? 0;
    if (target === undefined || rows === 0) return;
    // Training by hand says nothing of what the outputs should be: no value is then kept of each sample.
    this.#isUnlabelled ||= !target;
    this.#targetShape = target?.shape.slice(1) ?? [0];
    const targetValues = target ? readFloats(target) : new Float32Array(0);
    this.#limitMemory(inputs);
    const inputValues = inputs.map((tensor) => ({
      values: readFloats(tensor),
      shape: tensor.shape.slice(1),
      dtype: tensor.dtype,
    }));
    for (let row = 0; row < rows; row++) {
      if (this.#isKnown([targetValues, ...inputValues.map(({ values }) => values)], row, rows)) continue;
      const place = this.#seen < this.#limit ? this.#seen : this.#random(this.#seen + 1);
      this.#seen++;
      if (place >= this.#limit) continue;
      this.#targets[place] = rowOf(targetValues, row, rows).slice();
      this.#inputs[place] = inputValues.map((input) => ({ ...input, values: rowOf(input.values, row, rows).slice() }));
    }
  }

  /** Whether the same values have passed before. */
  #isKnown(values: readonly Float32Array[], row: number, rows: number): boolean {
    if (!this.#known) return false;
    const hash = createHash('sha1');
    for (const one of values) hash.update(rowOf(one, row, rows));
    const { size } = this.#known;
    return this.#known.add(hash.digest('base64')).size === size;
  }

  #limitMemory(inputs: readonly Tensor[]): void {
    const sampleBytes = inputs.reduce((sum, tensor) => sum + 4 * product(tensor.shape.slice(1)), 0);
    this.#limit = Math.max(1, Math.min(this.#limit, Math.floor(KEPT_BYTES / sampleBytes)));
  }

  split(): SplitData {
    const count = this.#targets.length;
    if (count === 0) return NOTHING;
    return {
      count,
      isUnlabelled: this.#isUnlabelled,
      targets: () => ({ values: concatenated(this.#targets), shape: [count, ...this.#targetShape] }),
      inputRows: (rows) =>
        (this.#inputs[0] ?? []).map((first, input) => ({
          ...first,
          values: concatenated(
            rows.map((row) => this.#inputs[row]?.[input]?.values ?? new Float32Array(product(first.shape))),
          ),
        })),
    };
  }
}

function rowOf(values: Float32Array, row: number, rows: number): Float32Array {
  const length = values.length / rows;
  return values.subarray(row * length, (row + 1) * length);
}
