/**
 * What passes between the training thread and the writer's. Activations are moved, not copied; each message
 * from the training thread is answered by counting it as done in shared memory, which also works while
 * that thread waits in process.exit.
 */
import type { MessagePort } from 'node:worker_threads';
import type { FailureParts } from '../../protocol/failure.js';
import type { PausedEpochs, RunManifest } from '../../protocol/run.js';
import type { RunWriter } from '../../store/format/runAccess.js';
import type { DataFormat } from '../model/mapGeometry.js';
import type { GatheredManifest } from './epochGathering.js';

export type EndOutcome = Parameters<RunWriter['end']>[0];

/** Values as TensorFlow.js lays them out: (sample, …outputShape). */
export interface RawMaps {
  readonly values: Float32Array;
  readonly format: DataFormat;
}

/** An epoch of a few probes without values of their own, to see how long the writer takes for it. */
export interface WritingTrial {
  readonly type: 'trial';
  readonly runsFolder: string;
  readonly manifest: GatheredManifest;
  /** By layer. */
  readonly formats: readonly DataFormat[];
  readonly readings: 1 | 2;
}

/** Milliseconds. */
export interface TriedWriting {
  /** Of all probes of the trial. */
  readonly statistics: number;
  /** Of the maps of all of them. */
  readonly disk: number;
}

export type ToWriter =
  | WritingTrial
  | {
      readonly type: 'open';
      readonly run: number;
      readonly runsFolder: string;
      /** Without its `id`, which the writer chooses. */
      readonly manifest: RunManifest;
      readonly inputs: RawMaps;
      /** By layer. */
      readonly formats: readonly DataFormat[];
      /** How often an epoch's probes are run: once where the writer can hold what they leave behind. */
      readonly readings: 1 | 2;
      readonly labels: Int32Array;
      readonly splits: Uint8Array;
      /** As the manifest's `trainingSample` counts; null where it is not there. */
      readonly training: { readonly inputs: RawMaps; readonly labels: Int32Array } | null;
      /** Forecasts of the plan that the manifest does not hold. */
      readonly bytesOnce: number;
      readonly bytesWithoutMaps: number;
    }
  | {
      readonly type: 'maps';
      readonly run: number;
      readonly epoch: number;
      /** The batches of the first reading, in the probes' order, then the same again where the run has two. */
      readonly reading: number;
      readonly firstSample: number;
      readonly sampleCount: number;
      /** Layer after layer, each as TensorFlow.js lays it out: (sample, …outputShape). */
      readonly values: Float32Array;
    }
  | {
      readonly type: 'commit';
      readonly run: number;
      readonly epoch: number;
      readonly metrics: readonly (number | null)[];
      readonly predictions: Int32Array;
      /** By layer, in the order of the manifest's `layer.weights`. */
      readonly weights: readonly (readonly Float32Array[])[];
    }
  /** The epoch under way is not committed. */
  | { readonly type: 'abandon'; readonly run: number }
  | { readonly type: 'extend'; readonly run: number; readonly lastEpoch: number }
  | { readonly type: 'pauses'; readonly run: number; readonly paused: readonly PausedEpochs[] }
  /** A fit is over; perhaps another will come. */
  | { readonly type: 'rest'; readonly run: number }
  | { readonly type: 'end'; readonly run: number; readonly outcome: EndOutcome };

export type FromWriter =
  | OfRun
  /** The trial is over. */
  /** Null: it failed. */
  | { readonly type: 'tried'; readonly tried: TriedWriting | null }
  /** One message has been dealt with; its activations' memory is free again. */
  | { readonly type: 'done'; readonly byteCount: number; readonly wasCommit: boolean };

/** What is told of a run. */
export type OfRun =
  | { readonly type: 'opened'; readonly run: number; readonly folder: string }
  | { readonly type: 'whole'; readonly run: number; readonly epoch: number; readonly byteCount: number }
  /** Said once when maps of epochs begin to be left out that the plan did not know of. */
  | { readonly type: 'maps-left-out'; readonly run: number; readonly epoch: number }
  | { readonly type: 'epoch-lost'; readonly run: number; readonly epoch: number; readonly failure: FailureParts }
  /** The epoch is on disk, and what was to be added to it as the last one is not. */
  | { readonly type: 'maps-lost'; readonly run: number; readonly epoch: number; readonly failure: FailureParts }
  | { readonly type: 'run-lost'; readonly run: number; readonly failure: FailureParts }
  | { readonly type: 'ended'; readonly run: number };

/** Slots of the shared Int32Array. */
export const SLOT = {
  /** Messages that the writer has dealt with. */
  done: 0,
  /** 1 when the writer's thread has failed and will do no more. */
  dead: 1,
  /** 1 while recording is paused. */
  paused: 2,
} as const;

export interface WriterThreadData {
  readonly shared: Int32Array;
  readonly port: MessagePort;
  /** The thread ends the process when this one is gone; null: it watches none. */
  readonly parentProcessId: number | null;
  /** Where the parent says pause and resume; null: it does not. */
  readonly controlDescriptor: number | null;
}
