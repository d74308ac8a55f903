/**
 * The step of each TensorFlow.js layer class. What is not here is refused: a projection through a layer
 * that is not known, or not linear but for its switches, would show something that nobody has defined.
 */
import { activationStep, affineStep, boundedRectifier, leakyStep, parametricStep } from './activations.js';
import { convolutionStep, depthwiseStep, transposedConvolutionStep } from './convolution.js';
import { toChannelsFirst, toChannelsLast } from './gather.js';
import {
  contradiction,
  numberOf,
  onlyInput,
  optionalWeight,
  refused,
  sameShape,
  weight,
  windowOptions,
  type LayerFacts,
} from './layerFacts.js';
import { MERGES } from './mergeSteps.js';
import { averagePoolStep, global, maxPoolStep } from './pooling.js';
import { RESHAPES } from './reshapeSteps.js';
import { chain, channelsOf, IDENTITY, sizeOf, spatialSizes, wholeField, type Step } from './step.js';
import { windowsOver, type Windows } from './windows.js';

type Builder = (facts: LayerFacts) => Step;

const STEPS: Readonly<Record<string, Builder>> = {
  Conv1D: convolution,
  Conv2D: convolution,
  Conv3D: convolution,
  Conv2DTranspose: transposedConvolution,
  Conv3DTranspose: transposedConvolution,
  DepthwiseConv2D: depthwise,
  SeparableConv2D: separable,
  Dense: dense,
  MaxPooling1D: (facts) => pooling(facts, maxPoolStep),
  MaxPooling2D: (facts) => pooling(facts, maxPoolStep),
  MaxPooling3D: (facts) => pooling(facts, maxPoolStep),
  AveragePooling1D: (facts) => pooling(facts, averagePoolStep),
  AveragePooling2D: (facts) => pooling(facts, averagePoolStep),
  AveragePooling3D: (facts) => pooling(facts, averagePoolStep),
  GlobalMaxPooling1D: (facts) => globalPooling(facts, maxPoolStep),
  GlobalMaxPooling2D: (facts) => globalPooling(facts, maxPoolStep),
  GlobalAveragePooling1D: (facts) => globalPooling(facts, averagePoolStep),
  GlobalAveragePooling2D: (facts) => globalPooling(facts, averagePoolStep),
  BatchNormalization: batchNormalization,
  Activation: (facts) => activation(facts, textOf(facts, 'activation')),
  ReLU: (facts) => boundedRectifier(facts.layer.config['maxValue'] == null ? null : numberOf(facts, 'maxValue', 0)),
  LeakyReLU: (facts) => leakyStep(numberOf(facts, 'alpha', 0.3)),
  PReLU: parametricRectifier,
  Softmax: (facts) => activation(facts, 'softmax'),
  ELU: (facts) => activation(facts, 'elu'),
  Dropout: () => IDENTITY,
  SpatialDropout1D: () => IDENTITY,
  GaussianNoise: () => IDENTITY,
  GaussianDropout: () => IDENTITY,
  AlphaDropout: () => IDENTITY,
  ...RESHAPES,
  ...MERGES,
};

/**
 * Throws an `unsupported` Failure for a layer that nothing can be projected through, `damaged` where
 * what the recording says of it does not fit together.
 */
export function stepOf(facts: LayerFacts): Step {
  const { layer } = facts;
  if (!Object.hasOwn(STEPS, layer.className)) {
    throw refused(layer, 'a deconvnet is not defined for this kind of layer');
  }
  return STEPS[layer.className](facts);
}

function textOf({ layer }: LayerFacts, key: string): string {
  const value = layer.config[key] ?? 'linear';
  if (typeof value !== 'string') throw contradiction(layer, `its ${key} is ${JSON.stringify(value)}`);
  return value;
}

function activation({ layer, isTarget, format }: LayerFacts, name: string): Step {
  if (name === 'softmax' && format === 'channelsFirst') throw refused(layer, 'its softmax runs along a spatial axis');
  const step = activationStep(name, isTarget ? 'from' : 'through', channelsOf(layer.outputShape, 'channelsLast'));
  if (step) return step;
  throw refused(
    layer,
    `a projection passes only through rectifiers (relu, leaky relu, prelu) and linear layers, but its activation is ${name}`,
  );
}

