/** How many weights a layer loses when the last axis of its input or its output shrinks, from their recorded shapes. */
import { isRecurrentWeight, normalizesChannels, weightAxes } from '../../frameworks/tfjs/weightLayouts.js';
import type { Layer } from '../../protocol/run.js';
import type { AxisChange } from './channelFlow.js';

export function parametersSaved(layer: Layer, input: AxisChange | null, output: AxisChange | null): number {
  return layer.weights.reduce(
    (sum, { name, shape, layout }) =>
      sum + (isStatistic(name) ? 0 : product(shape) * lostShare(layer, name, shape, layout, input, output)),
    0,
  );
}

/** The share of one weight's values that goes. */
function lostShare(
  layer: Layer,
  name: string,
  shape: readonly number[],
  layout: string | undefined,
  input: AxisChange | null,
  output: AxisChange | null,
): number {
  if (isRecurrentWeight(layer, name)) return 0;
  if (layer.kind === 'normalization' && layout === undefined && !normalizesChannels(layer)) return 0;
  const { inAxis, outAxis } = layout === undefined ? weightAxes(layer, name, shape.length) : axesOf(layout);
  const incoming = inAxis === null ? undefined : shape[inAxis];
  // The pointwise kernel after a depth multiplier takes that many times the channels.
  const lostIn = input && incoming !== undefined && incoming % input.before === 0 ? share(input) : 0;
  const lostOut = output && outAxis !== null && shape[outAxis] === output.before ? share(output) : 0;
  return 1 - (1 - lostIn) * (1 - lostOut);
}

/** PyTorch counts the statistics of a normalization among no parameters. */
function isStatistic(name: string): boolean {
  return /^(?:running_mean|running_var|num_batches_tracked)$/.test(name);
}

/** From a letter an axis: "OIHW". A bias or scale has one, "C". */
function axesOf(layout: string): { inAxis: number | null; outAxis: number | null } {
  const [inAxis, outAxis] = [layout.indexOf('I'), layout.search(/[OC]/)];
  return { inAxis: inAxis < 0 ? null : inAxis, outAxis: outAxis < 0 ? null : outAxis };
}

function share({ before, after }: AxisChange): number {
  return 1 - after / before;
}

function product(shape: readonly number[]): number {
  return shape.reduce((all, size) => all * size, 1);
}
