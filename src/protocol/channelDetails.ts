/** What the channel view asks about single channels beside their entropies. */
import * as v from 'valibot';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** Samples by how strongly one channel answers them. */
export const StrongestQuestion = v.object({
  layer: count,
  channel: count,
  epoch: count,
  /** As many as are wanted. */
  most: v.pipe(count, v.minValue(1), v.maxValue(64)),
  /** Only those of this class; null for all. */
  classIndex: v.nullable(count),
});
export type StrongestQuestion = v.InferOutput<typeof StrongestQuestion>;

export interface StrongestSamples {
  /** Strongest first, by the largest value of their map; equal ones by number. */
  readonly samples: readonly number[];
  readonly activations: readonly number[];
  /** Samples that were looked at: those whose maps are kept. */
  readonly n: number;
}

export const StatesQuestion = v.object({ layer: count });
export type StatesQuestion = v.InferOutput<typeof StatesQuestion>;

/** Which channels of a layer say nothing, at every epoch that can be read, from the statistics of all probes. */
export interface ChannelStates {
  readonly layer: number;
  readonly epochs: readonly {
    readonly epoch: number;
    /** max − min ≤ 1e-6 of the layer's range. */
    readonly dead: readonly number[];
    /** ≥ 99 % of values within 1 % of the activation's bounds; a dead channel is not listed again. */
    readonly saturated: readonly number[];
  }[];
}
