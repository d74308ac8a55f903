/**
 * What can be asked of a slice, and the form of every answer: no number travels without its
 * estimator, N and unit. Undefined values are null, never NaN (NaN is no JSON).
 */
import type { EntropyRange } from './run.js';

export const MEASURES = [
  'inter',
  'intra',
  'label',
  'metrics',
  'distance-mi',
  'layer-mi',
  'cka',
  'redundancy',
  'slice',
] as const;
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

/** One side of a matrix: a channel's maps, or (channel null) the whole layer's, flattened. */
export interface MapsReference {
  readonly layer: number;
  readonly channel: number | null;
}

/**
 * What permuting the samples of one side (Mantel 1967) leaves of a matrix: the pairing is broken, each
 * side's own distances stay. A cell above `maximumBits` stands out of the whole matrix at 5 %.
 */
export interface PermutationNull {
  readonly permutations: number;
  readonly seed: number;
  /** Mean over the permutations, (row, column). */
  readonly meanBits: readonly (number | null)[];
  /** 95th percentile of `maxima`. */
  readonly maximumBits: number;
  /** The largest cell of each permutation, ascending (max-statistic). */
  readonly maxima: readonly number[];
  /** (1 + permutations whose largest cell reaches this one) ÷ (1 + permutations): family-wise, (row, column). */
  readonly p: readonly (number | null)[];
}

/** How much of a matrix hangs on the number of bins and of samples: means over its cells. */
export interface SensitivityRow {
  readonly bins: number;
  readonly n: number;
  readonly meanBits: number;
  readonly meanMillerMadowBits: number;
  readonly maximumBits: number;
}

/**
 * Distance mutual information (channel capacity) at one epoch, a matrix: rows are A, columns B, cells
 * (row, column) at `row × columns.length + column`. H(A|B) is entropyRows[row] − bits, H(B|A) is
 * entropyColumns[column] − bits (see `conditionalsOf`). Views draw A horizontally.
 */
export interface DistanceMiValue {
  readonly epoch: number;
  readonly rows: readonly MapsReference[];
  readonly columns: readonly MapsReference[];
  /** Plug-in; null throughout with a `reason`. */
  readonly bits: readonly (number | null)[];
  /** Less its first-order bias under independence; may be negative. */
  readonly millerMadowBits: readonly (number | null)[];
  /** H(A) by row, H(B) by column, of the binned distances; 0 where all distances are equal. */
  readonly entropyRows: readonly (number | null)[];
  readonly entropyColumns: readonly (number | null)[];
  /** MI ÷ min(H(A), H(B)), 0…1; null where either is 0. */
  readonly share: readonly (number | null)[];
  /** Half widths of 95 % jackknife intervals over groups of samples; null unless asked for. */
  readonly halfWidthBits: readonly (number | null)[] | null;
  /** Null unless permutations are asked for. */
  readonly null: PermutationNull | null;
  /** Empty unless asked for. */
  readonly sensitivity: readonly SensitivityRow[];
  /** Samples; pairs are n(n − 1)/2. */
  readonly n: number;
  /** Samples left out because a value of either side was NaN or ±Inf. */
  readonly nonFiniteCount: number;
  readonly reason: string | null;
}

export interface DistanceMiResult {
  readonly measure: 'distance-mi';
  readonly provenance: Provenance;
  /** Channels of one or two layers, or whole layers against each other. */
  readonly of: 'channels' | 'layers';
  readonly bins: number;
  readonly values: readonly DistanceMiValue[];
}

export const INFORMATION_ESTIMATORS = ['binned', 'kde', 'ksg'] as const;
export type InformationEstimator = (typeof INFORMATION_ESTIMATORS)[number];

/** The middle 95 % of an estimate where there is nothing to find. */
export interface NullBand {
  readonly permutations: number;
  readonly seed: number;
  readonly meanBits: number;
  readonly lowBits: number;
  readonly highBits: number;
}

