/** Steps of layers that join branches. */
import { contradiction, numberOf, refused, sameShape, type LayerFacts } from './layerFacts.js';
import { addStep, concatenateStep, maximumStep } from './merges.js';
import type { Field, Step } from './step.js';

export const MERGES: Readonly<Record<string, (facts: LayerFacts) => Step>> = {
  Add: (facts) => addStep(equalInputs(facts), 1),
  Average: (facts) => {
    const count = equalInputs(facts);
    return addStep(count, 1 / count);
  },
  Maximum: (facts) => maximumStep(equalInputs(facts)),
  Concatenate: concatenate,
};

/** How many inputs there are, all of the output's shape. */
function equalInputs({ layer, inputShapes }: LayerFacts): number {
  if (inputShapes.length < 2)
    throw refused(layer, 'it merges a layer with itself, and the recording keeps only one of the two inputs');
  if (!inputShapes.every((shape) => sameShape(shape, layer.outputShape))) {
    throw refused(layer, 'its inputs have different shapes');
  }
  return inputShapes.length;
}

function concatenate(facts: LayerFacts): Step {
  const { layer, inputShapes, format } = facts;
  const rank = layer.outputShape.length;
  const configured = numberOf(facts, 'axis', -1);
  const axis = configured < 0 ? rank + configured : configured - 1;
  const total = inputShapes.reduce((sum, shape) => sum + (shape[axis] ?? 0), 0);
  if (inputShapes.length < 2)
    throw refused(layer, 'it merges a layer with itself, and the recording keeps only one of the two inputs');
  if (total !== layer.outputShape[axis] || !inputShapes.every((shape) => fits(shape, layer.outputShape, axis))) {
    throw contradiction(layer, `its inputs cannot be concatenated along axis ${configured}`);
  }
  const spatialAxis = format === 'channelsFirst' ? axis - 1 : axis;
  const alongChannels = format === 'channelsFirst' ? axis === 0 : axis === rank - 1;
  const starts = inputShapes.map((_, i) => inputShapes.slice(0, i).reduce((sum, shape) => sum + shape[axis], 0));
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
