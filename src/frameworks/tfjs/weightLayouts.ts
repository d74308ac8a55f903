/** How TensorFlow.js lays out a layer's weights: which axis counts the channels that come in, and which those that go out. */
import type { Layer } from '../../protocol/run.js';

interface WeightAxes {
  readonly inAxis: number | null;
  readonly outAxis: number | null;
}

export function weightAxes({ className, kind }: Layer, name: string, rank: number): WeightAxes {
  const last = rank - 1;
  // Biases and statistics; the slopes of a PReLU are one for each value of a map.
  if (rank === 1 || kind === 'activation' || kind === 'normalization') return { inAxis: null, outAxis: last };
  // (…, channels, multiplier)
  if (className === 'DepthwiseConv2D' || name.includes('depthwise')) return { inAxis: last - 1, outAxis: null };
  // Kernels are (…, in, out); those of transposed convolutions (…, out, in).
  return className.endsWith('Transpose') ? { inAxis: last, outAxis: last - 1 } : { inAxis: last - 1, outAxis: last };
}

/** Those of a recurrent layer's own state, which no input changes. */
export function isRecurrentWeight({ kind }: Layer, name: string): boolean {
  return kind === 'recurrent' && name.includes('recurrent');
}

/** Statistics of another axis than the last stay as they are. */
export function normalizesChannels({ config, outputShape }: Layer): boolean {
  const axes = [config['axis'] ?? -1].flat();
  return axes.includes(-1) || axes.includes(outputShape.length);
}
