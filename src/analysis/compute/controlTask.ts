/** Forward passes of altered probes with recorded weights, in a thread that computes. */
import type { Condition } from '../../protocol/control.js';
import type { Layer } from '../../protocol/run.js';
import type { RecordedWeight, RunReader } from '../../store/format/runAccess.js';
import { answerOf, runSteps, stepsOf } from '../ablation/ablatedForward.js';
import { alteredInput, type PictureShape } from '../control/maskInputs.js';
import { formatsOf } from '../deconvnet/formats.js';
import type { DataFormat } from '../deconvnet/step.js';
import { lengthOf } from '../run/mapShape.js';
import { ownerOf } from '../../frameworks/operationOf.js';
import type { RunReference } from '../run/openedRun.js';
import type { BlockHandle } from '../memory/memoryBlocks.js';

export interface AlteredProbes {
  readonly run: RunReference;
  readonly samples: readonly number[];
  readonly condition: Condition;
}

export interface ControlTask extends AlteredProbes {
  readonly epoch: number;
  readonly target: BlockHandle;
  /** Where (sample, channel, ...map) of these samples begins, by layer. */
  readonly addresses: readonly { readonly layer: number; readonly address: number }[];
}

export interface ControlAnswers {
  /** Class of the network's answer, by sample. */
  readonly answers: readonly number[];
  readonly replacedShares: readonly number[];
  readonly withoutObject: number;
}

export async function controlTask(reader: RunReader, task: ControlTask): Promise<ControlAnswers> {
  const { layers } = reader.manifest;
  const formats = formatsOf(layers);
  const output = outputOf(layers);
  const inputs = await alteredInputs(reader, task);
  const computed = layers.map(({ index }) => index).filter((index) => layers[index].inputs.length > 0);
  const weights = new Map<number, readonly RecordedWeight[]>();
  for (const index of computed)
    weights.set(index, await reader.readWeights(ownerOf(layers, layers[index]).index, task.epoch));
  const steps = stepsOf({ ...reader.manifest, formats }, computed, ({ index }) => weights.get(index) ?? []);
  const answers = inputs.map(({ values: input }, i) => {
    const values = new Map([[0, toFramework(input, layers[0], formats[0])]]);
    runSteps(layers, steps, computed, values);
    for (const { layer, address } of task.addresses) {
      const result = toStored(values.get(layer) ?? new Float32Array(0), layers[layer], formats[layer]);
      new Float32Array(task.target.memory.buffer, address + 4 * i * result.length, result.length).set(result);
    }
    return answerOf(values.get(output) ?? new Float32Array(1));
  });
  return {
    answers,
    replacedShares: inputs.map(({ replacedShare }) => replacedShare),
    withoutObject: inputs.filter(({ hasObject }) => !hasObject).length,
  };
}

/** The inputs as the network gets them, (sample, y, x, channel). */
export async function controlPictures(reader: RunReader, task: AlteredProbes): Promise<Float32Array> {
  const inputs = await alteredInputs(reader, task);
  const size = inputs[0]?.values.length ?? 0;
  const pictures = new Float32Array(inputs.length * size);
  inputs.forEach(({ values }, i) =>
    pictures.set(toFramework(values, reader.manifest.layers[0], 'channelsLast'), i * size),
  );
  return pictures;
}

/** The last layer that feeds no other. */
function outputOf(layers: readonly Layer[]): number {
  const fed = new Set(layers.flatMap(({ inputs }) => inputs));
  return layers.findLastIndex(({ index }) => !fed.has(index));
}

async function alteredInputs(reader: RunReader, { samples, condition }: AlteredProbes) {
  const { channelCount, mapShape } = reader.manifest.layers[0];
  const [height = 1, width = 1] = mapShape;
  const shape: PictureShape = { channels: channelCount, height, width };
  const size = channelCount * lengthOf(mapShape);
  const all = new Float32Array(samples.length * size);
  const channels = [...Array(channelCount).keys()];
  await reader.readMaps({ layer: 0, epoch: 0, samples, channels }, all);
  // A probe has its own noise whatever batch it is in; a seed of 0 would be none.
  return samples.map((sample, i) => alteredInput(all.slice(i * size, (i + 1) * size), shape, condition, sample + 1));
}

/** From (channel, …space) to the framework's order. */
function toFramework(stored: Float32Array, { channelCount }: Layer, format: DataFormat): Float32Array {
  if (format === 'channelsFirst') return stored;
  const size = stored.length / channelCount;
  return stored.map((_, at) => stored[(at % channelCount) * size + Math.floor(at / channelCount)]);
}

function toStored(values: Float32Array, { channelCount, mapShape }: Layer, format: DataFormat): Float32Array {
  if (mapShape.length === 0 || format === 'channelsFirst') return values;
  const size = values.length / channelCount;
  return values.map((_, at) => values[(at % size) * channelCount + Math.floor(at / size)]);
}
