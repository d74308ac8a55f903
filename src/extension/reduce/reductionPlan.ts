/**
 * "Reduce filters to N" as data: the edits of the literal and of every layer coupled with it, and what they
 * save; or the reason why it is not possible. Reads a syntax tree and a manifest, changes nothing.
 */
import type { Node } from '@vscode/tree-sitter-wasm';
import { Bindings } from '../detect/bindings.js';
import type { LayerDefinition, TextSpan } from '../detect/layerDefinition.js';
import { occurrences } from '../detect/occurrences.js';
import type { Localize } from '../localize.js';
import { channelRule } from '../../frameworks/tfjs/channelRules.js';
import type { Layer } from '../../protocol/run.js';
import { channelFlow } from './channelFlow.js';
import {
  coupledPlaces,
  definitionOf,
  type PlacedEdit,
  type ReductionEdit,
  type ReductionFacts,
} from './coupledPlaces.js';
import { scriptPlaces, type Place, type SizeChange, type SizePlaces } from './numberLiteral.js';
import { pythonPlaces } from './pythonPlaces.js';

export type ReductionPlan =
  | {
      readonly state: 'possible';
      readonly edits: readonly ReductionEdit[];
      readonly savedParameters: number;
      /** Of the whole network, before. */
      readonly totalParameters: number;
    }
  | { readonly state: 'refused'; readonly reason: string };

const WEIGHT_LOADERS = ['setWeights', 'loadWeights', 'load_state_dict', 'load_weights', 'set_weights'];

/** `at` is the place of the definition to reduce, `count` how many filters or units it is to have. */
export function reductionPlan(
  root: Node,
  text: string,
  facts: ReductionFacts,
  at: number,
  count: number,
  t: Localize,
): ReductionPlan {
  const [definition, match] = [facts.definitions[at], facts.matches[at]];
  if (!definition || match?.state !== 'current') return refused(t('the line has been edited since the recording'));
  const [layer, ...others] = match.layers;
  if (!layer || others.length > 0) return refused(t('this line creates {0} layers', match.layers.length));
  if (definition.inLoop) return refused(t('this line is in a loop and may create more layers than were recorded'));
  if (count >= layer.channelCount || count < 1)
    return refused(t('{0} has {1} channels', layer.name, layer.channelCount));
  const edited = editedSince(facts);
  if (edited) return refused(t('line {0} has changed since it was recorded; record again first', edited.line + 1));
  const weights = loadedWeights(root, text, t);
  if (weights !== null) return refused(weights);
  const flow = channelFlow(facts.layers, layer, count, facts.metrics, t, facts.framework);
  if (flow.state === 'refused') return flow;
  const fixed = fixedKernel(facts, [layer.index, ...flow.inputs.keys()], t);
  if (fixed !== null) return refused(fixed);
  const size = { before: layer.channelCount, after: count };
  const sizes =
    definition.framework === 'tfjs' ? scriptPlaces(new Bindings(root, text), t) : pythonPlaces(root, text, size, t);
  const places = [ownPlace(definition, sizes, layer, size, t), ...coupledPlaces(facts, flow, sizes, t)];
  const edits: ReductionEdit[] = [];
  for (const { place, ...edit } of places) {
    if (typeof place === 'string') return refused(place);
    const shared = sharedName(place, places, t);
    if (shared !== null) return refused(shared);
    const text = place.text ?? edit.text;
    const other = edits.find(({ span }) => isSamePlace(span, place.span));
    if (other && other.text !== text) return refused(t('line {0} would need two numbers', place.span.start.line + 1));
    if (!other) edits.push({ ...edit, text, span: place.span });
  }
  const totalParameters = facts.layers.reduce((sum, { parameterCount }) => sum + parameterCount, 0);
  return { state: 'possible', edits, savedParameters: flow.savedParameters, totalParameters };
}

/** Why a name cannot change: some of its uses are no sizes that change with it. */
function sharedName(place: Exclude<Place, string>, all: readonly PlacedEdit[], t: Localize): string | null {
  const { uses } = place;
  if (!uses) return null;
  const changed = all.flatMap(({ place: one }) => (typeof one === 'string' || !one.uses ? [] : [one.uses.own]));
  const isChanged = (use: TextSpan): boolean => changed.some((one) => isSamePlace(one, use));
  return uses.all.every(isChanged) ? null : t('{0} is used in {1} places', uses.name, uses.all.length);
}

function isSamePlace(a: TextSpan, b: TextSpan): boolean {
  return a.start.line === b.start.line && a.start.character === b.start.character;
}

function ownPlace(
  definition: LayerDefinition,
  places: SizePlaces,
  layer: Layer,
  size: SizeChange,
  t: Localize,
): PlacedEdit {
  const count = size.after;
  const isDense = layer.kind === 'dense';
  const key =
    definition.framework === 'pytorch' ? (isDense ? 'out_features' : 'out_channels') : isDense ? 'units' : 'filters';
  if (definition.framework === 'pytorch' && (layer.config['groups'] ?? 1) !== 1)
    return { place: t('{0} is a grouped convolution', layer.name), text: String(count), layer: layer.name };
  if (definition.framework !== 'pytorch' && channelRule(layer) === 'multiplies')
    return { place: t('{0} has as many channels as its input', layer.name), text: String(count), layer: layer.name };
  return { place: places.number(definition, key, size), text: String(count), layer: layer.name };
}

/** A definition that could change how the layers hang together, and was not there when it was recorded. */
function editedSince({ definitions, matches, isUnchanged }: ReductionFacts): LayerDefinition | undefined {
  return definitions.find(({ kind, isTentative }, at) => {
    // What may be a layer and was not recorded is none in the recorded text.
    if (isTentative && isUnchanged) return false;
    const state = matches[at]?.state;
    return state === 'stale' || (state !== 'current' && ['merge', 'reshape', 'other'].includes(kind));
  });
}

/** Weights that come from elsewhere have the old shape. */
function loadedWeights(root: Node, text: string, t: Localize): string | null {
  const [loader] = occurrences(root, text, WEIGHT_LOADERS);
  return loader ? t('line {0} loads weights that have the old shape', loader.startPosition.row + 1) : null;
}

/** The first of the layers whose text fixes the shape of its kernel. */
function fixedKernel(facts: ReductionFacts, indices: readonly number[], t: Localize): string | null {
  for (const index of indices) {
    const layer = facts.layers[index];
    const definition = layer && definitionOf(facts, layer);
    if (!layer || !definition) continue;
    if ('weights' in definition.arguments || definition.computedArguments.includes('weights'))
      return t('the weights passed to {0} have the old shape', layer.name);
    if (startsFromIdentity(definition)) return t('{0} starts from the identity matrix, which is square', layer.name);
  }
  return null;
}

/** `kernelInitializer: 'identity'` or `tf.initializers.identity({…})`. */
function startsFromIdentity({ arguments: given, computedArguments, statement }: LayerDefinition): boolean {
  const initializer = (given['kernelInitializer'] ?? given['kernel_initializer'])?.value;
  if (typeof initializer === 'string') return /^identity$/i.test(initializer);
  return computedArguments.includes('kernelInitializer') && /\bidentity\s*\(/.test(statement);
}

function refused(reason: string): ReductionPlan {
  return { state: 'refused', reason };
}
