/**
 * The step of each operation. What has none is refused: a projection through a layer that is not known, or not linear
 * but for its switches, would show something that nobody has defined.
 */
import type { Activation, Kernel, Operation, WindowOptions } from '../../frameworks/operation.js';
import { activationStep, affineStep, parametricStep } from './activations.js';
import { convolutionStep, depthwiseStep, transposedConvolutionStep } from './convolution.js';
import { toChannelsFirst, toChannelsLast } from './gather.js';
import { contradiction, onlyInput, optionalWeight, refused, sameShape, weight, type LayerFacts } from './layerFacts.js';
import { concatenate, maximum, sum } from './mergeSteps.js';
import { averagePoolStep, global, maxPoolStep } from './pooling.js';
import { padding, permute, repeatVector, reshape, upSampling } from './reshapeSteps.js';
import { chain, channelsOf, IDENTITY, sizeOf, spatialSizes, wholeField, type Step } from './step.js';
import { windowsOver, type Windows } from './windows.js';

type Of<Name extends Operation['op']> = Extract<Operation, { readonly op: Name }>;

/**
 * Throws an `unsupported` Failure for a layer that nothing can be projected through, `damaged` where
 * what the recording says of it does not fit together.
 */
export function stepOf(facts: LayerFacts): Step {
  const { operation, layer } = facts;
  switch (operation.op) {
    case 'kernel':
      return kernelStep(facts, operation);
    case 'pool':
      return pooling(facts, operation);
    case 'globalPool':
      return globalPooling(facts, operation);
    case 'normalize':
      return normalization(facts, operation);
    case 'activation':
      return activation(facts, operation.activation);
    case 'slopes':
      return parametricRectifier(facts, operation);
    case 'identity':
      return IDENTITY;
    case 'reshape':
      return reshape(facts);
    case 'permute':
      return permute(facts, operation.axes);
    case 'repeat':
      return repeatVector(facts);
    case 'pad':
      return padding(facts, operation.before, operation.after);
    case 'upsample':
      return upSampling(facts, operation.factors);
    case 'add':
      return sum(facts, operation.factors);
    case 'maximum':
      return maximum(facts);
    case 'concatenate':
      return concatenate(facts, operation.axis);
    case 'affine':
      onlyInput(facts);
      return affineStep(
        () => operation.factor,
        () => operation.offset,
      );
    case 'unknown':
      throw operation.isDamaged ? contradiction(layer, operation.reason) : refused(layer, operation.reason);
  }
}

function activation({ layer, isTarget }: LayerFacts, what: Activation): Step {
  const step = activationStep(what, isTarget ? 'from' : 'through', layer.outputShape);
  if (step) return step;
  throw refused(
    layer,
    `a projection passes only through rectifiers (relu, leaky relu, prelu) and linear layers, but its activation is ${what.name}`,
  );
}

