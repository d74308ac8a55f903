/** Σ w⁺ and Σ |w⁻| between the input channels and the channels of a layer, summed over a kernel's places. */
import type { Layer } from '../../protocol/run.js';

export interface NamedWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}

/** (input, output), row-major. */
export interface SignedWeights {
  readonly inputCount: number;
  readonly outputCount: number;
  readonly positive: Float64Array;
  readonly negative: Float64Array;
}

/** Null for a layer whose weights do not lead from channels to channels. Weights of NaN count as 0. */
export function signedWeights(layer: Layer, weights: readonly NamedWeight[]): SignedWeights | null {
  const named = (ending: string): NamedWeight | undefined => weights.find(({ name }) => name.endsWith(ending));
  const depthwise = named('depthwise_kernel');
  if (depthwise) {
    const own = ofDepthwise(depthwise);
    const pointwise = named('pointwise_kernel');
    return pointwise ? product(own, ofDense(pointwise)) : own;
  }
  const kernel = weights.find(({ name }) => /(^|\/)kernel$/.test(name));
  if (!kernel || kernel.shape.length < 2) return null;
  if (/Transpose$/.test(layer.className)) return flipped(ofDense(kernel));
  if (layer.kind === 'recurrent') return overGates(ofDense(kernel), layer.channelCount);
  return ofDense(kernel);
}

function emptyWeights(inputCount: number, outputCount: number): SignedWeights {
  const length = inputCount * outputCount;
  return { inputCount, outputCount, positive: new Float64Array(length), negative: new Float64Array(length) };
}

function add({ positive, negative }: SignedWeights, at: number, value: number): void {
  if (value > 0) positive[at] += value;
  else if (value < 0) negative[at] -= value;
}

/** (…places, input, output) */
function ofDense({ shape, values }: NamedWeight): SignedWeights {
  const [inputCount, outputCount] = shape.slice(-2) as [number, number];
  const sums = emptyWeights(inputCount, outputCount);
  const length = inputCount * outputCount;
  for (let i = 0; i < values.length; i++) add(sums, i % length, values[i]);
  return sums;
}

/** (…places, input, multiplier): output = input · multipliers + multiplier. */
function ofDepthwise({ shape, values }: NamedWeight): SignedWeights {
  const [inputCount, multipliers] = shape.slice(-2) as [number, number];
  const outputCount = inputCount * multipliers;
  const sums = emptyWeights(inputCount, outputCount);
  for (let i = 0; i < values.length; i++) {
    const output = i % outputCount;
    add(sums, Math.floor(output / multipliers) * outputCount + output, values[i]);
  }
  return sums;
}

/** Of two layers in a row: like signs make positive paths. */
function product(a: SignedWeights, b: SignedWeights): SignedWeights {
  const sums = emptyWeights(a.inputCount, b.outputCount);
  for (let i = 0; i < a.inputCount; i++) {
    for (let m = 0; m < a.outputCount; m++) {
      const [plus, minus] = [a.positive[i * a.outputCount + m], a.negative[i * a.outputCount + m]];
      if (plus === 0 && minus === 0) continue;
      for (let o = 0; o < b.outputCount; o++) {
        const [p, n] = [b.positive[m * b.outputCount + o], b.negative[m * b.outputCount + o]];
        sums.positive[i * b.outputCount + o] += plus * p + minus * n;
        sums.negative[i * b.outputCount + o] += plus * n + minus * p;
      }
    }
  }
  return sums;
}

function flipped({ inputCount, outputCount, positive, negative }: SignedWeights): SignedWeights {
  const turn = (values: Float64Array): Float64Array =>
    values.map((_, at) => values[(at % inputCount) * outputCount + Math.floor(at / inputCount)]);
  return { inputCount: outputCount, outputCount: inputCount, positive: turn(positive), negative: turn(negative) };
}

/** The gates of a recurrent layer lie side by side along the outputs. */
function overGates({ inputCount, outputCount, positive, negative }: SignedWeights, units: number): SignedWeights {
  const sums = emptyWeights(inputCount, units);
  for (let at = 0; at < positive.length; at++) {
    const to = Math.floor(at / outputCount) * units + ((at % outputCount) % units);
    sums.positive[to] += positive[at];
    sums.negative[to] += negative[at];
  }
  return sums;
}
