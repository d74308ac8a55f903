/** Whether a definition's arguments, as far as the text says them, are those that a layer was recorded with. */
import { alwaysHasInputShape, INPUT_ARGUMENTS, isMargin } from '../../frameworks/tfjs/layerArguments.js';
import type { Layer } from '../../protocol/run.js';
import type { LayerDefinition, LiteralValue } from '../detect/layerDefinition.js';
import type { ConstructionSite } from './constructionSites.js';
import { isGiven, leftOutDefaults } from './defaultArguments.js';

/** `same`: nothing in the text speaks against it. `changed`: the class is the same, an argument or name is not. */
export type Agreement = 'same' | 'changed' | 'other';

export function agreement(definition: LayerDefinition, site: ConstructionSite): Agreement {
  if (definition.className !== site.className) return 'other';
  return site.layers.every((layer) => sameName(definition, layer) && sameArguments(definition, layer))
    ? 'same'
    : 'changed';
}

function sameName(definition: LayerDefinition, layer: Layer): boolean {
  return definition.name === null || definition.name === layer.name;
}

function sameArguments(definition: LayerDefinition, layer: Layer): boolean {
  const given = Object.entries(definition.arguments).every(
    ([key, { value }]) => !Object.hasOwn(layer.config, key) || equalArguments(key, value, layer),
  );
  return given && sameInput(definition, layer) && (definition.open || leftOutAreDefaults(definition, layer));
}

/** An argument that was taken out of the text has its default again. */
function leftOutAreDefaults(definition: LayerDefinition, layer: Layer): boolean {
  return leftOutDefaults(definition).every(
    ([key, value]) => !Object.hasOwn(layer.config, key) || equalArguments(key, value, layer),
  );
}

/** A layer that says what comes in has a `batchInputShape`, whichever of the arguments said it; others have none. */
function sameInput(definition: LayerDefinition, { config, kind, className }: Layer): boolean {
  if (alwaysHasInputShape(className, kind)) return true;
  const recorded = config['batchInputShape'];
  const isSaid = INPUT_ARGUMENTS.some((key) => isGiven(definition, key));
  if (!Array.isArray(recorded)) return !isSaid;
  const shape = definition.arguments['inputShape']?.value;
  return shape === undefined ? isSaid || definition.open : equalValues(shape, recorded.slice(1));
}

/** A key's value in the text and in the layer's configuration. */
function equalArguments(key: string, value: LiteralValue, { config, className, outputShape }: Layer): boolean {
  const recorded = config[key] as LiteralValue;
  if (key === 'axis') return equalValues(fromFirst(value, outputShape.length), fromFirst(recorded, outputShape.length));
  return equalValues(isMargin(className, key) ? margins(value) : value, recorded);
}

/** −1 is the last axis; layers that are built may have counted it from the first, the batch. */
function fromFirst(axis: LiteralValue, last: number): LiteralValue {
  if (Array.isArray(axis)) return (axis as readonly LiteralValue[]).map((one) => fromFirst(one, last));
  return typeof axis === 'number' && axis < 0 ? axis + last + 1 : axis;
}

/** `[2, 3]` and `[[2, 2], [3, 3]]` as recordings keep them: top, bottom, left, right. */
function margins(value: LiteralValue): LiteralValue {
  if (!Array.isArray(value)) return value;
  return (value as readonly LiteralValue[]).flatMap((one) =>
    Array.isArray(one) ? (one as readonly LiteralValue[]) : [one, one],
  );
}

/** `5` and `[5, 5]` mean the same size; `null` and "linear" the same activation. */
function equalValues(left: LiteralValue | undefined, right: LiteralValue | undefined): boolean {
  if (Array.isArray(left) || Array.isArray(right)) {
    const length = Math.max(lengthOf(left), lengthOf(right));
    return (
      lengthFits(left, length) &&
      lengthFits(right, length) &&
      range(length).every((at) => equalValues(itemOf(left, at), itemOf(right, at)))
    );
  }
  return plain(left) === plain(right);
}

function plain(value: LiteralValue | undefined): LiteralValue | undefined {
  return value === 'linear' || value === undefined ? null : value;
}

function lengthOf(value: LiteralValue | undefined): number {
  return Array.isArray(value) ? value.length : 1;
}

function lengthFits(value: LiteralValue | undefined, length: number): boolean {
  return !Array.isArray(value) || value.length === length;
}

function itemOf(value: LiteralValue | undefined, at: number): LiteralValue | undefined {
  return Array.isArray(value) ? (value[at] as LiteralValue) : value;
}

function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}
