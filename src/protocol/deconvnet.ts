/** What is asked about a deconvnet, and answered: one channel of a layer, projected back to the input. */
import * as v from 'valibot';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** Projections of one answer: a row of samples. */
const MOST_PROJECTIONS = 64;

/** The whole map goes back, its strongest activation, or the unit at a place ([y, x]; [] of a layer of units). */
export const DeconvnetUnit = v.union([v.picklist(['map', 'strongest']), v.pipe(v.array(count), v.maxLength(3))]);
export type DeconvnetUnit = v.InferOutput<typeof DeconvnetUnit>;

export const DeconvnetQuestion = v.object({
  layer: count,
  channel: count,
  epoch: count,
  samples: v.pipe(v.array(count), v.minLength(1), v.maxLength(MOST_PROJECTIONS)),
  unit: DeconvnetUnit,
});
export type DeconvnetQuestion = v.InferOutput<typeof DeconvnetQuestion>;

export interface DeconvnetProjection {
  readonly sample: number;
  /** The unit that was projected; null for a whole map. */
  readonly place: readonly number[] | null;
  /** Its activation, a map's largest one; null where no value of the map is a number. */
  readonly activation: number | null;
  /** What of the input it can see: [from, to) along each spatial axis. Elsewhere `values` are exactly 0. */
  readonly field: readonly (readonly [from: number, to: number])[];
  /**
   * Largest difference between the layer's map as it was computed from recorded weights and as it was
   * recorded, as a share of the layer's largest activation; null where no map of the sample is kept.
   */
  readonly recordedDifference: number | null;
}

export interface DeconvnetResult {
  readonly layer: number;
  readonly channel: number;
  readonly epoch: number;
  readonly projections: readonly DeconvnetProjection[];
  /** Spatial axes of the input, [y, x] or [x]; empty for inputs of units. */
  readonly inputShape: readonly number[];
  readonly inputChannels: number;
  /** (projection, …inputShape, inputChannels) */
  readonly values: Float32Array;
}
