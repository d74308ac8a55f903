/** The course of a layer's information over epochs, as it is drawn: one estimator of those that were answered. */
import type { InformationCurve } from '../../../src/protocol/information.js';
import type { LayerMiResult, LayerMiValue } from '../../../src/protocol/measure.js';
import type { Layer } from '../../../src/protocol/run.js';
import { layerLabel } from '../../text/layerLabel.js';

/** Bits; null where there is no value. */
export interface CoursePoint {
  readonly epoch: number;
  readonly label: number | null;
  readonly labelHalfWidth: number | null;
  /** The largest of the permutations. */
  readonly labelNull: number | null;
  readonly input: number | null;
  readonly inputHalfWidth: number | null;
}

export interface Course {
  readonly layer: Layer;
  readonly name: string;
  readonly points: readonly CoursePoint[];
  /** H(Y) and log2 N of the samples. */
  readonly labelCeiling: number | null;
  readonly inputCeiling: number;
  readonly labelConverged: number | null;
  readonly inputConverged: number | null;
  readonly n: number;
  /** Why epochs have no value. */
  readonly reason: string | null;
}

/** A layer that has no answer yet: its place in the picture, under the ceilings of one that has. */
export function awaitedCourse(layer: Layer, { labelCeiling, inputCeiling }: Course): Course {
  return {
    ...{ layer, name: layerLabel(layer), points: [], n: 0, reason: 'not measured yet' },
    ...{ labelCeiling, inputCeiling, labelConverged: null, inputConverged: null },
  };
}

export function courseOf(result: LayerMiResult, layer: Layer, curve: InformationCurve): Course {
  const values = result.values.filter((value) => value.layer === layer.index && value.unit === null);
  const settled = result.converged.find((one) => one.layer === layer.index && one.unit === null);
  const upper = curve === 'upper';
  return {
    layer,
    name: layerLabel(layer),
    points: values.map((value) => pointOf(value, upper)),
    labelCeiling: values.find(({ reason }) => reason === null)?.labelCeilingBits ?? null,
    inputCeiling: Math.max(0, ...values.map(({ inputCeilingBits }) => inputCeilingBits)),
    labelConverged: (upper ? settled?.labelUpper : settled?.label) ?? null,
    inputConverged: (upper ? settled?.inputUpper : settled?.input) ?? null,
    n: Math.max(0, ...values.map(({ n }) => n)),
    reason: values.find(({ reason }) => reason !== null)?.reason ?? null,
  };
}

function pointOf(value: LayerMiValue, upper: boolean): CoursePoint {
  return {
    epoch: value.epoch,
    label: upper ? value.labelUpperBits : value.labelBits,
    labelHalfWidth: upper ? value.labelUpperHalfWidthBits : value.labelHalfWidthBits,
    labelNull: (upper ? value.labelUpperNull : value.labelNull)?.maximumBits ?? null,
    input: upper ? value.inputUpperBits : value.inputBits,
    inputHalfWidth: upper ? value.inputUpperHalfWidthBits : value.inputHalfWidthBits,
  };
}

/** The point at an epoch, or the last one before it. */
export function pointAt({ points }: Pick<Course, 'points'>, epoch: number): CoursePoint | null {
  return points.findLast((point) => point.epoch <= epoch) ?? points[0] ?? null;
}

/**
 * "dense_2 holds most at epoch 5: 3.14 of 3.32 bits; no higher than chance: conv2d_1". An upper bound holds nothing: it is
 * said with its null. Null before there is anything to say; `isPartial` says that layers are missing.
 */
export function courseFinding(
  courses: readonly Course[],
  epoch: number,
  isPartial: boolean,
  curve: InformationCurve,
): string | null {
  const known = courses.flatMap((course) => {
    const point = pointAt(course, epoch);
    return point && point.label !== null ? [{ course, label: point.label, floor: point.labelNull }] : [];
  });
  if (known.length === 0) return null;
  const most = known.reduce((best, one) => (one.label > best.label ? one : best));
  const ceiling = most.course.labelCeiling === null ? '' : ` of ${most.course.labelCeiling.toFixed(2)}`;
  const lost = known.filter(({ label, floor }) => floor !== null && label <= floor).map(({ course }) => course.name);
  const bits = `${most.label.toFixed(2)}${ceiling} bits`;
  const floor = most.floor === null ? '' : `, its null up to ${most.floor.toFixed(2)}`;
  const said =
    curve === 'upper'
      ? `${most.course.name} has the highest upper bound at epoch ${epoch}: ${bits}${floor}`
      : `${most.course.name} has the most at epoch ${epoch}: ${bits}`;
  const words = `${isPartial ? 'so far ' : ''}${said}`;
  return lost.length > 0 ? `${words}; no higher than chance: ${lost.join(', ')}` : words;
}
