/**
 * How many bytes a run takes on disk, counted from the very files that the store will write. Pure: it needs
 * only what decides which arrays a run has, so that a recording can be planned before its folder is made.
 */
import { keepsMapsAt, keepsWeightsAt } from '../../protocol/keptMaps.js';
import type { Layer, RunManifest } from '../../protocol/run.js';
import { BYTES_PER_ELEMENT, elementCount, layerArrayPath, runArrays, type ArrayLayout } from './layout.js';
import { shardGeometry } from './shard.js';

type Plan = RunManifest['plan'];

/** What decides which arrays a run has. */
export interface RunShape {
  readonly layers: readonly Layer[];
  readonly task: RunManifest['task'];
  readonly classNames: readonly string[];
  readonly metrics: readonly string[];
  readonly probeCount: number;
  /** Full maps are kept of so many probes. */
  readonly mapSampleCount: number;
  /** Training inputs that are kept; none when absent. */
  readonly trainingSampleCount?: number;
  /** How the recording is thinned; all of it is kept when absent. */
  readonly thinned?: Thinning;
}

export type Thinning = Partial<
  Pick<Plan, 'lastEpoch' | 'precision' | 'epochStride' | 'mapStride' | 'weights' | 'pinned' | 'withoutMaps'>
>;

export interface RunBytes {
  /** Inputs and metadata, written once. */
  readonly once: number;
  /** Of an epoch whose maps are kept. */
  readonly perEpoch: number;
  /** Of a recorded epoch whose maps are not; those of pinned layers are. */
  readonly perThinEpoch: number;
  /** What the folders themselves take: du counts it, the sizes of a run's files do not. */
  readonly folders: number;
}

/** A file's entry in the record that lists it (key, length, checksums); measured, 97 on average. */
const ENTRY_BYTES = 100;
/** An array's zarr.json, its entry, and its share of those of groups; measured, 650 on average. */
const METADATA_BYTES = 700;
/** What a folder itself takes on most file systems. */
const FOLDER_BYTES = 4096;
/** The root's zarr.json without its layers, the owner and the end. */
const ROOT_BYTES = 3000;

export function runBytes(run: RunShape): RunBytes {
  const manifest = draftManifest(run);
  const arrays = runArrays(manifest);
  const isThin = thinArrays(manifest);
  const bytes = (chosen: readonly ArrayLayout[]): number =>
    chosen.reduce((sum, array) => sum + fileBytes(array) + ENTRY_BYTES, 0);
  const byEpoch = arrays.filter((array) => array.byEpoch);
  return {
    once:
      bytes(arrays.filter((array) => !array.byEpoch)) +
      arrays.length * METADATA_BYTES +
      JSON.stringify(run.layers).length +
      ROOT_BYTES,
    perEpoch: bytes(byEpoch),
    perThinEpoch: bytes(byEpoch.filter(isThin)),
    folders: folderCount(manifest, arrays) * FOLDER_BYTES,
  };
}

/** How many of the epochs 0 to `lastEpoch` are kept with that stride. */
export function keptCount(lastEpoch: number, stride: number): number {
  return Math.ceil(lastEpoch / stride) + 1;
}

/** Of all files of a run whose epochs go from 0 to `lastEpoch`. */
export function totalBytes({ once, perEpoch, perThinEpoch }: RunBytes, thinned: Thinning): number {
  const { lastEpoch = 0, epochStride = 1, mapStride = 1 } = thinned;
  const recorded = keptCount(lastEpoch, epochStride);
  const withMaps = keptCount(lastEpoch, mapStride);
  return once + withMaps * perEpoch + (recorded - withMaps) * perThinEpoch;
}

/** Which arrays an epoch has that keeps neither maps nor, where they go with them, weights. */
function thinArrays(manifest: RunManifest): (array: ArrayLayout) => boolean {
  // Any epoch but the first and the last, so that only what is kept at every epoch is kept at it.
  const plan = { ...manifest.plan, lastEpoch: 2, mapStride: 2 };
  const left = new Set<string>();
  for (const layer of manifest.layers) {
    if (!keepsMapsAt(plan, layer.index, 1)) left.add(layerArrayPath(layer, 'activations'));
    if (!keepsWeightsAt(plan, 1)) for (const { path } of layer.weights) left.add(path);
  }
  return ({ path }) => !left.has(path);
}

/** Of arrays and groups, with the run folder itself and that of its records. */
function folderCount({ layers }: RunManifest, arrays: readonly ArrayLayout[]): number {
  const folders = new Set(['', 'commits']);
  for (const path of [...arrays.map((array) => array.path), ...layers.map((layer) => layer.path)]) {
    const segments = path.split('/');
    segments.forEach((_, depth) => folders.add(segments.slice(0, depth + 1).join('/')));
  }
  return folders.size;
}

function fileBytes(array: ArrayLayout): number {
  if (array.maps) return shardGeometry(array.maps).fileBytes;
  return elementCount(array) * BYTES_PER_ELEMENT[array.dataType] + 4;
}

/** The parts of a manifest that decide which arrays a run has. */
function draftManifest(run: RunShape): RunManifest {
  const { layers, task, classNames, metrics, probeCount, mapSampleCount, trainingSampleCount = 0, thinned } = run;
  const decisive: Pick<
    RunManifest,
    'layers' | 'task' | 'classNames' | 'metrics' | 'probes' | 'plan' | 'trainingSample'
  > = {
    layers: [...layers],
    task,
    classNames: [...classNames],
    metrics: [...metrics],
    probes: { count: probeCount, seed: 0, trainCount: 0, validationCount: 0 },
    trainingSample: { count: trainingSampleCount, seed: 0 },
    plan: {
      lastEpoch: 0,
      precision: 'float32',
      mapSampleCount,
      byteBudget: 0,
      bytesPerEpoch: 0,
      leftOut: [],
      ...thinned,
    },
  };
  // runArrays reads nothing else of a manifest.
  return decisive as RunManifest;
}
