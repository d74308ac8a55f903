/** How a number was obtained; shown beside it. */
export interface Provenance {
  /** The name of a measure, or "ablation". */
  readonly measure: string;
  /** In words: "k-nearest-neighbour graph, exact Euclidean", "plug-in, 32 bins over each map's range". */
  readonly estimator: string;
  readonly parameters: Readonly<Record<string, number | string | boolean>>;
  /** Samples that entered. */
  readonly n: number;
  /** "bits", "share"; `own`: of each metric its own, and what is known of the loss's is the parameter `lossUnit`. */
  readonly unit: string;
  /** Version of the code that computed it. */
  readonly version: string;
}
