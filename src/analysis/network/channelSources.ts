/**
 * Which channels of shown layers arrive at the channels of any layer: through pools and normalisations
 * one by one, through Flatten unit by unit, through Concatenate side by side.
 */
import type { Operation, RecordedModel } from '../../frameworks/operation.js';
import { operationOf } from '../../frameworks/operationOf.js';
import type { Layer } from '../../protocol/run.js';
import { areShown } from './networkNodes.js';

/** `channels[c]` is the shown layer's channel that channel c carries, −1 for none; null where they mix. */
export interface ChannelSource {
  readonly layer: number;
  readonly channels: Int32Array | null;
}

/** What each layer's output carries, by layer. */
export function channelSources(model: RecordedModel): (readonly ChannelSource[])[] {
  const shown = areShown(model);
  const all: (readonly ChannelSource[])[] = [];
  for (const layer of model.layers) {
    all.push(
      shown[layer.index] ? [{ layer: layer.index, channels: range(layer.channelCount) }] : folded(layer, model, all),
    );
  }
  return all;
}

function folded(layer: Layer, model: RecordedModel, known: readonly (readonly ChannelSource[])[]): ChannelSource[] {
  const parts = channelsOfInputs(layer, model);
  return layer.inputs.flatMap((input, i) =>
    known[input].map((source) => ({ layer: source.layer, channels: through(parts[i], source.channels) })),
  );
}

function through(part: Int32Array | null, channels: Int32Array | null): Int32Array | null {
  return part && channels && part.map((channel) => (channel < 0 ? -1 : channels[channel]));
}

/** For each input, the channel of it that each of the layer's own channels carries. */
function channelsOfInputs(layer: Layer, model: RecordedModel): (Int32Array | null)[] {
  const inputs = layer.inputs.map((index) => model.layers[index]);
  const operation = operationOf(model, layer);
  if (operation.op === 'concatenate') return concatenated(layer, operation.axis, inputs);
  return inputs.map((input) => {
    const isFlat = layer.mapShape.length === 0;
    if (isFlat && operation.op === 'reshape') return flattened(layer, input, !hasChannelsFirst(input));
    if (isFlat && operation.op === 'permute') return flattened(layer, input, operation.axes.at(-1) === 0);
    const keeps =
      layer.kind !== 'reshape' ||
      ['upsample', 'pad', 'identity'].includes(operation.op) ||
      keepsChannels(operation, input);
    return keeps && layer.channelCount === input.channelCount ? range(layer.channelCount) : null;
  });
}

/** Of axes that change places, that of the channels stays. */
function keepsChannels(operation: Operation, input: Layer): boolean {
  if (operation.op !== 'permute') return false;
  return hasChannelsFirst(input) ? operation.axes[0] === 0 : operation.axes.at(-1) === operation.axes.length - 1;
}

/** Where both orders fit, TensorFlow's. */
function hasChannelsFirst({ format, outputShape, channelCount }: Layer): boolean {
  return format ? format === 'channelsFirst' : outputShape.at(-1) !== channelCount;
}

function concatenated(layer: Layer, axis: number, inputs: readonly Layer[]): (Int32Array | null)[] {
  const total = inputs.reduce((sum, input) => sum + input.channelCount, 0);
  const channelAxis = layer.outputShape.length > 1 && hasChannelsFirst(layer) ? 0 : layer.outputShape.length - 1;
  if (total !== layer.channelCount || axis !== channelAxis) return inputs.map(() => null);
  let from = 0;
  return inputs.map((input) => {
    const first = from;
    from += input.channelCount;
    return Int32Array.from({ length: total }, (_, c) => (c >= first && c < from ? c - first : -1));
  });
}

/** Units in row-major order of the axes that are flattened: channels last, or first. */
function flattened({ channelCount }: Layer, input: Layer, channelsLast: boolean): Int32Array {
  if (input.mapShape.length === 0) return range(channelCount);
  const length = channelCount / input.channelCount;
  return Int32Array.from({ length: channelCount }, (_, unit) =>
    channelsLast ? unit % input.channelCount : Math.floor(unit / length),
  );
}

function range(length: number): Int32Array {
  return Int32Array.from({ length }, (_, i) => i);
}
