/**
 * What a layer makes of its input's shape, by the rules of TensorFlow.js: output shape and shapes of weights.
 * Shapes are of one sample, without the batch axis, channels last. Null wherever the text does not decide it:
 * an argument that is computed, a class without a rule here, channels first.
 */
import type { LayerDefinition, LiteralValue } from '../detect/layerDefinition.js';

export type Shape = readonly number[];

export interface ShapedLayer {
  readonly output: Shape;
  readonly weights: readonly Shape[];
}

type Rule = (given: GivenArguments, inputs: readonly Shape[]) => ShapedLayer | null;

/** `inputs` are the outputs of the layers that feed this one; one for all but merging layers. */
export function shapedLayer(definition: LayerDefinition, inputs: readonly Shape[]): ShapedLayer | null {
  const rule = RULES[definition.className] ?? RULES_OF_KIND[definition.kind];
  const given = new GivenArguments(definition);
  if (!rule || definition.open || inputs.length === 0 || given.is('dataFormat', 'channelsFirst')) return null;
  return rule(given, inputs);
}

/** `shape` of an input, or the `inputShape` of a first layer; null where it is not written out. */
export function declaredInput(definition: LayerDefinition): Shape | null {
  const given = new GivenArguments(definition);
  const whole = given.sizes('batchInputShape') ?? given.sizes('batchShape');
  return given.sizes('inputShape') ?? given.sizes('shape') ?? whole?.slice(1) ?? null;
}

/** Arguments as far as the text says them; what it leaves out has TensorFlow.js' default. */
class GivenArguments {
  constructor(readonly definition: LayerDefinition) {}

  /** Undefined where it is left out, null where it is computed. */
  value(key: string): LiteralValue | undefined {
    if (this.definition.computedArguments.includes(key)) return null;
    const { arguments: given } = this.definition;
    return Object.hasOwn(given, key) ? given[key]?.value : undefined;
  }

  is(key: string, value: LiteralValue): boolean {
    return this.value(key) === value;
  }

  /** A size; null where it is computed or no size. */
  size(key: string, fallback: number | null = null): number | null {
    const value = this.value(key);
    return value === undefined ? fallback : isSize(value) ? value : null;
  }

  /** One size for each axis; a single number stands for all. */
  sizesOf(key: string, rank: number, fallback: number | null | Shape = null): Shape | null {
    const value = this.value(key);
    if (value === undefined) return typeof fallback === 'number' ? Array<number>(rank).fill(fallback) : fallback;
    if (isSize(value)) return Array<number>(rank).fill(value);
    return Array.isArray(value) && value.length === rank && value.every(isSize) ? (value as number[]) : null;
  }

  /** A written list of sizes; the batch axis may be null. */
  sizes(key: string): Shape | null {
    const value = this.value(key);
    if (!Array.isArray(value)) return null;
    return value.every((one, axis) => isSize(one) || (one === null && axis === 0 && /^batch/.test(key)))
      ? (value as number[])
      : null;
  }

  /** True or false as written; null where it is computed. */
  flag(key: string, fallback: boolean): boolean | null {
    const value = this.value(key);
    return value === undefined ? fallback : typeof value === 'boolean' ? value : null;
  }
}

