/** Steps of layers that give values another shape or place. */
import { gatherStep, gatherTable, permuteStep } from './gather.js';
import { contradiction, onlyInput, sameShape, type LayerFacts } from './layerFacts.js';
import { sizeOf, wholeField, type Field, type Step } from './step.js';

/** The values stay where they are; a value of another shape may see everything. */
export function reshape(facts: LayerFacts): Step {
  const { shape, format } = onlyInput(facts);
  if (sizeOf(shape) !== sizeOf(facts.layer.outputShape)) {
    throw contradiction(facts.layer, `${shape.join('×')} cannot become ${facts.layer.outputShape.join('×')}`);
  }
  return { forward: ([values]) => values, backward: (signal) => [signal], field: () => [wholeField(shape, format)] };
}

export function permute(facts: LayerFacts, axes: readonly number[]): Step {
  const { shape, format } = onlyInput(facts);
  if (
    !sameShape(
      [...axes].sort((a, b) => a - b),
      [...shape.keys()],
    )
  ) {
    throw contradiction(facts.layer, `it permutes the axes ${axes.join(', ')} of ${shape.join('×')}`);
  }
  return permuteStep(shape, axes, () => wholeField(shape, format));
}

export function repeatVector(facts: LayerFacts): Step {
  const { shape, format } = onlyInput(facts);
  const table = gatherTable(facts.layer.outputShape, shape, ([, unit]) => [unit]);
  return gatherStep(table, sizeOf(shape), () => wholeField(shape, format));
}

/** Zeros around the maps; cropping is padding by less than nothing. */
export function padding(facts: LayerFacts, before: readonly number[], after: readonly number[]): Step {
  const { layer, format } = facts;
  const { shape, space } = onlyInput(facts);
  const first = format === 'channelsFirst' ? 1 : 0;
  const along = (amounts: readonly number[], axis: number): number => amounts[axis - first] ?? 0;
  const expected = shape.map((size, axis) => size + along(before, axis) + along(after, axis));
  if (!sameShape(expected, layer.outputShape)) throw contradiction(layer, 'its padding does not fit its shapes');
  const table = gatherTable(layer.outputShape, shape, (place) => {
    const from = place.map((at, axis) => at - along(before, axis));
    return from.some((at, axis) => at < 0 || at >= shape[axis]) ? null : from;
  });
  const moved = (field: Field): Field =>
    field.map(([from, to], axis) => {
      const low = Math.min(space[axis], Math.max(0, from - before[axis]));
      return [low, Math.max(low, Math.min(space[axis], to - before[axis]))];
    });
  return gatherStep(table, sizeOf(shape), moved);
}

export function upSampling(facts: LayerFacts, size: readonly number[]): Step {
  const { layer, format } = facts;
  const { shape } = onlyInput(facts);
  const first = format === 'channelsFirst' ? 1 : 0;
  const factorOf = (axis: number): number => size[axis - first] ?? 1;
  if (!shape.every((one, axis) => one * factorOf(axis) === layer.outputShape[axis])) {
    throw contradiction(layer, 'its size does not match its shapes');
  }
  const table = gatherTable(layer.outputShape, shape, (place) =>
    place.map((at, axis) => Math.floor(at / factorOf(axis))),
  );
  return gatherStep(table, sizeOf(shape), (field) =>
    field.map(([from, to], axis) => [Math.floor(from / size[axis]), Math.ceil(to / size[axis])]),
  );
}
