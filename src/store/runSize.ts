/**
 * How many bytes a run takes on disk, counted from the very files that the store will write. Pure: it needs
 * only what decides which arrays a run has, so that a recording can be planned before its folder is made.
 */
import type { Layer, RunManifest } from '../protocol/run.js';
import { BYTES_PER_ELEMENT, elementCount, runArrays, type ArrayLayout } from './layout.js';
import { shardGeometry } from './shard.js';

/** What decides which arrays a run has. */
export interface RunShape {
  readonly layers: readonly Layer[];
  readonly task: RunManifest['task'];
  readonly classNames: readonly string[];
  readonly metrics: readonly string[];
  readonly probeCount: number;
  /** Full maps are kept of so many probes. */
  readonly mapSampleCount: number;
}

export interface RunBytes {
  /** Inputs and metadata, written once. */
  readonly once: number;
  readonly perEpoch: number;
}

/** A file's entry in the record that lists it (key, length, checksums); measured, 97 on average. */
const ENTRY_BYTES = 100;
/** An array's zarr.json, its entry, and its share of those of groups; measured, 650 on average. */
const METADATA_BYTES = 700;
/** The root's zarr.json without its layers, the owner and the end. */
const ROOT_BYTES = 3000;

export function runBytes(run: RunShape): RunBytes {
  const arrays = runArrays(draftManifest(run));
  const bytes = (chosen: readonly ArrayLayout[]): number =>
    chosen.reduce((sum, array) => sum + fileBytes(array) + ENTRY_BYTES, 0);
  return {
    once:
      bytes(arrays.filter((array) => !array.byEpoch)) +
      arrays.length * METADATA_BYTES +
      JSON.stringify(run.layers).length +
      ROOT_BYTES,
    perEpoch: bytes(arrays.filter((array) => array.byEpoch)),
  };
}

function fileBytes(array: ArrayLayout): number {
  if (array.maps) return shardGeometry(array.maps).fileBytes;
  return elementCount(array) * BYTES_PER_ELEMENT[array.dataType] + 4;
}

/** The parts of a manifest that decide which arrays a run has. */
function draftManifest({ layers, task, classNames, metrics, probeCount, mapSampleCount }: RunShape): RunManifest {
  const decisive: Pick<RunManifest, 'layers' | 'task' | 'classNames' | 'metrics' | 'probes' | 'plan'> = {
    layers: [...layers],
    task,
    classNames: [...classNames],
    metrics: [...metrics],
    probes: { count: probeCount, seed: 0, trainCount: 0, validationCount: 0 },
    plan: { lastEpoch: 0, precision: 'float32', mapSampleCount, byteBudget: 0, bytesPerEpoch: 0, leftOut: [] },
  };
  // runArrays reads nothing else of a manifest.
  return decisive as RunManifest;
}
