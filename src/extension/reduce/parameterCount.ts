/** How many weights a layer loses when the last axis of its input or its output shrinks, from their recorded shapes. */
import { isRecurrentWeight, normalizesChannels, weightAxes } from '../../frameworks/tfjs/weightLayouts.js';
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
  if (isRecurrentWeight(layer, name)) return 0;
  if (layer.kind === 'normalization' && !normalizesChannels(layer)) return 0;
  const { inAxis, outAxis } = weightAxes(layer, name, shape.length);
  const incoming = inAxis === null ? undefined : shape[inAxis];
  // The pointwise kernel after a depth multiplier takes that many times the channels.
  const lostIn = input && incoming !== undefined && incoming % input.before === 0 ? share(input) : 0;
  const lostOut = output && outAxis !== null && shape[outAxis] === output.before ? share(output) : 0;
  return 1 - (1 - lostIn) * (1 - lostOut);
}

function share({ before, after }: AxisChange): number {
  return 1 - after / before;
}

function product(shape: readonly number[]): number {
  return shape.reduce((all, size) => all * size, 1);
}
