/** Steps of layers that give values another shape or place. */
import { gatherStep, gatherTable, permuteStep } from './gather.js';
import { contradiction, counts, onlyInput, refused, sameShape, type LayerFacts } from './layerFacts.js';
import { sizeOf, wholeField, type Field, type Step } from './step.js';

export const RESHAPES: Readonly<Record<string, (facts: LayerFacts) => Step>> = {
  Flatten: flatten,
  Reshape: reshape,
  Permute: permute,
  RepeatVector: repeatVector,
  ZeroPadding2D: (facts) => padding(facts, 'padding', 1),
  Cropping2D: (facts) => padding(facts, 'cropping', -1),
  UpSampling2D: upSampling,
};

/** The values stay where they are; a value of another shape may see everything. */
function reshape(facts: LayerFacts): Step {
  const { shape, format } = onlyInput(facts);
  if (sizeOf(shape) !== sizeOf(facts.layer.outputShape)) {
    throw contradiction(facts.layer, `${shape.join('×')} cannot become ${facts.layer.outputShape.join('×')}`);
  }
  return { forward: ([values]) => values, backward: (signal) => [signal], field: () => [wholeField(shape, format)] };
}

/** With `dataFormat: channelsFirst` the channels are moved behind the space before they are laid in a row. */
function flatten(facts: LayerFacts): Step {
  const { shape, format } = onlyInput(facts);
  if (facts.layer.config['dataFormat'] !== 'channelsFirst' || shape.length < 2) return reshape(facts);
  const axes = [...shape.keys()];
  return permuteStep(shape, [...axes.slice(1), 0], () => wholeField(shape, format));
}

function permute(facts: LayerFacts): Step {
  const { shape, format } = onlyInput(facts);
  const axes = counts(facts, 'dims', shape.length, 1).map((axis) => axis - 1);
  if (
    !sameShape(
      [...axes].sort((a, b) => a - b),
      [...shape.keys()],
    )
  ) {
    throw contradiction(facts.layer, `its dims are ${JSON.stringify(facts.layer.config['dims'])}`);
  }
  return permuteStep(shape, axes, () => wholeField(shape, format));
}

function repeatVector(facts: LayerFacts): Step {
  const { shape, format } = onlyInput(facts);
  const table = gatherTable(facts.layer.outputShape, shape, ([, unit]) => [unit]);
  return gatherStep(table, sizeOf(shape), () => wholeField(shape, format));
}

/** [top, bottom, left, right] as the recording keeps it. Cropping is padding by less than nothing. */
function padding(facts: LayerFacts, key: 'padding' | 'cropping', sign: 1 | -1): Step {
  const { layer, format } = facts;
  const { shape, space } = onlyInput(facts);
  const list = [layer.config[key] ?? []].flat().map(Number);
  if (list.length !== 4 || !list.every((one) => Number.isSafeInteger(one) && one >= 0)) {
    throw refused(layer, `the recording lacks its ${key}, because an earlier version made it`);
  }
  const [top, bottom, left, right] = list.map((one) => sign * one);
  const first = format === 'channelsFirst' ? 1 : 0;
  const expected = shape.map((size, axis) =>
    axis === first ? size + top + bottom : axis === first + 1 ? size + left + right : size,
  );
  if (!sameShape(expected, layer.outputShape)) throw contradiction(layer, `its ${key} does not fit its shapes`);
  const table = gatherTable(layer.outputShape, shape, (place) => {
    const from = [...place];
    from[first] -= top;
    from[first + 1] -= left;
    const outside = [first, first + 1].some((axis) => from[axis] < 0 || from[axis] >= shape[axis]);
    return outside ? null : from;
  });
  const moved = (field: Field): Field =>
    field.map(([from, to], axis) => {
      const by = axis === 0 ? top : left;
      const low = Math.min(space[axis], Math.max(0, from - by));
      return [low, Math.max(low, Math.min(space[axis], to - by))];
    });
  return gatherStep(table, sizeOf(shape), moved);
}

function upSampling(facts: LayerFacts): Step {
  const { layer, format } = facts;
  const { shape } = onlyInput(facts);
  if ((layer.config['interpolation'] ?? 'nearest') !== 'nearest') {
    throw refused(
      layer,
      `its interpolation is ${String(layer.config['interpolation'])}, but only "nearest" is supported`,
    );
  }
  const size = counts(facts, 'size', 2, 2);
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
