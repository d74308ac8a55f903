/**
 * What the store offers to those who read and write runs: the shapes of everything that passes.
 * The Zarr layout behind it is described in docs/recording-format.md.
 */
import type { PausedEpochs, RunDescription, RunManifest } from '../../protocol/run.js';

/** A weight of a layer at one epoch, row-major as TensorFlow.js holds it. */
export interface RecordedWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** One layer's part of an epoch, as the writer takes it. */
export interface LayerEpoch {
  readonly layer: number;
  /**
   * Maps of the first `keptSampleCount` probes (src/protocol/keptMaps.ts): (sample, channel, ...mapShape),
   * float32, channels moved in front of space whatever the model's data format; where the plan says float16,
   * rounded when written, or given as the bits of halves. Null: not kept at this epoch. Never given for layer 0, whose maps are the inputs
   * themselves.
   */
  readonly maps: Float32Array | Uint16Array | null;
  /** (range, moment, class + 1, map): ENTROPY_RANGES × ENTROPY_MOMENTS; the last class is "all". */
  readonly entropy: Float64Array;
  /** (statistic, class + 1, channel): VALUE_STATISTICS. */
  readonly values: Float64Array;
  /** (channel, HISTOGRAM_BINS) counts over the channel's own minimum…maximum at this epoch. */
  readonly histogram: Uint32Array;
  /** In the order of the manifest's `layer.weights`. Null: not kept at this epoch. */
  readonly weights: readonly Float32Array[] | null;
}

export interface EpochRecord {
  readonly epoch: number;
  /** In the order of the manifest's `metrics`; null where there is none at this epoch (all at t = 0). */
  readonly metrics: readonly (number | null)[];
  /** Predicted class by probe; empty unless the task is classification. */
  readonly predictions: Int32Array;
  readonly layers: readonly LayerEpoch[];
}

export interface ProbeRecord {
  /** (sample, channel, ...mapShape) of layer 0, float32. */
  readonly inputs: Float32Array;
  /** Class by probe, −1 where unknown; empty for other tasks. */
  readonly labels: Int32Array;
  /** Index into SPLITS by probe. */
  readonly splits: Uint8Array;
  /** What the manifest's `trainingSample` counts; absent where it is. */
  readonly training?: TrainingSample;
}

/** Inputs that the network is trained on. */
export interface TrainingSample {
  /** (sample, channel, ...mapShape) of layer 0, float32. */
  readonly inputs: Float32Array;
  /** Class by sample, −1 where unknown; empty for other tasks. */
  readonly labels: Int32Array;
}

export const HISTOGRAM_BINS = 32;

export interface RunWriter {
  readonly folder: string;
  /** Resolves when the epoch is whole: every byte and name on disk. */
  writeEpoch(record: EpochRecord): Promise<{ byteCount: number }>;
  /**
   * The training has ended with the last epoch written: what `record` has of it that was not kept then (maps,
   * weights) is kept, too. Resolves with bytes added.
   */
  complete(record: EpochRecord): Promise<{ byteCount: number }>;
  /** A later `fit` asks for more epochs than the plan: arrays grow, no value is rewritten. Resolves with bytes added. */
  extend(lastEpoch: number): Promise<{ byteCount: number }>;
  /** Which epochs were or are not recorded because recording was paused: all of them, each time. */
  notePauses(paused: readonly PausedEpochs[]): Promise<{ byteCount: number }>;
  /** The run is over: `finished`, or `broken` with a reason for people. */
  end(
    outcome:
      { readonly state: 'finished'; readonly stopped: boolean } | { readonly state: 'broken'; readonly reason: string },
  ): Promise<void>;
}

/** Per-class, per-map entropies of one layer at one epoch; see LayerEpoch.entropy. */
export interface RecordedEntropy {
  readonly classCount: number;
  /** Channels; 1 for a layer of units, whose whole vector is the one map. */
  readonly mapCount: number;
  readonly values: Float64Array;
}

export interface RunReader {
  readonly folder: string;
  readonly manifest: RunManifest;
  /** Changes when the probes do, or what the manifest says of anything but the plan: a hash of their checksums. */
  contentTag(): string;
  /** Status and epochs as they are on disk now. Cheap: reads no map. */
  describe(): Promise<RunDescription>;
  /**
   * Maps (samples × channels × ...mapShape) as float32 into `target` (its length must fit), which may
   * lie on a SharedArrayBuffer. Layer 0 gives the inputs at any epoch. Throws a `damaged` Failure that
   * names epoch and layer when a listed key is missing, torn or altered; `not-found` when it was never
   * recorded.
   */
  readMaps(
    request: {
      readonly layer: number;
      readonly epoch: number;
      readonly samples: readonly number[];
      readonly channels: readonly number[];
    },
    target: Float32Array,
  ): Promise<void>;
  /** Whether maps of the layer were kept at a whole epoch; those of the inputs are there at every one. */
  keepsMaps(layer: number, epoch: number): Promise<boolean>;
  readEntropy(layer: number, epoch: number): Promise<RecordedEntropy>;
  /** (statistic, class + 1, channel) */
  readValues(layer: number, epoch: number): Promise<Float64Array>;
  readHistogram(layer: number, epoch: number): Promise<Uint32Array>;
  readWeights(layer: number, epoch: number): Promise<readonly RecordedWeight[]>;
  readLabels(): Promise<Int32Array>;
  /** Null where the run keeps none. */
  readTrainingSample(): Promise<TrainingSample | null>;
  readSplits(): Promise<Uint8Array>;
  readPredictions(epoch: number): Promise<Int32Array>;
  /** In the order of the manifest's `metrics`. */
  readMetrics(epoch: number): Promise<readonly (number | null)[]>;
}
