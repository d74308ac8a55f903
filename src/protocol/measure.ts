/**
 * What can be asked of a slice, and the form of every answer: no number travels without its
 * estimator, N and unit. Undefined values are null, never NaN (NaN is no JSON).
 */
import type { EntropyRange } from './run.js';

export const MEASURES = ['inter', 'intra', 'label', 'metrics'] as const;
export type MeasureName = (typeof MEASURES)[number];

/** How a number was obtained; shown beside it. */
export interface Provenance {
  readonly measure: MeasureName;
  /** In words: "k-nearest-neighbour graph, exact Euclidean", "plug-in, 32 bins over each map's range". */
  readonly estimator: string;
  readonly parameters: Readonly<Record<string, number | string | boolean>>;
  /** Samples that entered. */
  readonly n: number;
  readonly unit: 'bits' | 'share' | 'nats';
  /** Version of the code that computed it. */
  readonly version: string;
}

/** Inter-sample entropy of one layer at one epoch (DESIGN §3; paper eqs. 4–7). */
export interface InterValue {
  readonly layer: number;
  readonly epoch: number;
  /** H; null with `reason` where it is undefined (N too small, damaged, all values NaN). */
  readonly bits: number | null;
  /** H − log2 N. */
  readonly excessBits: number | null;
  /** H of standard normal noise of equal N and D, and the same less log2 N; null unless asked for. */
  readonly noiseBits: number | null;
  /** Half width of the 95 % jackknife interval; null unless asked for. */
  readonly halfWidthBits: number | null;
  readonly n: number;
  readonly d: number;
  readonly k: number;
  /** Samples whose k-th neighbour was tied with an excluded one. */
  readonly tieCount: number;
  /** Samples with m ≥ log2 k neighbours at distance 0, so that no σ exists. */
  readonly zeroScaleCount: number;
  /** Samples left out because a value was NaN or ±Inf. */
  readonly nonFiniteCount: number;
  readonly reason: string | null;
}

export interface InterResult {
  readonly measure: 'inter';
  readonly provenance: Provenance;
  readonly values: readonly InterValue[];
}

/**
 * Mean of the maps' entropies over inputs, for each channel: over those of one class, or (null) over
 * all inputs of the slice. A slice of one whole class has its class alone; one of several whole classes
 * has the slice first and then each class.
 */
export interface IntraValue {
  readonly layer: number;
  readonly epoch: number;
  readonly classIndex: number | null;
  /** Which channels `bits` holds, in order; [-1] where the whole vector of units is the one map. */
  readonly channels: readonly number[];
  readonly bits: readonly (number | null)[];
  readonly variance: readonly (number | null)[];
  readonly n: readonly number[];
  /** Mean over the listed channels, dead ones included. */
  readonly meanBits: number | null;
  /** Why there is no value at all: a damaged epoch, no sample. */
  readonly reason?: string | null;
}

export interface IntraResult {
  readonly measure: 'intra';
  readonly provenance: Provenance;
  readonly range: EntropyRange;
  readonly bins: number;
  /** From statistics recorded for every probe in float32, or from kept maps. */
  readonly computedFrom: 'statistics' | 'maps';
  readonly values: readonly IntraValue[];
}

/** Confusion counts and the two label entropies at one epoch of one split. */
export interface LabelValue {
  readonly epoch: number;
  readonly split: 'train' | 'validation' | 'all';
  /** counts[label][prediction] */
  readonly counts: readonly (readonly number[])[];
  /** H(x.label | y = i) by predicted class i; null where i is never predicted. */
  readonly labelGivenPrediction: readonly (number | null)[];
  /** H(y | x.label = i) by label i; null where no sample has label i. */
  readonly predictionGivenLabel: readonly (number | null)[];
  /** Why there is no value at all (all counts are 0): a damaged epoch. */
  readonly reason?: string | null;
}

export interface LabelResult {
  readonly measure: 'label';
  readonly provenance: Provenance;
  readonly values: readonly LabelValue[];
}

/** Losses and accuracies as the training reported them, and the accuracy on the probes. */
export interface MetricsResult {
  readonly measure: 'metrics';
  readonly provenance: Provenance;
  readonly names: readonly string[];
  readonly values: readonly { readonly epoch: number; readonly values: readonly (number | null)[] }[];
}

export type MeasureResult = InterResult | IntraResult | LabelResult | MetricsResult;

/** What a caller may choose; everything has a default (DESIGN §3). */
export interface MeasureOptions {
  /** Neighbours, default 15. */
  readonly k?: number;
  /** Histogram bins, default 32. */
  readonly bins?: number;
  readonly range?: EntropyRange;
  /** Add noise of equal N and D to inter-sample entropy. */
  readonly noise?: boolean;
  /** Add the 95 % jackknife interval to inter-sample entropy. */
  readonly interval?: boolean;
}

export interface MeasureRequest {
  readonly query: string;
  readonly measure: MeasureName;
  readonly options?: MeasureOptions;
}

/** What a query would read and cost, before it runs. */
export interface Estimate {
  readonly bytes: number;
  readonly seconds: number;
  readonly valueCount: number;
  readonly cachedCount: number;
  /** The query as it is printed back canonically. */
  readonly canonical: string;
  /** Measures that apply to this slice. */
  readonly applicable: readonly MeasureName[];
}

/** State of a layer's channels at one epoch, from the recorded statistics. */
export interface ChannelState {
  readonly layer: number;
  readonly epoch: number;
  /** max − min ≤ 1e-6 × the layer's range over all probes. */
  readonly dead: readonly number[];
  /** For each dead channel, the epoch since which it has been dead without a break. */
  readonly deadSince: readonly number[];
}

/** One row of the table of layers: the demo's, the tree's and the lens's numbers. */
export interface LayerReport {
  readonly layer: number;
  readonly epoch: number;
  readonly inter: InterValue | null;
  /** Mean over channels and probes of the intra-sample entropy, by epoch (null: damaged or none). */
  readonly intraByEpoch: readonly { readonly epoch: number; readonly bits: number | null }[];
  readonly intraBits: number | null;
  /** Half width of the 95 % interval of `intraBits` over the probes (normal approximation). */
  readonly intraHalfWidthBits: number | null;
  /** N probes, B bins, which range: what the two numbers above rest on. */
  readonly intraProvenance: Provenance;
  readonly channels: ChannelState;
}
