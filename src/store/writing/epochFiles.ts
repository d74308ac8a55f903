/** The files that one epoch becomes, checked against what the manifest says an epoch holds. */
import type { RunManifest } from '../../protocol/run.js';
import { crc32c } from '../format/checksum.js';
import type { FileToWrite } from './durableFiles.js';
import {
  chunkKey,
  elementCount,
  INPUTS_PATH,
  LABELS_PATH,
  layerArrayPath,
  METRICS_PATH,
  PREDICTIONS_PATH,
  runArrays,
  SPLITS_PATH,
  TRAINING_INPUTS_PATH,
  TRAINING_LABELS_PATH,
  type ArrayLayout,
} from '../format/layout.js';
import type { EpochRecord, LayerEpoch, ProbeRecord } from '../format/runAccess.js';
import { encodeShard, shardGeometry, type MapValues } from '../format/shard.js';

type Values = Float32Array | Uint16Array | Float64Array | Int32Array | Uint32Array | Uint8Array;

export class RunArrays {
  readonly #byPath: ReadonlyMap<string, ArrayLayout>;

  constructor(readonly manifest: RunManifest) {
    this.#byPath = new Map(runArrays(manifest).map((array) => [array.path, array]));
  }

  get(path: string): ArrayLayout | undefined {
    return this.#byPath.get(path);
  }

  /** Throws a RangeError when an array's length is not what the manifest says. */
  probeFiles(probes: ProbeRecord): FileToWrite[] {
    return [
      ...this.#file(INPUTS_PATH, null, probes.inputs),
      ...this.#file(LABELS_PATH, null, probes.labels),
      ...this.#file(SPLITS_PATH, null, probes.splits),
      ...this.#file(TRAINING_INPUTS_PATH, null, probes.training?.inputs ?? new Float32Array(0)),
      ...this.#file(TRAINING_LABELS_PATH, null, probes.training?.labels ?? new Int32Array(0)),
    ];
  }

  /** Throws a RangeError when an array's length is not what the manifest says. */
  epochFiles(record: EpochRecord): FileToWrite[] {
    const metrics = Float64Array.from(record.metrics, (value) => value ?? NaN);
    return [
      ...record.layers.flatMap((layer) => this.#layerFiles(layer, record.epoch)),
      ...this.#file(METRICS_PATH, record.epoch, metrics),
      ...this.#file(PREDICTIONS_PATH, record.epoch, record.predictions),
    ];
  }

  #layerFiles(part: LayerEpoch, epoch: number): FileToWrite[] {
    const layer = this.manifest.layers[part.layer];
    if (!layer) throw new RangeError(`layer ${part.layer} is not in the manifest`);
    const { weights } = part;
    if (weights && weights.length !== layer.weights.length) {
      throw new RangeError(
        `layer "${layer.name}": ${weights.length} weights given, ${layer.weights.length} in the manifest`,
      );
    }
    return [
      ...(part.maps ? this.#file(layerArrayPath(layer, 'activations'), epoch, part.maps) : []),
      ...this.#file(layerArrayPath(layer, 'entropy'), epoch, part.entropy),
      ...this.#file(layerArrayPath(layer, 'values'), epoch, part.values),
      ...this.#file(layerArrayPath(layer, 'histogram'), epoch, part.histogram),
      ...(weights ? layer.weights.flatMap(({ path }, i) => this.#file(path, epoch, weights[i]!)) : []),
    ];
  }

  /** No file for an array that holds nothing in this run. */
  #file(path: string, epoch: number | null, values: Values): FileToWrite[] {
    const array = this.#byPath.get(path);
    const expected = array ? elementCount(array) : 0;
    if (values.length !== expected)
      throw new RangeError(`${path}: ${values.length} values given, ${expected} expected`);
    if (!array) return [];
    return [fileOf(array, chunkKey(array, epoch), values)];
  }
}

function fileOf(array: ArrayLayout, key: string, values: Values): FileToWrite {
  if (!array.maps) return { key, kind: 'values', bytes: checkedBytes(values) };
  const geometry = shardGeometry(array.maps);
  const maps = values as MapValues; // what LayerEpoch and ProbeRecord give
  if (maps instanceof Uint16Array && geometry.dataType !== 'float16')
    throw new RangeError(`${array.path}: bits of halves given, ${geometry.dataType} expected`);
  return { key, kind: 'shard', parts: () => encodeShard(geometry, maps) };
}

/** A chunk as codecs bytes and crc32c store it. */
function checkedBytes(values: Values): Uint8Array {
  const bytes = new Uint8Array(values.byteLength + 4);
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  new DataView(bytes.buffer).setUint32(values.byteLength, crc32c(bytes.subarray(0, -4)), true);
  return bytes;
}