function isSize(value: LiteralValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

const unchanged: Rule = (_, [input]) => (input ? { output: input, weights: [] } : null);

function convolution(rank: number): Rule {
  return (given, [input]) => {
    const filters = given.size('filters');
    const kernel = given.sizesOf('kernelSize', rank);
    const space = input && windows(given, input, kernel, given.sizesOf('strides', rank, 1));
    if (!input || !kernel || !space || filters === null) return null;
    return weighted(given, [...space, filters], [[...kernel, channelsOf(input), filters]], filters);
  };
}

const transposed: Rule = (given, [input]) => {
  const filters = given.size('filters');
  const [kernel, strides] = [given.sizesOf('kernelSize', 2), given.sizesOf('strides', 2, 1)];
  if (!input || input.length !== 3 || !kernel || !strides || filters === null) return null;
  const same = isPaddedSame(given);
  if (same === null) return null;
  const space = input
    .slice(0, -1)
    .map((size, axis) => size * at(strides, axis) + (same ? 0 : Math.max(at(kernel, axis) - at(strides, axis), 0)));
  return weighted(given, [...space, filters], [[...kernel, filters, channelsOf(input)]], filters);
};

const depthwise: Rule = (given, [input]) => {
  const multiplier = given.size('depthMultiplier', 1);
  const kernel = given.sizesOf('kernelSize', 2);
  const space = input && windows(given, input, kernel, given.sizesOf('strides', 2, 1));
  if (!input || !kernel || !space || multiplier === null) return null;
  const channels = channelsOf(input) * multiplier;
  return weighted(given, [...space, channels], [[...kernel, channelsOf(input), multiplier]], channels);
};

const separable: Rule = (given, [input]) => {
  const [multiplier, filters] = [given.size('depthMultiplier', 1), given.size('filters')];
  const kernel = given.sizesOf('kernelSize', 2);
  const space = input && windows(given, input, kernel, given.sizesOf('strides', 2, 1));
  if (!input || !kernel || !space || multiplier === null || filters === null) return null;
  const kernels = [
    [...kernel, channelsOf(input), multiplier],
    [1, 1, channelsOf(input) * multiplier, filters],
  ];
  return weighted(given, [...space, filters], kernels, filters);
};

function pool(rank: number): Rule {
  return (given, [input]) => {
    const size = given.sizesOf('poolSize', rank, 2);
    const space = input && windows(given, input, size, given.sizesOf('strides', rank, size));
    return input && space ? { output: [...space, channelsOf(input)], weights: [] } : null;
  };
}

const globalPool: Rule = (_, [input]) => (input ? { output: [channelsOf(input)], weights: [] } : null);

const dense: Rule = (given, [input]) => {
  const units = given.size('units');
  if (!input || units === null) return null;
  return weighted(given, [...input.slice(0, -1), units], [[channelsOf(input), units]], units);
};

/** Gain, offset, and the moving mean and variance, each one a channel. */
const batchNormalization: Rule = (given, [input]) => {
  const [scale, center] = [given.flag('scale', true), given.flag('center', true)];
  const axis = given.value('axis');
  if (!input || scale === null || center === null || (axis !== undefined && axis !== -1)) return null;
  const count = 2 + Number(scale) + Number(center);
  return { output: input, weights: Array.from({ length: count }, () => [channelsOf(input)]) };
};

/** A vector is refused by TensorFlow.js. */
const flatten: Rule = (_, [input]) => (input && input.length > 1 ? { output: [product(input)], weights: [] } : null);

const reshape: Rule = (given, [input]) => {
  const target = given.value('targetShape');
  if (!input || !Array.isArray(target)) return null;
  const isOpen = (one: LiteralValue): boolean => one === null || one === -1;
  const known = product(target.map((one) => (isOpen(one as LiteralValue) ? 1 : Number(one))));
  const output = target.map((one) => (isOpen(one as LiteralValue) ? product(input) / known : Number(one)));
  return output.every(isSize) && product(output) === product(input) ? { output, weights: [] } : null;
};

const upSampling: Rule = (given, [input]) => {
  const size = given.sizesOf('size', 2, 2);
  if (!input || input.length !== 3 || !size) return null;
  return { output: [at(input, 0) * at(size, 0), at(input, 1) * at(size, 1), at(input, 2)], weights: [] };
};

const zeroPadding: Rule = (given, [input]) => {
  const padding = given.value('padding') ?? (given.definition.computedArguments.includes('padding') ? null : 1);
  if (!input || input.length !== 3) return null;
  const [rows, columns] = isSize(padding) ? [2 * padding, 2 * padding] : paddingOf(padding);
  if (rows === undefined || columns === undefined) return null;
  return { output: [at(input, 0) + rows, at(input, 1) + columns, at(input, 2)], weights: [] };
};

/** Rows and columns that `[2, 3]` or `[[1, 2], [3, 4]]` add. */
function paddingOf(padding: LiteralValue | undefined): number[] {
  if (!Array.isArray(padding) || padding.length !== 2) return [];
  return padding.flatMap((one: LiteralValue) => {
    if (isSize(one)) return [2 * one];
    return Array.isArray(one) && one.every(isSize) ? [one.reduce((sum: number, each) => sum + Number(each), 0)] : [];
  });
}

/** Sum, mean, extremes, product: all inputs alike. */
const elementwise: Rule = (_, inputs) => {
  const [first] = inputs;
  const isAlike = inputs.every((input) => input.length === first?.length && input.every((n, i) => n === first[i]));
  return first && inputs.length > 1 && isAlike ? { output: first, weights: [] } : null;
};

const concatenation: Rule = (given, inputs) => {
  const [first] = inputs;
  const axis = given.value('axis');
  if (!first || inputs.length < 2 || (axis !== undefined && axis !== -1 && axis !== first.length)) return null;
  const spaceOf = (input: Shape): string => input.slice(0, -1).join();
  if (inputs.some((input) => spaceOf(input) !== spaceOf(first))) return null;
  const channels = inputs.reduce((sum, input) => sum + channelsOf(input), 0);
  return { output: [...first.slice(0, -1), channels], weights: [] };
};

const RULES: Readonly<Record<string, Rule>> = {
  Conv1D: convolution(1),
  Conv2D: convolution(2),
  Conv3D: convolution(3),
  Conv2DTranspose: transposed,
  DepthwiseConv2D: depthwise,
  SeparableConv2D: separable,
  AveragePooling1D: pool(1),
  MaxPooling1D: pool(1),
  AveragePooling2D: pool(2),
  MaxPooling2D: pool(2),
  AveragePooling3D: pool(3),
  MaxPooling3D: pool(3),
  GlobalAveragePooling1D: globalPool,
  GlobalAveragePooling2D: globalPool,
  GlobalMaxPooling1D: globalPool,
  GlobalMaxPooling2D: globalPool,
  Dense: dense,
  BatchNormalization: batchNormalization,
  Flatten: flatten,
  Reshape: reshape,
  UpSampling2D: upSampling,
  ZeroPadding2D: zeroPadding,
  Add: elementwise,
  Average: elementwise,
  Maximum: elementwise,
  Minimum: elementwise,
  Multiply: elementwise,
  Concatenate: concatenation,
  Activation: unchanged,
  ReLU: unchanged,
  ELU: unchanged,
  LeakyReLU: unchanged,
  ThresholdedReLU: unchanged,
  Softmax: unchanged,
  Rescaling: unchanged,
};

const RULES_OF_KIND: Partial<Readonly<Record<LayerDefinition['kind'], Rule>>> = { dropout: unchanged };

/** How often a window fits along each axis of space: "same" covers all, "valid" stays inside. */
function windows(given: GivenArguments, input: Shape, window: Shape | null, strides: Shape | null): Shape | null {
  const dilation = window && given.sizesOf('dilationRate', window.length, 1);
  const same = isPaddedSame(given);
  if (!window || !strides || !dilation || same === null || input.length !== window.length + 1) return null;
  const space = window.map((size, axis) => {
    const reach = same ? 1 : at(dilation, axis) * (size - 1) + 1;
    return Math.floor((at(input, axis) - reach) / at(strides, axis)) + 1;
  });
  return space.every((size) => Number.isSafeInteger(size) && size > 0) ? space : null;
}

function isPaddedSame(given: GivenArguments): boolean | null {
  const padding = given.value('padding');
  return padding === undefined || padding === 'valid' ? false : padding === 'same' ? true : null;
}

function weighted(given: GivenArguments, output: Shape, kernels: readonly Shape[], biases: number): ShapedLayer | null {
  const hasBias = given.flag('useBias', true);
  return hasBias === null ? null : { output, weights: hasBias ? [...kernels, [biases]] : kernels };
}

function channelsOf(shape: Shape): number {
  return shape[shape.length - 1] ?? 0;
}

function at(sizes: Shape, axis: number): number {
  return sizes[axis] ?? 0;
}

export function product(sizes: Shape): number {
  return sizes.reduce((all, size) => all * size, 1);
}
