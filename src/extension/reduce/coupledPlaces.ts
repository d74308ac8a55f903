/** The places in the text that a reduced layer's neighbours name its old size at: reshapes, and inputs of layers and models. */
import type { Bindings } from '../detect/bindings.js';
import type { LayerDefinition, TextSpan } from '../detect/layerDefinition.js';
import type { Localize } from '../localize.js';
import type { LayerMatch } from '../match/matchLayers.js';
import type { Layer } from '../../protocol/run.js';
import type { ChannelFlow } from './channelFlow.js';
import { placeOfEntry, type Place } from './numberLiteral.js';

export interface ReductionFacts {
  readonly definitions: readonly LayerDefinition[];
  /** One for each definition. */
  readonly matches: readonly LayerMatch[];
  /** Of the whole network, in topological order. */
  readonly layers: readonly Layer[];
}

export interface ReductionEdit {
  readonly span: TextSpan;
  readonly text: string;
  /** The layer that it is about. */
  readonly layer: string;
}

/** An edit whose place may be a reason why there is none. */
export type PlacedEdit = Omit<ReductionEdit, 'span'> & { readonly place: Place };
type PossibleFlow = Extract<ChannelFlow, { state: 'possible' }>;

/** A place may come twice, where two layers read one input. */
export function coupledPlaces(
  facts: ReductionFacts,
  flow: PossibleFlow,
  bindings: Bindings,
  t: Localize,
): PlacedEdit[] {
  return [
    ...reshapePlaces(facts, flow, bindings, t),
    ...inputPlaces(facts, flow, bindings, t),
    ...nestedInputPlaces(facts, flow, bindings, t),
  ];
}

function reshapePlaces(facts: ReductionFacts, flow: PossibleFlow, bindings: Bindings, t: Localize): PlacedEdit[] {
  return flow.reshapes.map(({ layer, entry, after }) => {
    const definition = definitionOf(facts, layer);
    const place = definition
      ? placeOfEntry(definition, 'targetShape', entry, bindings, t)
      : t('{0} names the old size and is made somewhere else', layer.name);
    return { place, text: String(after), layer: layer.name };
  });
}

/** `inputShape` of a layer in the middle says again what comes in; it is kept true. */
function inputPlaces(facts: ReductionFacts, flow: PossibleFlow, bindings: Bindings, t: Localize): PlacedEdit[] {
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

/**
 * A functional model inside the model says in `tf.input({ shape })` what it takes. No recorded layer stands for that
 * line: it is the one input of the file whose last size is the old one, or it is not certain.
 */
function nestedInputPlaces(facts: ReductionFacts, flow: PossibleFlow, bindings: Bindings, t: Localize): PlacedEdit[] {
  return [...flow.inputs].flatMap(([index, { before, after }]): PlacedEdit[] => {
    const layer = facts.layers[index];
    if (!layer || !entersModel(layer, facts.layers) || definitionOf(facts, layer)?.arguments['inputShape']) return [];
    const inputs = facts.definitions.filter(({ kind }, at) => kind === 'input' && !isRecorded(facts.matches[at]));
    const [input, ...others] = inputs.filter((one) => lastSize(one) === before || lastSize(one) === null);
    const key = input?.arguments['shape'] ? 'shape' : 'inputShape';
    const sizes = input?.arguments[key]?.value;
    const place =
      input && others.length === 0 && Array.isArray(sizes)
        ? placeOfEntry(input, key, sizes.length - 1, bindings, t)
        : t('{0} is in a model of its own, and which line names its input is not certain', layer.name);
    return [{ place, text: String(after), layer: layer.name }];
  });
}

/** Layers of a model inside the model are named after both: "decoder/dense_1". */
function entersModel({ name, inputs }: Layer, layers: readonly Layer[]): boolean {
  const model = name.slice(0, name.lastIndexOf('/') + 1);
  return model !== '' && inputs.some((index) => !layers[index]?.name.startsWith(model));
}

function isRecorded(match: LayerMatch | undefined): boolean {
  return match?.state === 'current';
}

/** Null where the text does not say it. */
function lastSize({ arguments: given }: LayerDefinition): number | null {
  const sizes = (given['shape'] ?? given['inputShape'])?.value;
  const last: unknown = Array.isArray(sizes) ? sizes[sizes.length - 1] : undefined;
  return typeof last === 'number' ? last : null;
}

function definitionOf({ definitions, matches }: ReductionFacts, layer: Layer): LayerDefinition | undefined {
  return definitions.find((_, at) => {
    const match = matches[at];
    return match?.state === 'current' && match.layers.some(({ index }) => index === layer.index);
  });
}
