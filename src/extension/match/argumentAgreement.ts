/** Whether a definition's arguments, as far as the text says them, are those that a layer was recorded with. */
import type { Layer } from '../../protocol/run.js';
import type { LayerDefinition, LiteralValue } from '../detect/layerDefinition.js';
import type { ConstructionSite } from './constructionSites.js';

/** `same`: nothing in the text speaks against it. `changed`: the class is the same, an argument or name is not. */
export type Agreement = 'same' | 'changed' | 'other';

/** What TensorFlow.js takes where an argument is not given; another argument's value where it is a name. */
const DEFAULTS: Readonly<Record<string, LiteralValue | { readonly from: string }>> = {
  padding: 'valid',
  dilationRate: 1,
  depthMultiplier: 1,
  activation: 'linear',
  useBias: true,
  returnSequences: false,
};

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
    ([key, { value }]) => !Object.hasOwn(layer.config, key) || equalValues(value, layer.config[key] as LiteralValue),
  );
  return given && (definition.open || leftOutAreDefaults(definition, layer));
}

/** An argument that was taken out of the text has its default again. */
function leftOutAreDefaults(definition: LayerDefinition, layer: Layer): boolean {
  return Object.entries(defaultsOf(definition)).every(([key, value]) => {
    if (!Object.hasOwn(layer.config, key)) return true;
    if (Object.hasOwn(definition.arguments, key) || definition.computedArguments.includes(key)) return true;
    return equalValues(value, layer.config[key] as LiteralValue);
  });
}

function defaultsOf(definition: LayerDefinition): Record<string, LiteralValue> {
  const defaults: Record<string, LiteralValue> = { ...(DEFAULTS as Record<string, LiteralValue>) };
  if (definition.kind === 'conv') defaults['strides'] = 1;
  // Recurrent layers have activations of their own; a pool steps by its size.
  if (definition.kind === 'recurrent' || definition.kind === 'activation') delete defaults['activation'];
  const poolSize = definition.arguments['poolSize']?.value;
  if (definition.kind === 'pool' && poolSize !== undefined) defaults['strides'] = poolSize;
  return defaults;
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