/** I(T; X) and I(T; Y) of a layer or a single unit at one epoch. */
export interface LayerMiValue {
  readonly layer: number;
  readonly epoch: number;
  /** Channel, where the value is of one alone (its maps' means stand for it); null for the whole layer. */
  readonly unit: number | null;
  /** I(T; X): for binned the plug-in, for kde the lower bound; null for ksg and where undefined. */
  readonly inputBits: number | null;
  /** I(T; Y); null without labels. */
  readonly labelBits: number | null;
  /** The upper bounds of kde; null for the others. */
  readonly inputUpperBits: number | null;
  readonly labelUpperBits: number | null;
  /** Miller–Madow of the binned plug-in; null for the others. */
  readonly inputMillerMadowBits: number | null;
  readonly labelMillerMadowBits: number | null;
  /** log2 N, which I(T; X) cannot exceed. */
  readonly inputCeilingBits: number;
  /** H(Y) of these samples, which I(T; Y) cannot exceed; null without labels. */
  readonly labelCeilingBits: number | null;
  /** Binned: every unit permuted by itself, 20 times at most: what is left without joint states. Null unless asked for. */
  readonly inputNull: NullBand | null;
  /** Labels permuted. Null unless asked for. */
  readonly labelNull: NullBand | null;
  /** Half widths of 95 % intervals (delete-a-group jackknife); null unless asked for. */
  readonly inputHalfWidthBits: number | null;
  readonly labelHalfWidthBits: number | null;
  /** Variance of the noise that kde adds to every unit; null for the others. */
  readonly noiseVariance: number | null;
  readonly n: number;
  readonly d: number;
  readonly nonFiniteCount: number;
  readonly reason: string | null;
}

/** I of two single units by KSG; near independence it scatters around 0. */
export interface UnitPairValue {
  readonly layer: number;
  readonly epoch: number;
  readonly a: number;
  readonly b: number;
  readonly bits: number;
  readonly null: NullBand | null;
}

/** First epoch after which I stays within 5 % of its last value; null where it has none. */
export interface Convergence {
  readonly layer: number;
  readonly unit: number | null;
  readonly input: number | null;
  readonly label: number | null;
}

export interface LayerMiResult {
  readonly measure: 'layer-mi';
  readonly provenance: Provenance;
  readonly estimator: InformationEstimator;
  readonly values: readonly LayerMiValue[];
  /** KSG of all pairs of the slice's units, where they are few. */
  readonly pairs: readonly UnitPairValue[];
  readonly converged: readonly Convergence[];
}

/** Linear CKA with the unbiased HSIC, items × items row-major; may be slightly negative. */
export interface CkaValue {
  /** The epoch, where items are layers; null where they are epochs. */
  readonly epoch: number | null;
  /** The layer, where items are epochs; null where they are layers. */
  readonly layer: number | null;
  readonly items: readonly number[];
  /** Null for fewer than 4 samples, for a constant layer and for a damaged epoch. */
  readonly values: readonly (number | null)[];
  /** Half widths of 95 % jackknife intervals; null unless asked for. */
  readonly halfWidths: readonly (number | null)[] | null;
  readonly n: number;
  readonly nonFiniteCount: number;
  readonly reason: string | null;
}

export interface CkaResult {
  readonly measure: 'cka';
  readonly provenance: Provenance;
  readonly between: 'layers' | 'epochs';
  readonly values: readonly CkaValue[];
}

/** Two channels that repeat each other, with the distance MI of their maps beside the correlation. */
export interface RedundantPairValue {
  readonly a: number;
  readonly b: number;
  /** Pearson's r of the maps over all samples and places, each channel centred. */
  readonly r: number;
  readonly bits: number | null;
  /** MI ÷ min(H) of the distances, and the 95th percentile of the same with samples permuted. */
  readonly share: number | null;
  readonly nullShare: number | null;
}