/** The channels-last core of a layer between the framework's own orders, then its activation. */
function withFormat(facts: LayerFacts, core: Step, windows: Windows, channels: number): Step {
  const { shape, space } = onlyInput(facts);
  const outputSpace = windows.output.slice(3 - space.length);
  checkOutput(facts, facts.format === 'channelsFirst' ? [channels, ...outputSpace] : [...outputSpace, channels]);
  const end = activation(facts, textOf(facts, 'activation'));
  if (facts.format === 'channelsLast') return chain([core, end]);
  return chain([toChannelsLast(shape), core, toChannelsFirst([...outputSpace, channels]), end]);
}

function checkOutput({ layer }: LayerFacts, expected: readonly number[]): void {
  if (sameShape(layer.outputShape, expected)) return;
  throw contradiction(
    layer,
    `its output is ${layer.outputShape.join('×')}, but its configuration gives ${expected.join('×')}`,
  );
}

function convolution(facts: LayerFacts): Step {
  const { space, channels } = onlyInput(facts);
  const options = windowOptions(facts, 'kernelSize', space.length);
  const windows = windowsOver(space, options);
  const outputChannels = channelsOf(facts.layer.outputShape, facts.format);
  const kernel = weight(facts, 'kernel', [...options.kernel, channels, outputChannels]);
  const bias = optionalWeight(facts, 'bias', [outputChannels]);
  const core = convolutionStep({ windows, inputChannels: channels, outputChannels, kernel }, bias);
  return withFormat(facts, core, windows, outputChannels);
}

/** The convolution that it transposes goes from its output to its input. */
function transposedConvolution(facts: LayerFacts): Step {
  const { layer, format } = facts;
  const { space, shape, channels } = onlyInput(facts);
  const options = windowOptions(facts, 'kernelSize', space.length);
  const outputSpace = spatialSizes(layer.outputShape, format);
  const outputChannels = channelsOf(layer.outputShape, format);
  const windows = windowsOver(outputSpace, options);
  if (!sameShape(windows.output.slice(3 - space.length), space)) {
    throw contradiction(layer, `its output ${outputSpace.join('×')} is not what its input ${space.join('×')} becomes`);
  }
  const kernel = weight(facts, 'kernel', [...options.kernel, outputChannels, channels]);
  const bias = optionalWeight(facts, 'bias', [outputChannels]);
  const filters = { windows, inputChannels: outputChannels, outputChannels: channels, kernel };
  const core = transposedConvolutionStep(filters, bias);
  const end = activation(facts, textOf(facts, 'activation'));
  if (format === 'channelsLast') return chain([core, end]);
  return chain([toChannelsLast(shape), core, toChannelsFirst([...outputSpace, outputChannels]), end]);
}

function depthwise(facts: LayerFacts): Step {
  const { space, channels } = onlyInput(facts);
  const options = windowOptions(facts, 'kernelSize', space.length);
  const windows = windowsOver(space, options);
  const multiplier = numberOf(facts, 'depthMultiplier', 1);
  const kernel = weight(facts, 'depthwise_kernel', [...options.kernel, channels, multiplier]);
  const bias = optionalWeight(facts, 'bias', [channels * multiplier]);
  return withFormat(
    facts,
    depthwiseStep({ windows, channels, multiplier, kernel }, bias),
    windows,
    channels * multiplier,
  );
}

function separable(facts: LayerFacts): Step {
  const { space, channels } = onlyInput(facts);
  const options = windowOptions(facts, 'kernelSize', space.length);
  const windows = windowsOver(space, options);
  const multiplier = numberOf(facts, 'depthMultiplier', 1);
  const between = channels * multiplier;
  const outputChannels = channelsOf(facts.layer.outputShape, facts.format);
  const kernel = weight(facts, 'depthwise_kernel', [...options.kernel, channels, multiplier]);
  const points = weight(facts, 'pointwise_kernel', [...space.map(() => 1), between, outputChannels]);
  const bias = optionalWeight(facts, 'bias', [outputChannels]);
  const point = {
    windows: pointWindows(sizeOf(windows.output)),
    inputChannels: between,
    outputChannels,
    kernel: points,
  };
  const core = chain([
    depthwiseStep({ windows, channels, multiplier, kernel }, null),
    { ...convolutionStep(point, bias), field: (field) => [field] },
  ]);
  return withFormat(facts, core, windows, outputChannels);
}

