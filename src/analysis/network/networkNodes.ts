/**
 * Which layers the network view shows, and what stands between them: layers that only normalise, squash,
 * pool or reshape are folded into the shown one before them.
 */
import type { RecordedModel } from '../../frameworks/operation.js';
import { operationOf } from '../../frameworks/operationOf.js';
import type { Layer } from '../../protocol/run.js';

export interface ShownLayer {
  readonly layer: number;
  readonly shownBy: number;
  readonly folded: readonly number[];
  readonly inputs: readonly number[];
}

const SHOWN = new Set<Layer['kind']>(['input', 'conv', 'dense', 'recurrent', 'merge', 'other']);
/** Layers whose output is what the one before them is known by. */
const SAME_PLACE = new Set<Layer['kind']>(['normalization', 'activation', 'dropout']);

/** By layer; of those that change nothing, or put channels side by side, there is nothing to show. */
export function areShown(model: RecordedModel): boolean[] {
  return model.layers.map(
    (layer) => SHOWN.has(layer.kind) && !['concatenate', 'identity'].includes(operationOf(model, layer).op),
  );
}

export function shownLayers(model: RecordedModel): ShownLayer[] {
  const { layers } = model;
  const shown = areShown(model);
  const consumers = layers.map(({ index }) => layers.filter(({ inputs }) => inputs.includes(index)));
  return layers
    .filter((_, i) => shown[i])
    .map((layer) => ({
      layer: layer.index,
      shownBy: shownBy(layer, consumers),
      folded: foldedInto(layer, consumers, shown),
      inputs: shownInputs(layer, layers, shown),
    }));
}

/** Follows its own normalisation and activation as long as nobody else reads what is before them. */
function shownBy(layer: Layer, consumers: readonly (readonly Layer[])[]): number {
  let at = layer;
  while (layer.kind !== 'input' && consumers[at.index].length === 1) {
    const [next] = consumers[at.index];
    if (!SAME_PLACE.has(next.kind) || next.inputs.length !== 1 || next.channelCount !== layer.channelCount) break;
    at = next;
  }
  return at.index;
}

function foldedInto(layer: Layer, consumers: readonly (readonly Layer[])[], shown: readonly boolean[]): number[] {
  const found = new Set<number>();
  const visit = (index: number): void => {
    for (const next of consumers[index]) {
      if (shown[next.index] || found.has(next.index)) continue;
      found.add(next.index);
      visit(next.index);
    }
  };
  visit(layer.index);
  return [...found].sort((a, b) => a - b);
}

function shownInputs({ inputs }: Layer, layers: readonly Layer[], shown: readonly boolean[]): number[] {
  const found = new Set<number>();
  const visit = (index: number): void => {
    if (shown[index]) found.add(index);
    else layers[index].inputs.forEach(visit);
  };
  inputs.forEach(visit);
  return [...found].sort((a, b) => a - b);
}
