/** `tf.node.summaryFileWriter` and the callback `tf.node.tensorBoard` without libtensorflow. */
import type * as core from '@tensorflow/tfjs-core';
import { appendFileSync, mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { histogramRecord, scalarRecord, versionRecord } from './eventFile.js';
import { histogramBuckets } from './histogram.js';

interface SummaryWriter {
  scalar(name: string, value: number | core.Scalar, step: number): void;
  histogram(name: string, data: core.Tensor, step: number, buckets?: number): void;
  flush(): void;
}

interface TensorBoardOptions {
  readonly updateFreq?: 'epoch' | 'batch';
  /** Every so many epochs the weights' histograms are written; 0: never. */
  readonly histogramFreq?: number;
}

type Logs = Readonly<Record<string, number>>;
interface Weighted {
  readonly weights: readonly { readonly name: string; read(): core.Tensor }[];
}
/** Of tfjs-layers; a script that has none passes no callbacks. */
type CallbackClass = new (functions: object) => object;

/** Entries of the logs that are no metrics. */
const COUNTS = ['batch', 'size', 'num_steps'];

export function summaryFunctions(tf: object) {
  const writers = new Map<string, SummaryWriter>();
  const summaryFileWriter = (folder: string): SummaryWriter => {
    const writer = writers.get(folder) ?? openWriter(folder, `${writers.size}.v2`);
    writers.set(folder, writer);
    return writer;
  };
  const { CustomCallback } = tf as { CustomCallback?: CallbackClass };
  const tensorBoard = (folder = './logs', options: TensorBoardOptions = {}): object => {
    const functions = tensorBoardFunctions((part) => summaryFileWriter(join(folder, part)), options);
    const { setModel, ...events } = functions;
    return Object.assign(CustomCallback ? new CustomCallback(events) : events, { setModel });
  };
  return { summaryFileWriter, tensorBoard };
}

/** Every record is on disk when the call returns. */
function openWriter(folder: string, ending: string): SummaryWriter {
  const now = (): number => Date.now() / 1000;
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `events.out.tfevents.${Math.floor(now())}.${hostname()}.${process.pid}.${ending}`);
  appendFileSync(file, versionRecord(now()));
  return {
    scalar: (name, value, step) => {
      const number = typeof value === 'number' ? value : (value.dataSync()[0] as number);
      appendFileSync(file, scalarRecord(now(), step, name, number));
    },
    histogram: (name, data, step, buckets) =>
      appendFileSync(file, histogramRecord(now(), step, name, histogramBuckets(data.dataSync(), buckets))),
    flush: () => undefined,
  };
}

/** As tfjs-node's callback: "epoch_loss" in train/, the validation's in val/, steps from 1. */
function tensorBoardFunctions(writerOf: (part: string) => SummaryWriter, options: TensorBoardOptions) {
  const { updateFreq = 'epoch', histogramFreq = 0 } = options;
  let model: Weighted | null = null;
  let batches = 0;
  const write = (logs: Logs, prefix: string, step: number): void => {
    for (const [key, value] of Object.entries(logs)) {
      if (COUNTS.includes(key)) continue;
      const isValidation = key.startsWith('val_');
      const name = prefix + (isValidation ? key.slice('val_'.length) : key);
      writerOf(isValidation ? 'val' : 'train').scalar(name, value, step);
    }
  };
  return {
    setModel: (given: Weighted) => void (model = given),
    onBatchEnd: (_batch: number, logs: Logs = {}) => {
      batches++;
      if (updateFreq === 'batch') write(logs, 'batch_', batches);
    },
    onEpochEnd: (epoch: number, logs: Logs = {}) => {
      write(logs, 'epoch_', epoch + 1);
      if (histogramFreq === 0 || epoch % histogramFreq !== 0) return;
      for (const weight of model?.weights ?? []) writerOf('train').histogram(weight.name, weight.read(), epoch);
    },
  };
}
