/** Steps of layers that join branches. */
import { contradiction, refused, sameShape, type LayerFacts } from './layerFacts.js';
import { addStep, concatenateStep, maximumStep } from './merges.js';
import type { Field, Step } from './step.js';

export function sum(facts: LayerFacts, factors: readonly number[]): Step {
  const count = equalInputs(facts);
  if (count !== factors.length) throw refused(facts.layer, `it has ${count} inputs, but takes ${factors.length}`);
  return addStep(factors);
}

export function maximum(facts: LayerFacts): Step {
  return maximumStep(equalInputs(facts));
}

/** How many inputs there are, all of the output's shape. */
function equalInputs({ layer, inputShapes }: LayerFacts): number {
  if (inputShapes.length < 2) throw refused(layer, ONE_INPUT);
  if (!inputShapes.every((shape) => sameShape(shape, layer.outputShape))) {
    throw refused(layer, 'its inputs have different shapes');
  }
  return inputShapes.length;
}

const ONE_INPUT =
  'it merges a layer with itself, or with what is no layer, and the recording keeps only one of the two inputs';

export function concatenate(facts: LayerFacts, axis: number): Step {
  const { layer, inputShapes, format } = facts;
  const rank = layer.outputShape.length;
  const total = inputShapes.reduce((all, shape) => all + (shape[axis] ?? 0), 0);
  if (inputShapes.length < 2) throw refused(layer, ONE_INPUT);
  if (total !== layer.outputShape[axis] || !inputShapes.every((shape) => fits(shape, layer.outputShape, axis))) {
    throw contradiction(layer, `its inputs cannot be concatenated along axis ${axis} of a sample`);
  }
  const spatialAxis = format === 'channelsFirst' ? axis - 1 : axis;
  const alongChannels = format === 'channelsFirst' ? axis === 0 : axis === rank - 1;
  const starts = inputShapes.map((_, i) => inputShapes.slice(0, i).reduce((before, shape) => before + shape[axis], 0));
  return concatenateStep(inputShapes, axis, (field, input) =>
    alongChannels || rank === 1 ? field : shifted(field, spatialAxis, starts[input], inputShapes[input][axis]),
  );
}

function fits(shape: readonly number[], output: readonly number[], axis: number): boolean {
  return shape.length === output.length && shape.every((size, i) => i === axis || size === output[i]);
}

function shifted(field: Field, axis: number, start: number, size: number): Field {
  return field.map(([from, to], i) => {
    if (i !== axis) return [from, to];
    const low = Math.min(size, Math.max(0, from - start));
    return [low, Math.max(low, Math.min(size, to - start))];
  });
}
