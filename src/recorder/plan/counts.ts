/** How many inputs are kept: of the probes, which memory and disk must hold, and of the training data. */
import type { Layer } from '../../protocol/run.js';
import { layerSize } from './passes.js';
import type { Budget, DataFacts } from './planRecording.js';

/** Inputs are written once and whole: they get no more than this share of the budget. */
const INPUT_SHARE = 1 / 4;
const TRAINING_SAMPLE_SHARE = 1 / 20;

/** As many as are wanted and there, whose activations of the largest layer fit in memory, and which there is time for. */
export function countProbes(layers: readonly Layer[], data: DataFacts, budget: Budget): number {
  const largestLayer = Math.max(...layers.map(layerSize));
  const inMemory = Math.floor(budget.memoryBytes / (4 * largestLayer));
  const onDisk = Math.floor((INPUT_SHARE * budget.bytes) / inputBytes(layers));
  const count = Math.min(data.wanted, data.available, Math.max(1, Math.min(inMemory, onDisk, data.inTime ?? Infinity)));
  if (data.fixedBatch === null) return count;
  return Math.max(data.fixedBatch, count - (count % data.fixedBatch));
}

export function countTrainingSample(layers: readonly Layer[], { training }: DataFacts, { bytes }: Budget): number {
  if (!training) return 0;
  const fitting = Math.floor((TRAINING_SAMPLE_SHARE * bytes) / inputBytes(layers));
  return Math.min(training.available, training.wanted, fitting);
}

function inputBytes([input]: readonly Layer[]): number {
  return input ? 4 * layerSize(input) : 4;
}

/** Whether it was the disk, and not memory, that held no input more. */
export function isLimitedByInputs(layers: readonly Layer[], probeCount: number, { bytes }: Budget): boolean {
  return (probeCount + 1) * inputBytes(layers) > INPUT_SHARE * bytes;
}
