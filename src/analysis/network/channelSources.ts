/**
 * Which channels of shown layers arrive at the channels of any layer: through pools and normalisations
 * one by one, through Flatten unit by unit, through Concatenate side by side.
 */
import type { Layer } from '../../protocol/run.js';
import { isShown } from './networkNodes.js';

/** `channels[c]` is the shown layer's channel that channel c carries, −1 for none; null where they mix. */
export interface ChannelSource {
  readonly layer: number;
  readonly channels: Int32Array | null;
}

/** What each layer's output carries, by layer. */
export function channelSources(layers: readonly Layer[]): (readonly ChannelSource[])[] {
  const all: (readonly ChannelSource[])[] = [];
  for (const layer of layers) {
    all.push(
      isShown(layer) ? [{ layer: layer.index, channels: range(layer.channelCount) }] : folded(layer, layers, all),
    );
  }
  return all;
}

function folded(layer: Layer, layers: readonly Layer[], known: readonly (readonly ChannelSource[])[]): ChannelSource[] {
  const parts = channelsOfInputs(layer, layers);
  return layer.inputs.flatMap((input, i) =>
    known[input].map((source) => ({ layer: source.layer, channels: through(parts[i], source.channels) })),
  );
}

function through(part: Int32Array | null, channels: Int32Array | null): Int32Array | null {
  return part && channels && part.map((channel) => (channel < 0 ? -1 : channels[channel]));
}

/** For each input, the channel of it that each of the layer's own channels carries. */
function channelsOfInputs(layer: Layer, layers: readonly Layer[]): (Int32Array | null)[] {
  const inputs = layer.inputs.map((index) => layers[index]);
  if (layer.className === 'Concatenate') return concatenated(layer, inputs);
  return inputs.map((input) => {
    if (layer.className === 'Flatten') return flattened(layer, input);
    const keeps = layer.kind !== 'reshape' || /^(UpSampling|ZeroPadding|Cropping)/.test(layer.className);
    return keeps && layer.channelCount === input.channelCount ? range(layer.channelCount) : null;
  });
}

function concatenated({ channelCount }: Layer, inputs: readonly Layer[]): (Int32Array | null)[] {
  const total = inputs.reduce((sum, input) => sum + input.channelCount, 0);
  if (total !== channelCount) return inputs.map(() => null);
  let from = 0;
  return inputs.map((input) => {
    const first = from;
    from += input.channelCount;
    return Int32Array.from({ length: total }, (_, c) => (c >= first && c < from ? c - first : -1));
  });
}

/** Units in row-major order of the framework's own axes. */
function flattened({ channelCount, config }: Layer, input: Layer): Int32Array {
  if (input.mapShape.length === 0) return range(channelCount);
  const channelsLast = input.outputShape.at(-1) === input.channelCount || config['dataFormat'] === 'channelsFirst';
  const length = channelCount / input.channelCount;
  return Int32Array.from({ length: channelCount }, (_, unit) =>
    channelsLast ? unit % input.channelCount : Math.floor(unit / length),
  );
}

function range(length: number): Int32Array {
  return Int32Array.from({ length }, (_, i) => i);
}
