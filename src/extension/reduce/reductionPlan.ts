/**
 * "Reduce filters to N" as data: the edits of the literal and of every layer coupled with it, and what they
 * save; or the reason why it is not possible. Reads a syntax tree and a manifest, changes nothing.
 */
import type { Node } from '@vscode/tree-sitter-wasm';
import { Bindings } from '../detect/bindings.js';
import type { LayerDefinition, TextSpan } from '../detect/layerDefinition.js';
import { occurrences } from '../detect/occurrences.js';
import type { Localize } from '../localize.js';
import type { LayerMatch } from '../match/matchLayers.js';
import type { Layer } from '../../protocol/run.js';
import { channelFlow, type ChannelFlow } from './channelFlow.js';
import { placeOfEntry, placeOfNumber, type Place } from './numberLiteral.js';

export interface ReductionEdit {
  readonly span: TextSpan;
  readonly text: string;
  /** The layer that it is about. */
  readonly layer: string;
}

export type ReductionPlan =
  | {
      readonly state: 'possible';
      readonly edits: readonly ReductionEdit[];
      readonly savedParameters: number;
      /** Of the whole network, before. */
      readonly totalParameters: number;
    }
  | { readonly state: 'refused'; readonly reason: string };

export interface ReductionFacts {
  readonly definitions: readonly LayerDefinition[];
  /** One for each definition. */
  readonly matches: readonly LayerMatch[];
  /** Of the whole network, in topological order. */
  readonly layers: readonly Layer[];
}

const WEIGHT_LOADERS = ['setWeights', 'loadWeights'];

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
  if (!definition || match?.state !== 'current') return refused(t('the line was edited since it was recorded'));
  const [layer, ...others] = match.layers;
  if (!layer || others.length > 0 || definition.inLoop)
    return refused(t('this line makes {0} layers, and one number is not right for all', match.layers.length));
  if (count >= layer.channelCount || count < 1)
    return refused(t('{0} has {1} channels', layer.name, layer.channelCount));
  const edited = editedSince(facts);
  if (edited) return refused(t('line {0} is not as it was recorded; record again first', edited.line + 1));
  const bindings = new Bindings(root, text);
  const weights = givenWeights(definition, bindings, t);
  if (weights !== null) return refused(weights);
  const flow = channelFlow(facts.layers, layer, count, t);
  if (flow.state === 'refused') return flow;
  const places = [
    ownPlace(definition, bindings, layer, count, t),
    ...reshapePlaces(facts, flow, bindings, t),
    ...inputPlaces(facts, flow, bindings, t),
  ];
  const edits: ReductionEdit[] = [];
  for (const { place, ...edit } of places) {
    if (typeof place === 'string') return refused(place);
    edits.push({ ...edit, span: place.span });
  }
  const totalParameters = facts.layers.reduce((sum, { parameterCount }) => sum + parameterCount, 0);
  return { state: 'possible', edits, savedParameters: flow.savedParameters, totalParameters };
}

type Placed = Omit<ReductionEdit, 'span'> & { readonly place: Place };
type PossibleFlow = Extract<ChannelFlow, { state: 'possible' }>;

function ownPlace(definition: LayerDefinition, bindings: Bindings, layer: Layer, count: number, t: Localize): Placed {
  const key = layer.kind === 'dense' ? 'units' : 'filters';
  return { place: placeOfNumber(definition, key, bindings, t), text: String(count), layer: layer.name };
}

function reshapePlaces(facts: ReductionFacts, flow: PossibleFlow, bindings: Bindings, t: Localize): Placed[] {
  return flow.reshapes.map(({ layer, entry, after }) => {
    const definition = definitionOf(facts, layer);
    const place = definition
      ? placeOfEntry(definition, 'targetShape', entry, bindings, t)
      : t('{0} names the old size and is made somewhere else', layer.name);
    return { place, text: String(after), layer: layer.name };
  });
}

/** `inputShape` of a layer in the middle says again what comes in; it is kept true. */
function inputPlaces(facts: ReductionFacts, flow: PossibleFlow, bindings: Bindings, t: Localize): Placed[] {
  return [...flow.inputs].flatMap(([index, { before, after }]) => {
    const layer = facts.layers[index];
    const definition = layer && definitionOf(facts, layer);
    const shape = definition?.arguments['inputShape']?.value;
    if (!layer || !definition || !Array.isArray(shape) || shape[shape.length - 1] !== before) return [];
    return [
      {
        place: placeOfEntry(definition, 'inputShape', shape.length - 1, bindings, t),
        text: String(after),
        layer: layer.name,
      },
    ];
  });
}

function definitionOf({ definitions, matches }: ReductionFacts, layer: Layer): LayerDefinition | undefined {
  return definitions.find((_, at) => {
    const match = matches[at];
    return match?.state === 'current' && match.layers.some(({ index }) => index === layer.index);
  });
}

/** A definition that could change how the layers hang together, and was not there when it was recorded. */
function editedSince({ definitions, matches }: ReductionFacts): LayerDefinition | undefined {
  return definitions.find(({ kind }, at) => {
    const state = matches[at]?.state;
    return state === 'stale' || (state !== 'current' && ['merge', 'reshape', 'other'].includes(kind));
  });
}

/** Weights that come from elsewhere have the old shape. */
function givenWeights(definition: LayerDefinition, bindings: Bindings, t: Localize): string | null {
  if (definition.computedArguments.includes('weights')) return t('its weights are given, and have the old shape');
  const [loader] = occurrences(bindings.root, bindings.text, WEIGHT_LOADERS);
  return loader ? t('line {0} loads weights, which have the old shape', loader.startPosition.row + 1) : null;
}

function refused(reason: string): ReductionPlan {
  return { state: 'refused', reason };
}
