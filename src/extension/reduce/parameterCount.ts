/** How many weights a layer loses when the last axis of its input or its output shrinks, from their recorded shapes. */
import type { Layer } from '../../protocol/run.js';
import type { AxisChange } from './channelFlow.js';

export function parametersSaved(layer: Layer, input: AxisChange | null, output: AxisChange | null): number {
  return layer.weights.reduce(
    (sum, { name, shape }) => sum + product(shape) * lostShare(layer, name, shape, input, output),
    0,
  );
}

/** The share of one weight's values that goes. */
function lostShare(
  layer: Layer,
  name: string,
  shape: readonly number[],
  input: AxisChange | null,
  output: AxisChange | null,
): number {
  if (layer.kind === 'recurrent' && name.includes('recurrent')) return 0;
  if (layer.kind === 'normalization' && !normalizesChannels(layer)) return 0;
  const { inAxis, outAxis } = axesOf(layer, name, shape.length);
  const incoming = inAxis === null ? undefined : shape[inAxis];
  // The pointwise kernel after a depth multiplier takes that many times the channels.
  const lostIn = input && incoming !== undefined && incoming % input.before === 0 ? share(input) : 0;
  const lostOut = output && outAxis !== null && shape[outAxis] === output.before ? share(output) : 0;
  return 1 - (1 - lostIn) * (1 - lostOut);
}

interface WeightAxes {
  readonly inAxis: number | null;
  readonly outAxis: number | null;
}

function axesOf({ className, kind }: Layer, name: string, rank: number): WeightAxes {
  const last = rank - 1;
  // Biases and statistics; the slopes of a PReLU are one for each value of a map.
  if (rank === 1 || kind === 'activation' || kind === 'normalization') return { inAxis: null, outAxis: last };
  // (…, channels, multiplier)
  if (className === 'DepthwiseConv2D' || name.includes('depthwise')) return { inAxis: last - 1, outAxis: null };
  // Kernels are (…, in, out); those of transposed convolutions (…, out, in).
  return className.endsWith('Transpose') ? { inAxis: last, outAxis: last - 1 } : { inAxis: last - 1, outAxis: last };
}

/** Statistics of another axis than the last stay as they are. */
function normalizesChannels({ config, outputShape }: Layer): boolean {
  const axes = [config['axis'] ?? -1].flat();
  return axes.includes(-1) || axes.includes(outputShape.length);
}

function share({ before, after }: AxisChange): number {
  return 1 - after / before;
}

function product(shape: readonly number[]): number {
  return shape.reduce((all, size) => all * size, 1);
}
