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
  const rank = shape.length;
  if (layer.kind === 'recurrent' && name.includes('recurrent')) return 0;
  // Kernels are (…, in, out); those of transposed convolutions (…, out, in).
  const isTransposed = layer.className.endsWith('Transpose');
  const outAxis = isTransposed && rank > 1 ? rank - 2 : rank - 1;
  const inAxis = isTransposed ? rank - 1 : rank - 2;
  const isDepthwise = layer.className === 'DepthwiseConv2D' || name.includes('depthwise');
  const lostIn = input && rank > 1 && shape[inAxis] === input.before ? share(input) : 0;
  const lostOut = output && !(isDepthwise && rank > 1) && shape[outAxis] === output.before ? share(output) : 0;
  return 1 - (1 - lostIn) * (1 - lostOut);
}

function share({ before, after }: AxisChange): number {
  return 1 - after / before;
}

function product(shape: readonly number[]): number {
  return shape.reduce((all, size) => all * size, 1);
}
