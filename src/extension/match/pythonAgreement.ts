/** Whether a Keras or PyTorch definition has the arguments, the name and the place that a layer was recorded with. */
import { canonicalFunction } from '../../frameworks/python/operations.js';
import { pythonDefaults, sameAsArgument } from '../../frameworks/python/layerArguments.js';
import type { Layer } from '../../protocol/run.js';
import type { LayerDefinition, LiteralValue } from '../detect/layerDefinition.js';
import type { ConstructionSite } from './constructionSites.js';
import { isGiven } from './defaultArguments.js';
import { equalValues, fromFirst, margins } from './equalValues.js';

/** `same`: nothing in the text speaks against it. `changed`: the class is the same, an argument or name is not. */
export type Agreement = 'same' | 'changed' | 'other';

/** The classes are the same already. */
export function pythonAgreement(definition: LayerDefinition, { layers, network }: ConstructionSite): Agreement {
  const isSame = layers.every(
    (layer) => sameName(definition, layer) && sameArguments(definition, layer) && isFedBy(definition, layer, network),
  );
  return isSame ? 'same' : 'changed';
}

/** The last part of a module's path is its field, that of a Keras layer's path its name. */
function sameName({ name, framework, open, computedArguments }: LayerDefinition, layer: Layer): boolean {
  const recorded = layer.name.split(framework === 'keras' ? '/' : '.').pop() ?? '';
  if (name !== null) return name === recorded;
  return framework === 'pytorch' || open || computedArguments.includes('name') || isGivenByKeras(recorded, layer);
}

/** "max_pooling2d_3" */
function isGivenByKeras(name: string, { className }: Layer): boolean {
  return name.replace(/_\d+$/, '').replaceAll('_', '') === className.toLowerCase();
}

function sameArguments(definition: LayerDefinition, layer: Layer): boolean {
  const given = Object.entries(definition.arguments).every(([key, { value }]) => sameValue(key, value, layer));
  return given && (definition.open || leftOutAreDefaults(definition, layer));
}

function leftOutAreDefaults(definition: LayerDefinition, layer: Layer): boolean {
  const { framework, className, arguments: given } = definition;
  if (framework === 'tfjs') return true;
  return (
    Object.entries(pythonDefaults(framework, className)).every(
      ([key, value]) => isGiven(definition, key) || sameValue(key, value, layer),
    ) &&
    Object.entries(sameAsArgument(framework, className)).every(
      ([key, { other, byDefault }]) =>
        isGiven(definition, key) ||
        definition.computedArguments.includes(other) ||
        sameValue(key, given[other]?.value ?? byDefault, layer),
    )
  );
}

/** What a recording does not say is not held against the text. */
function sameValue(key: string, value: LiteralValue, { config, outputShape }: Layer): boolean {
  if (!Object.hasOwn(config, key)) return true;
  const recorded = config[key] as LiteralValue;
  if (key === 'axis') return equalValues(fromFirst(value, outputShape.length), fromFirst(recorded, outputShape.length));
  return equalValues(value, recorded) || equalValues(margins(value), recorded);
}

/** What the text says a function is given is what fed it. */
function isFedBy({ fedBy = [] }: LayerDefinition, layer: Layer, network: ReadonlyMap<number, Layer>): boolean {
  let fed: readonly Layer[] = [layer];
  for (const name of fedBy) {
    const before = fed.flatMap(({ inputs }) => inputs.flatMap((index) => network.get(index) ?? []));
    // Made in another file.
    if (before.length === 0) return true;
    fed = before.filter((one) => isCalled(one, name));
    if (fed.length === 0) return false;
  }
  return true;
}

function isCalled({ name, className }: Layer, called: string): boolean {
  return canonicalFunction(className) === called || name.split('.').includes(called);
}