/** Channels of one layer at one epoch that add nothing (DESIGN §3, redundancy). */
export interface RedundancyValue {
  readonly layer: number;
  readonly epoch: number;
  readonly channelCount: number;
  /** max − min ≤ 1e-6 × the layer's range over all probes, and the epoch since which without a break. */
  readonly dead: readonly number[];
  readonly deadSince: readonly number[];
  /** ≥ 99 % of values within 1 % of the activation's bounds. */
  readonly saturated: readonly number[];
  /** |r| ≥ the threshold, strongest first. */
  readonly pairs: readonly RedundantPairValue[];
  /** Smallest rank that holds the share of the trace of the channels' spatial means' covariance. */
  readonly recommendedCount: number | null;
  /** The recommended count moved by at most 1 over this epoch and the two before it. */
  readonly stable: boolean;
  readonly n: number;
  readonly nonFiniteCount: number;
  readonly reason: string | null;
}

export interface RedundancyResult {
  readonly measure: 'redundancy';
  readonly provenance: Provenance;
  readonly values: readonly RedundancyValue[];
}

/** The entropy of all values of a layer at an epoch, in the bins of the whole slice. */
export interface SliceEntropyValue {
  readonly layer: number;
  readonly epoch: number;
  readonly bits: number | null;
  readonly millerMadowBits: number | null;
  readonly valueCount: number;
  /** NaN and ±Inf, left out. */
  readonly nonFiniteCount: number;
  readonly n: number;
  readonly reason: string | null;
}

/** The paper's H(dCNN(x, −, −, −)): of all values of the slice as one set. */
export interface SliceEntropyResult {
  readonly measure: 'slice';
  readonly provenance: Provenance;
  readonly bits: number | null;
  readonly millerMadowBits: number | null;
  readonly valueCount: number;
  readonly values: readonly SliceEntropyValue[];
}

export type MeasureResult =
  | InterResult
  | IntraResult
  | LabelResult
  | MetricsResult
  | DistanceMiResult
  | LayerMiResult
  | CkaResult
  | RedundancyResult
  | SliceEntropyResult;

/** H(A|B) and H(B|A) of one cell; null where there is no value. */
export function conditionalsOf(
  { bits, columns, entropyRows, entropyColumns }: DistanceMiValue,
  row: number,
  column: number,
): { readonly aGivenB: number; readonly bGivenA: number } | null {
  const mutual = bits[row * columns.length + column] ?? null;
  const [a, b] = [entropyRows[row] ?? null, entropyColumns[column] ?? null];
  return mutual === null || a === null || b === null
    ? null
    : { aGivenB: Math.max(0, a - mutual), bGivenA: Math.max(0, b - mutual) };
}

/** What a caller may choose; everything has a default (DESIGN §3). */
export interface MeasureOptions {
  /** Neighbours, default 15. */
  readonly k?: number;
  /** Histogram bins, default 32. */
  readonly bins?: number;
  readonly range?: EntropyRange;
  /** Add noise of equal N and D to inter-sample entropy. */
  readonly noise?: boolean;
  /** Add 95 % jackknife intervals. */
  readonly interval?: boolean;
  /**
   * distance-mi: channels of the query's one or two layers, or whole layers as a matrix. Default:
   * channels for one or two layers, layers for more.
   */
  readonly of?: 'channels' | 'layers';
  /** distance-mi: the layer (name or index) whose channels are the columns; else the query's second, or its only one. */
  readonly other?: string;
  /** Permutations of the samples for the null: 0 (the default) to 10,000. */
  readonly permutations?: number;
  /** Of the permutations, default 1. */
  readonly seed?: number;
  /** distance-mi: add the table of bins × N. */
  readonly sensitivity?: boolean;
  /** layer-mi: default binned. */
  readonly estimator?: InformationEstimator;
  /** layer-mi: each channel by itself, and not the layer as a whole. */
  readonly units?: boolean;
  /** layer-mi, kde: noise variance as a share of the layer's total variance, default 0.05. */
  readonly noiseShare?: number;
  /** cka: default layers where the query selects several, else epochs. */
  readonly between?: 'layers' | 'epochs';
  /** redundancy: |r| from which a pair is redundant, default 0.95. */
  readonly correlation?: number;
  /** redundancy: share of the trace that the recommended count holds, default 0.99. */
  readonly traceShare?: number;
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
