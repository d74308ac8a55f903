/** Names of the measures, and how a number was obtained. */

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
  readonly measure: MeasureName | 'ablation';
  /** In words: "k-nearest-neighbour graph, exact Euclidean", "plug-in, 32 bins over each map's range". */
  readonly estimator: string;
  readonly parameters: Readonly<Record<string, number | string | boolean>>;
  /** Samples that entered. */
  readonly n: number;
  /** `own`: of each metric its own; what is known of the loss's is the parameter `lossUnit`. */
  readonly unit: 'bits' | 'share' | 'nats' | 'own';
  /** Version of the code that computed it. */
  readonly version: string;
}
