/** One deconvnet in a thread that computes: reads the sample and the epoch's weights, and checks what it computes. */
import type { DeconvnetProjection, DeconvnetUnit } from '../../protocol/deconvnet.js';
import { ownerOf } from '../../frameworks/operationOf.js';
import { Failure } from '../../protocol/failure.js';
import { keptSampleCount } from '../../protocol/keptMaps.js';
import type { Layer } from '../../protocol/run.js';
import type { RecordedWeight, RunReader } from '../../store/format/runAccess.js';
import {
  isSource,
  networkBelow,
  projectBack,
  runForward,
  type Forward,
  type Network,
  type Source,
} from '../deconvnet/network.js';
import type { DataFormat } from '../deconvnet/step.js';
import { lengthOf } from '../run/mapShape.js';
import type { RunReference } from '../run/openedRun.js';

export interface DeconvnetTask {
  readonly run: RunReference;
  readonly layer: number;
  readonly channel: number;
  readonly epoch: number;
  readonly sample: number;
  readonly unit: DeconvnetUnit;
}

export interface DeconvnetOfSample {
  readonly projection: DeconvnetProjection;
  /** (…space, channel) of the input. */
  readonly picture: Float32Array;
}

/** float16 maps carry 11 bits: what differs by more is computed otherwise than it was recorded. */
const MOST_DIFFERENCE = 5e-3;

export async function deconvnetTask(reader: RunReader, task: DeconvnetTask): Promise<DeconvnetOfSample> {
  const { layers } = reader.manifest;
  const network = networkBelow(reader.manifest, task.layer);
  const source = await readSource(reader, network, task);
  const forward = runForward(network, source);
  const { picture, map, place, activation, field } = projectBack(network, forward, task.channel, task.unit);
  const recordedDifference = await differenceFromRecorded(reader, task, map, largest(forward, task.layer));
  if (recordedDifference !== null && recordedDifference > MOST_DIFFERENCE) throw computedOtherwise(layers[task.layer]);
  return {
    projection: {
      sample: task.sample,
      place,
      activation: Number.isFinite(activation) ? activation : null,
      field,
      recordedDifference,
    },
    picture: network.formats[0] === 'channelsFirst' ? channelsLast(picture, layers[0]) : picture,
  };
}

async function readSource(reader: RunReader, network: Network, task: DeconvnetTask): Promise<Source> {
  const values = new Map<number, Float32Array>();
  const weights = new Map<number, readonly RecordedWeight[]>();
  for (const index of network.needed) {
    const layer = network.layers[index];
    if (isSource(layer)) values.set(index, await sampleOf(reader, layer, network.formats[index], task));
    else weights.set(index, await reader.readWeights(ownerOf(network.layers, layer).index, task.epoch));
  }
  return {
    values: ({ index }) => values.get(index) ?? new Float32Array(0),
    weights: ({ index }) => weights.get(index) ?? [],
  };
}

/** One sample of an input, from the store's order (channel, …space) to the framework's. */
async function sampleOf(
  reader: RunReader,
  layer: Layer,
  format: DataFormat,
  { sample, epoch }: DeconvnetTask,
): Promise<Float32Array> {
  const size = lengthOf(layer.mapShape);
  const stored = new Float32Array(layer.channelCount * size);
  const channels = Array.from({ length: layer.channelCount }, (_, channel) => channel);
  await reader.readMaps({ layer: layer.index, epoch, samples: [sample], channels }, stored);
  if (format === 'channelsFirst' && layer.mapShape.length > 0) return stored;
  return stored.map((_, at) => stored[(at % layer.channelCount) * size + Math.floor(at / layer.channelCount)]);
}

function channelsLast(values: Float32Array, { channelCount }: Layer): Float32Array {
  const size = values.length / channelCount;
  return values.map((_, at) => values[(at % channelCount) * size + Math.floor(at / channelCount)]);
}

async function differenceFromRecorded(
  reader: RunReader,
  { layer, channel, epoch, sample }: DeconvnetTask,
  map: Float32Array,
  scale: number,
): Promise<number | null> {
  if (layer === 0 || sample >= keptSampleCount(reader.manifest, layer) || scale === 0) return null;
  const recorded = new Float32Array(map.length);
  try {
    await reader.readMaps({ layer, epoch, samples: [sample], channels: [channel] }, recorded);
  } catch (error) {
    // Maps of this epoch may not have been kept: then there is nothing to hold the computed one against.
    if (error instanceof Failure && error.kind === 'not-found') return null;
    throw error;
  }
  return map.reduce((most, value, i) => {
    const difference = Math.abs(value - recorded[i]) / scale;
    return Number.isFinite(difference) ? Math.max(most, difference) : most;
  }, 0);
}

function largest({ values }: Forward, layer: number): number {
  let most = 0;
  for (const value of values.get(layer) ?? [])
    if (Math.abs(value) > most && Number.isFinite(value)) most = Math.abs(value);
  return most;
}

function computedOtherwise(layer: Layer): Failure {
  return new Failure({
    kind: 'unsupported',
    doing: `computing the map of ${layer.name} from recorded weights`,
    wrong: 'it differs from the recorded map: a layer before it does not behave as its configuration says',
    tryThis: 'Choose an earlier layer.',
  });
}
