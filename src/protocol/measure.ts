/**
 * What can be asked of a slice, and the form of every answer: no number travels without its
 * estimator, N and unit. Undefined values are null, never NaN (NaN is no JSON).
 */
import type { EntropyRange } from './run.js';
import type { CkaResult } from './measures/cka.js';
import type { DistanceMiResult } from './measures/distanceMi.js';
import type { InterResult, NeighbourSearch } from './measures/interSample.js';
import type { IntraResult } from './measures/intraSample.js';
import type { LabelResult, MetricsResult } from './measures/labels.js';
import type { InformationEstimator, LayerMiResult } from './measures/layerMi.js';
import type { MeasureName } from './measures/provenance.js';
import type { RedundancyResult } from './measures/redundancy.js';
import type { SliceEntropyResult } from './measures/sliceEntropy.js';

export * from './measures/cka.js';
export * from './measures/distanceMi.js';
export * from './measures/interSample.js';
export * from './measures/intraSample.js';
export * from './measures/labels.js';
export * from './measures/layerMi.js';
export * from './measures/layerReport.js';
export * from './measures/provenance.js';
export * from './measures/redundancy.js';
export * from './measures/sliceEntropy.js';

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

/** What a caller may choose; everything has a default (DESIGN §3). */
export interface MeasureOptions {
  /** Neighbours, default 15. */
  readonly k?: number;
  /** Histogram bins, default 32. */
  readonly bins?: number;
  readonly range?: EntropyRange;
  /**
   * inter: whether the nearest neighbours may be approximate where that is faster (from 2,000 samples on).
   * Then at least 99 % of them are found, measured exactly on 64 samples, or the search is exact.
   */
  readonly neighbours?: NeighbourSearch;
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
  /** Permutations of the samples for the null: none (0, the default), or 19 – of layer-mi 39 – to 10,000. */
  readonly permutations?: number;
  /**
   * distance-mi: pairs of samples that the null rests on, chosen at random where there are more; default
   * 32,768. All permutations and the estimate held against them have the same pairs.
   */
  readonly nullPairs?: number;
  /** Of the permutations, default 1. */
  readonly seed?: number;
  /** distance-mi: add the table of bins × N. */
  readonly sensitivity?: boolean;
  /** layer-mi: default binned. */
  readonly estimator?: InformationEstimator;
  /** layer-mi: each channel by itself, and not the layer as a whole. */
  readonly units?: boolean;
  /** layer-mi, ksg: all pairs of a layer's units too, where they are few (the default). */
  readonly pairs?: boolean;
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
