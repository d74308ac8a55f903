/** The bounds between which activation functions saturate. */

/** Lower and upper bound; NaN where there is none. */
export type Bounds = readonly [lower: number, upper: number];

/**
 * ReLU and softmax have none here on purpose: a zero of a ReLU is what `zero_fraction` counts, and a
 * confident softmax is no fault.
 */
const BOUNDS: Readonly<Record<string, Bounds>> = {
  sigmoid: [0, 1],
  hardsigmoid: [0, 1],
  tanh: [-1, 1],
  softsign: [-1, 1],
  relu6: [NaN, 6],
  elu: [-1, NaN],
  selu: [-1.0507009873554805 * 1.6732632423543772, NaN],
};

/** Bounds of an activation by TensorFlow.js' or Keras' name ("hardSigmoid", "hard_sigmoid"). */
export function activationBounds(activation: string | null): Bounds {
  return BOUNDS[(activation ?? '').replaceAll('_', '').toLowerCase()] ?? [NaN, NaN];
}

/**
 * Values at or below the first and at or above the second number are saturated: within 1 % of the
 * distance between the bounds, or of the bound itself where there is only one. NaN compares false.
 */
export function saturationThresholds([lower, upper]: Bounds): Bounds {
  const width = upper - lower;
  const lowerMargin = 0.01 * (Number.isNaN(width) ? Math.abs(lower) : width);
  const upperMargin = 0.01 * (Number.isNaN(width) ? Math.abs(upper) : width);
  return [lower + lowerMargin, upper - upperMargin];
}
