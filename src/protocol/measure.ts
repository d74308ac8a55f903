/**
 * What can be asked of a slice, and the form of every answer: no number travels without its
 * estimator, N and unit. Undefined values are null, never NaN (NaN is no JSON).
 */
import type { MeasureName, MeasureOptions } from './measures/registry.js';

export * from './measures/layerReport.js';
export * from './measures/provenance.js';
export * from './measures/registry.js';
export * from './measures/table.js';

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
