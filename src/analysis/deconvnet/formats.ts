/**
 * Which axis of each layer's output counts channels. The recording keeps the framework's shape and the
 * channels' count; where both orders fit (3 channels of 3 × 3), the layers around decide, as they did
 * when it was recorded.
 */
import type { Layer } from '../../protocol/run.js';
import type { DataFormat } from './step.js';

export function formatsOf(layers: readonly Layer[]): DataFormat[] {
  const formats: DataFormat[] = [];
  for (const layer of layers) {
    const own = layer.config['dataFormat'];
    const before = layer.inputs.map((input) => layers[input]).find((one) => one && sameRank(one, layer));
    formats.push(
      layer.format ??
        byShape(layer) ??
        (isFormat(own) ? own : null) ??
        (before ? formats[before.index] : null) ??
        ofConsumer(layers, layer) ??
        'channelsLast',
    );
  }
  return formats;
}

/** Null where the shape leaves it open. */
function byShape({ outputShape, channelCount }: Layer): DataFormat | null {
  if (outputShape.length < 2) return 'channelsLast';
  const [first, last] = [outputShape[0] === channelCount, outputShape.at(-1) === channelCount];
  if (first === last) return null;
  return first ? 'channelsFirst' : 'channelsLast';
}

function ofConsumer(layers: readonly Layer[], { index }: Layer): DataFormat | null {
  const formats = layers.filter(({ inputs }) => inputs.includes(index)).map(({ config }) => config['dataFormat']);
  return formats.find(isFormat) ?? null;
}

function sameRank(a: Layer, b: Layer): boolean {
  return a.outputShape.length === b.outputShape.length;
}

function isFormat(value: unknown): value is DataFormat {
  return value === 'channelsFirst' || value === 'channelsLast';
}
