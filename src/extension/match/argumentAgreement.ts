/** Whether a definition's arguments, as far as the text says them, are those that a layer was recorded with. */
import { alwaysHasInputShape, INPUT_ARGUMENTS, isMargin } from '../../frameworks/tfjs/layerArguments.js';
import type { Layer } from '../../protocol/run.js';
import type { LayerDefinition, LiteralValue } from '../detect/layerDefinition.js';
import type { ConstructionSite } from './constructionSites.js';
import { isGiven, leftOutDefaults } from './defaultArguments.js';
import { equalValues, fromFirst, margins } from './equalValues.js';
import { isOfClass } from './isOfClass.js';
import { pythonAgreement, type Agreement } from './pythonAgreement.js';

export function agreement(definition: LayerDefinition, site: ConstructionSite): Agreement {
  if (!isOfClass(definition, site)) return 'other';
  if (definition.framework !== 'tfjs') return pythonAgreement(definition, site);
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