/** The channels-last core of a layer between the framework's own orders, then `end`. */
function withFormat(facts: LayerFacts, core: Step, windows: Windows, channels: number, end: Step = IDENTITY): Step {
  const { shape, space } = onlyInput(facts);
  const outputSpace = windows.output.slice(3 - space.length);
  checkOutput(facts, facts.format === 'channelsFirst' ? [channels, ...outputSpace] : [...outputSpace, channels]);
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

function kernelStep(facts: LayerFacts, { kernel, windows, activation: what }: Of<'kernel'>): Step {
  if (!windows) return dense(facts, kernel, what);
  const { channels } = onlyInput(facts);
  const outputChannels = channelsOf(facts.layer.outputShape, facts.format);
  if (channels % kernel.groups !== 0 || outputChannels % kernel.groups !== 0)
    throw contradiction(facts.layer, `${channels} → ${outputChannels} channels are not ${kernel.groups} groups`);
  const end = activation(facts, what);
  if (kernel.form === 'transposed') return transposedConvolution(facts, kernel, windows, end);
  if (kernel.form === 'depthwise' || kernel.form === 'separable') return depthwise(facts, kernel, windows, end);
  return convolution(facts, kernel, windows, end);
}

function convolution(facts: LayerFacts, kernel: Kernel, options: WindowOptions, end: Step): Step {
  const { space, channels } = onlyInput(facts);
  const { groups } = kernel;
  const windows = windowsOver(space, options);
  const outputChannels = channelsOf(facts.layer.outputShape, facts.format);
  const shape = [...options.kernel, channels / groups, outputChannels];
  const values = weight(facts, kernel.name, shape, kernel.axes);
  const bias = optionalWeight(facts, kernel.bias, [outputChannels]);
  const core = convolutionStep({ windows, inputChannels: channels, outputChannels, groups, kernel: values }, bias);
  return withFormat(facts, core, windows, outputChannels, end);
}

/** The convolution that it transposes goes from its output to its input. */
function transposedConvolution(facts: LayerFacts, kernel: Kernel, options: WindowOptions, end: Step): Step {
  const { layer, format } = facts;
  const { space, shape, channels } = onlyInput(facts);
  const { groups } = kernel;
  const outputSpace = spatialSizes(layer.outputShape, format);
  const outputChannels = channelsOf(layer.outputShape, format);
  const windows = windowsOver(outputSpace, options);
  if (!sameShape(windows.output.slice(3 - space.length), space)) {
    throw contradiction(layer, `its output ${outputSpace.join('×')} is not what its input ${space.join('×')} becomes`);
  }
  const stored = [...options.kernel, outputChannels / groups, channels];
  const values = weight(facts, kernel.name, stored, kernel.axes);
  const bias = optionalWeight(facts, kernel.bias, [outputChannels]);
  const filters = { windows, inputChannels: outputChannels, outputChannels: channels, groups, kernel: values };
  const core = transposedConvolutionStep(filters, bias);
  if (format === 'channelsLast') return chain([core, end]);
  return chain([toChannelsLast(shape), core, toChannelsFirst([...outputSpace, outputChannels]), end]);
}

/** A separable convolution mixes the channels behind it, at every place by itself. */
function depthwise(facts: LayerFacts, kernel: Kernel, options: WindowOptions, end: Step): Step {
  const { space, channels } = onlyInput(facts);
  const windows = windowsOver(space, options);
  const stored = facts.weights.find(({ name }) => name === kernel.name);
  const multiplier = stored?.shape.at(-1) ?? 1;
  const between = channels * multiplier;
  const values = weight(facts, kernel.name, [...options.kernel, channels, multiplier]);
  const filters = { windows, channels, multiplier, kernel: values };
  const outputChannels = channelsOf(facts.layer.outputShape, facts.format);
  const bias = optionalWeight(facts, kernel.bias, [outputChannels]);
  if (kernel.pointwise === undefined) return withFormat(facts, depthwiseStep(filters, bias), windows, between, end);
  const point = {
    windows: pointWindows(sizeOf(windows.output)),
    inputChannels: between,
    outputChannels,
    groups: 1,
    kernel: weight(facts, kernel.pointwise, [...space.map(() => 1), between, outputChannels]),
  };
  const core = chain([depthwiseStep(filters, null), { ...convolutionStep(point, bias), field: (field) => [field] }]);
  return withFormat(facts, core, windows, outputChannels, end);
}

/** Every place by itself. */
function pointWindows(places: number): Windows {
  return windowsOver([places], { kernel: [1], stride: [1], dilation: [1], padding: 'valid' });
}

/** Along the last axis, at every place of the others; a unit of a vector sees all of it. */
function dense(facts: LayerFacts, kernel: Kernel, what: Activation): Step {
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
      groups: 1,
      kernel: weight(facts, kernel.name, [inputs, units], kernel.axes),
    },
    optionalWeight(facts, kernel.bias, [units]),
  );
  return chain([{ ...core, field: (field) => [field] }, activation(facts, what)]);
}

function pooling(facts: LayerFacts, { of, windows: options, divisor }: Of<'pool'>): Step {
  const { space, channels } = onlyInput(facts);
  const windows = windowsOver(space, options);
  const core = of === 'maximum' ? maxPoolStep(windows, channels) : averagePoolStep(windows, channels, divisor);
  return withFormat(facts, core, windows, channels);
}

/** Its units see the whole map. */
function globalPooling(facts: LayerFacts, { of, keepsAxes }: Of<'globalPool'>): Step {
  const { shape, space, channels, format } = onlyInput(facts);
  const ones = space.map(() => 1);
  const windows = windowsOver(space, { kernel: space, stride: ones, dilation: ones, padding: 'valid' });
  checkOutput(facts, !keepsAxes ? [channels] : format === 'channelsFirst' ? [channels, ...ones] : [...ones, channels]);
  const pool = of === 'maximum' ? maxPoolStep(windows, channels) : averagePoolStep(windows, channels);
  const core = global(pool, wholeField(shape, format));
  return format === 'channelsLast' ? core : chain([toChannelsLast(shape), core]);
}

/** With the moving statistics of the epoch, as in inference: a scale and an offset a channel. */
function normalization(facts: LayerFacts, { axis, epsilon, ...names }: Of<'normalize'>): Step {
  const { shape } = onlyInput(facts);
  const size = shape[axis];
  if (size === undefined) throw contradiction(facts.layer, `its axis is ${String(facts.layer.config['axis'])}`);
  const inner = sizeOf(shape.slice(axis + 1));
  const [mean, variance] = [weight(facts, names.mean, [size]), weight(facts, names.variance, [size])];
  const gamma = optionalWeight(facts, names.scale, [size]);
  const beta = optionalWeight(facts, names.offset, [size]);
  const scale = Float64Array.from(variance, (value, i) => (gamma?.[i] ?? 1) / Math.sqrt(value + epsilon));
  const offset = Float64Array.from(mean, (value, i) => (beta?.[i] ?? 0) - value * scale[i]);
  const channelAt = (at: number): number => Math.floor(at / inner) % size;
  return affineStep(
    (at) => scale[channelAt(at)],
    (at) => offset[channelAt(at)],
  );
}

/** Slopes by place; axes that share theirs have size 1. */
function parametricRectifier(facts: LayerFacts, { weight: name, shape: slopes }: Of<'slopes'>): Step {
  const { shape } = onlyInput(facts);
  const stored = facts.weights.find((one) => one.name === name)?.shape ?? slopes;
  // PyTorch keeps its slopes without the axes that share them.
  const alpha = weight(facts, name, sizeOf(stored) === sizeOf(slopes) ? stored : slopes);
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
