/** Σ w⁺ and Σ |w⁻| between the input channels and the channels of a layer, summed over a kernel's places. */
import type { RecordedModel } from '../../frameworks/operation.js';
import { kernelOf } from '../../frameworks/operationOf.js';
import type { Layer } from '../../protocol/run.js';
import { permuted } from '../deconvnet/gather.js';

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
export function signedWeights(
  layer: Layer,
  weights: readonly NamedWeight[],
  framework?: RecordedModel['framework'],
): SignedWeights | null {
  const kernel = kernelOf(framework, layer, layer.weights);
  const named = (name: string | undefined): NamedWeight | undefined => weights.find((one) => one.name === name);
  const stored = named(kernel?.name);
  if (!kernel || !stored || stored.shape.length < 2) return null;
  const own = kernel.axes ? permutedWeight(stored, kernel.axes) : stored;
  switch (kernel.form) {
    case 'depthwise':
      return ofDepthwise(own);
    case 'separable': {
      const pointwise = named(kernel.pointwise);
      return pointwise ? product(ofDepthwise(own), ofDense(pointwise, 1)) : null;
    }
    case 'transposed':
      return flipped(ofDense(own, kernel.groups));
    case 'recurrent':
      return overGates(ofDense(own, 1), layer.channelCount);
    default:
      return ofDense(own, kernel.groups);
  }
}

function permutedWeight({ name, shape, values }: NamedWeight, axes: readonly number[]): NamedWeight {
  return { name, shape: axes.map((axis) => shape[axis]), values: permuted(Float32Array.from(values), shape, axes) };
}

function emptyWeights(inputCount: number, outputCount: number): SignedWeights {
  const length = inputCount * outputCount;
  return { inputCount, outputCount, positive: new Float64Array(length), negative: new Float64Array(length) };
}

function add({ positive, negative }: SignedWeights, at: number, value: number): void {
  if (value > 0) positive[at] += value;
  else if (value < 0) negative[at] -= value;
}

/** (…places, input ÷ groups, output): each group of outputs sees its own inputs. */
function ofDense({ shape, values }: NamedWeight, groups: number): SignedWeights {
  const [groupInputs, outputCount] = shape.slice(-2) as [number, number];
  const sums = emptyWeights(groupInputs * groups, outputCount);
  const groupOutputs = outputCount / groups;
  for (let i = 0; i < values.length; i++) {
    const output = i % outputCount;
    const input = Math.floor(output / groupOutputs) * groupInputs + (Math.floor(i / outputCount) % groupInputs);
    add(sums, input * outputCount + output, values[i]);
  }
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
