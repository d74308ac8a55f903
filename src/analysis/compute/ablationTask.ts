/** Ablations of some samples in a thread that computes: reads what is given, computes all sets of channels. */
import type { AblatedChannels } from '../../protocol/ablation.js';
import type { Layer } from '../../protocol/run.js';
import type { RecordedWeight, RunReader } from '../../store/format/runAccess.js';
import {
  ablationNetwork,
  answerOf,
  runSteps,
  stepsOf,
  withoutChannels,
  type AblationNetwork,
} from '../ablation/ablatedForward.js';
import { isSource, networkBelow } from '../deconvnet/network.js';
import { lengthOf } from '../run/mapShape.js';
import { ownerOf } from '../../frameworks/operationOf.js';
import type { RunReference } from '../run/openedRun.js';

export interface AblationTask {
  readonly run: RunReference;
  readonly epoch: number;
  readonly samples: readonly number[];
  /** Each of them is ablated by itself; a layer is named once in each. */
  readonly sets: readonly (readonly AblatedChannels[])[];
  /** Of every ablated layer, by channel: what takes its place. */
  readonly constants: ReadonlyMap<number, Float32Array>;
  /** Whether maps of all given layers were kept of these samples; else they are computed from the inputs. */
  readonly hasMaps: boolean;
}

/** (set + 1, sample): classes, first those without ablation. */
export async function ablationTask(reader: RunReader, task: AblationTask): Promise<Int32Array> {
  const network = ablationNetwork(reader.manifest, [...task.constants.keys()]);
  const below = task.hasMaps ? [] : layersBelow(network);
  const computedBelow = below.filter((index) => !isSource(network.layers[index]));
  const read = task.hasMaps ? network.given : below.filter((index) => isSource(network.layers[index]));
  const weights = await weightsOf(reader, [...computedBelow, ...network.above], task.epoch);
  const of = (layer: Layer): readonly RecordedWeight[] => weights.get(layer.index) ?? [];
  const stepsBelow = stepsOf(network, computedBelow, of);
  const stepsAbove = stepsOf(network, network.above, of);
  const answers = new Int32Array((task.sets.length + 1) * task.samples.length);
  for (let i = 0; i < task.samples.length; i++) {
    const values = await givenValues(reader, network, read, task, task.samples[i]);
    runSteps(network.layers, stepsBelow, computedBelow, values);
    const own = network.lowest.map((index) => values.get(index)!);
    [[], ...task.sets].forEach((ablated, set) => {
      const altered = (index: number, whole: Float32Array): Float32Array => {
        const channels = ablated.find((one) => one.layer === index)?.channels ?? [];
        if (channels.length === 0) return whole;
        return withoutChannels(
          whole,
          network.layers[index],
          network.formats[index],
          channels,
          task.constants.get(index)!,
        );
      };
      network.lowest.forEach((index, at) => values.set(index, altered(index, own[at])));
      runSteps(network.layers, stepsAbove, network.above, values, altered);
      answers[set * task.samples.length + i] = answerOf(values.get(network.output)!);
    });
  }
  return answers;
}

/** All that feeds the given layers, and they themselves, in order. */
function layersBelow(network: AblationNetwork): number[] {
  const all = new Set(network.given.flatMap((index) => networkBelow(network, index).needed));
  return [...all].sort((a, b) => a - b);
}

async function weightsOf(
  reader: RunReader,
  some: readonly number[],
  epoch: number,
): Promise<Map<number, readonly RecordedWeight[]>> {
  const { layers } = reader.manifest;
  const weights = new Map<number, readonly RecordedWeight[]>();
  for (const index of some) {
    const owner = ownerOf(layers, layers[index]);
    if (owner.weights.length > 0) weights.set(index, await reader.readWeights(owner.index, epoch));
  }
  return weights;
}

/** One sample of each layer that is read, in the framework's order of axes. */
async function givenValues(
  reader: RunReader,
  { layers, formats }: AblationNetwork,
  read: readonly number[],
  { epoch }: AblationTask,
  sample: number,
): Promise<Map<number, Float32Array>> {
  const values = new Map<number, Float32Array>();
  for (const index of read) {
    const { channelCount, mapShape } = layers[index];
    const size = lengthOf(mapShape);
    const stored = new Float32Array(channelCount * size);
    const channels = Array.from({ length: channelCount }, (_, channel) => channel);
    await reader.readMaps({ layer: index, epoch, samples: [sample], channels }, stored);
    const inFront = formats[index] === 'channelsFirst' && mapShape.length > 0;
    values.set(
      index,
      inFront ? stored : stored.map((_, at) => stored[(at % channelCount) * size + Math.floor(at / channelCount)]),
    );
  }
  return values;
}
