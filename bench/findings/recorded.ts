/** A network's recordings with what the findings ask of them. */
import type { AnalysisEngine } from '../../src/analysis/engine.js';
import type {
  DistanceMiResult,
  DistanceMiValue,
  IntraResult,
  LabelResult,
  MetricsResult,
  RedundancyResult,
} from '../../src/protocol/measure.js';
import type { Layer, RunManifest } from '../../src/protocol/run.js';
import { openRun } from '../../src/store/reading/openRun.js';
import type { Network, Recording } from './recordings.js';

export interface Recorded extends Recording {
  readonly manifest: RunManifest;
  readonly lastEpoch: number;
}

export interface NetworkRuns {
  readonly network: Network;
  readonly runs: readonly Recorded[];
  /** Those of the largest training data, one a seed. */
  readonly largest: readonly Recorded[];
  readonly engine: AnalysisEngine;
}

export async function openRecorded(recording: Recording): Promise<Recorded> {
  const { manifest, summary } = await (await openRun(recording.folder)).describe();
  return { ...recording, manifest, lastEpoch: summary.epochs.at(-1) ?? 0 };
}

/** Layers of feature maps in order, the input left out. */
export function mapLayers({ manifest }: Recorded): Layer[] {
  return manifest.layers.filter(({ index, mapShape }) => index > 0 && mapShape.length === 2);
}

export function convolutions(run: Recorded): Layer[] {
  return mapLayers(run).filter(({ kind }) => kind === 'conv');
}

/** Each max-pooling with the layer before it. */
export function pools(run: Recorded): { readonly before: Layer; readonly after: Layer }[] {
  const layers = run.manifest.layers;
  return mapLayers(run)
    .filter(({ kind }) => kind === 'pool')
    .map((after) => ({ before: layers[after.inputs[0]], after }));
}

/** The matrix of channels of two layers at some epochs. */
export async function channelCapacity(
  engine: AnalysisEngine,
  run: Recorded,
  [a, b]: readonly [Layer, Layer],
  epochs: string,
  permutations = 0,
): Promise<readonly DistanceMiValue[]> {
  const query = `dCNN(-, {${a.index}, ${b.index}}, -, ${epochs})`;
  const options = { of: 'channels', permutations } as const;
  return ((await engine.measure(run.folder, { query, measure: 'distance-mi', options })) as DistanceMiResult).values;
}

export async function redundancyOf(engine: AnalysisEngine, run: Recorded, layer: Layer, epochs: string) {
  const query = `dCNN(-, ${layer.index}, -, ${epochs})`;
  const options = { permutations: 0 };
  return ((await engine.measure(run.folder, { query, measure: 'redundancy', options })) as RedundancyResult).values;
}

export async function intraOf(engine: AnalysisEngine, run: Recorded, layer: Layer, epochs: string) {
  const query = `dCNN(-, ${layer.index}, -, ${epochs})`;
  return (await engine.measure(run.folder, { query, measure: 'intra' })) as IntraResult;
}

export async function labelsOf(engine: AnalysisEngine, run: Recorded) {
  const result = (await engine.measure(run.folder, { query: 'dCNN(-, -, -, -)', measure: 'label' })) as LabelResult;
  return result.values.filter(({ split }) => split === 'all' || splitIsOnly(result, split));
}

/** Runs whose probes are of one split have that one alone. */
function splitIsOnly({ values }: LabelResult, split: string): boolean {
  return !values.some((value) => value.split === 'all') && values.every((value) => value.split === split);
}

export async function metricsOf(engine: AnalysisEngine, run: Recorded): Promise<MetricsResult> {
  return (await engine.measure(run.folder, { query: 'dCNN(-, -, -, -)', measure: 'metrics' })) as MetricsResult;
}

/** Cells of rows and columns that vary at all. */
export function liveCells({ bits, rows, columns, entropyRows, entropyColumns }: DistanceMiValue): number[] {
  return rows.flatMap((_, row) =>
    columns.flatMap((__, column) => {
      const value = bits[row * columns.length + column];
      const isLive = (entropyRows[row] ?? 0) > 0 && (entropyColumns[column] ?? 0) > 0;
      return isLive && value !== null ? [value] : [];
    }),
  );
}