/** Every place by itself. */
function pointWindows(places: number): Windows {
  return windowsOver([places], { kernel: [1], stride: [1], dilation: [1], padding: 'valid' });
}

/** Along the last axis, at every place of the others; a unit of a vector sees all of it. */
function dense(facts: LayerFacts): Step {
  const { shape } = onlyInput(facts);
  const inputs = shape.at(-1) ?? 1;
  const units = facts.layer.outputShape.at(-1) ?? 1;
  checkOutput(facts, [...shape.slice(0, -1), units]);
  if (shape.length > 1 && facts.format === 'channelsFirst') {
    throw refused(facts.layer, 'it runs along a spatial axis of channels-first maps');
  }
  const core = convolutionStep(
    {
      windows: pointWindows(sizeOf(shape.slice(0, -1))),
      inputChannels: inputs,
      outputChannels: units,
      kernel: weight(facts, 'kernel', [inputs, units]),
    },
    optionalWeight(facts, 'bias', [units]),
  );
  return chain([{ ...core, field: (field) => [field] }, activation(facts, textOf(facts, 'activation'))]);
}

type Pool = (windows: Windows, channels: number) => Step;

function pooling(facts: LayerFacts, pool: Pool): Step {
  const { space, channels } = onlyInput(facts);
  const windows = windowsOver(space, windowOptions(facts, 'poolSize', space.length));
  return withFormat(facts, pool(windows, channels), windows, channels);
}

function globalPooling(facts: LayerFacts, pool: Pool): Step {
  const { shape, space, channels, format } = onlyInput(facts);
  const ones = space.map(() => 1);
  const windows = windowsOver(space, { kernel: space, stride: ones, dilation: ones, padding: 'valid' });
  checkOutput(facts, [channels]);
  const core = global(pool(windows, channels), wholeField(shape, format));
  return format === 'channelsLast' ? core : chain([toChannelsLast(shape), core]);
}

/** With the moving statistics of the epoch, as in inference: a scale and an offset a channel. */
function batchNormalization(facts: LayerFacts): Step {
  const { shape } = onlyInput(facts);
  const axis = axisWithoutBatch(numberOf(facts, 'axis', -1), shape.length);
  const size = shape[axis];
  if (size === undefined) throw contradiction(facts.layer, `its axis is ${String(facts.layer.config['axis'])}`);
  const inner = sizeOf(shape.slice(axis + 1));
  const epsilon = numberOf(facts, 'epsilon', 1e-3);
  const [mean, variance] = [weight(facts, 'moving_mean', [size]), weight(facts, 'moving_variance', [size])];
  const gamma = optionalWeight(facts, 'gamma', [size]);
  const beta = optionalWeight(facts, 'beta', [size]);
  const scale = Float64Array.from(variance, (value, i) => (gamma?.[i] ?? 1) / Math.sqrt(value + epsilon));
  const offset = Float64Array.from(mean, (value, i) => (beta?.[i] ?? 0) - value * scale[i]);
  const channelAt = (at: number): number => Math.floor(at / inner) % size;
  return affineStep(
    (at) => scale[channelAt(at)],
    (at) => offset[channelAt(at)],
  );
}

/** Axes of a configuration count the batch as 0; negative ones count from the end. */
function axisWithoutBatch(axis: number, rank: number): number {
  return axis < 0 ? rank + axis : axis - 1;
}

/** Slopes by place; axes that share theirs have size 1. */
function parametricRectifier(facts: LayerFacts): Step {
  const { shape } = onlyInput(facts);
  const shared = [facts.layer.config['sharedAxes'] ?? []]
    .flat()
    .map((axis) => axisWithoutBatch(Number(axis), shape.length));
  const slopes = shape.map((size, axis) => (shared.includes(axis) ? 1 : size));
  const alpha = weight(facts, 'alpha', slopes);
  return parametricStep((at) => {
    let [rest, place, stride] = [at, 0, 1];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const index = rest % shape[axis];
      rest = Math.floor(rest / shape[axis]);
      if (slopes[axis] > 1) place += index * stride;
      stride *= slopes[axis];
    }
    return alpha[place];
  });
}
