/** The places in the text that a reduced layer's neighbours name its old size at: reshapes, and inputs of layers and models. */
import type { LayerDefinition, TextSpan } from '../detect/layerDefinition.js';
import type { Localize } from '../localize.js';
import type { LayerMatch } from '../match/matchLayers.js';
import { isTorchView } from '../../frameworks/python/channelRules.js';
import type { Layer } from '../../protocol/run.js';
import type { ChannelFlow, Framework } from './channelFlow.js';
import type { Place, SizePlaces } from './numberLiteral.js';

export interface ReductionFacts {
  readonly definitions: readonly LayerDefinition[];
  /** One for each definition. */
  readonly matches: readonly LayerMatch[];
  /** Of the whole network, in topological order. */
  readonly layers: readonly Layer[];
  /** Names of what the training reported: a model of several outputs has a loss for each of them. */
  readonly metrics: readonly string[];
  /** TensorFlow.js when absent. */
  readonly framework?: Framework;
  /** The text is the recorded one. */
  readonly isUnchanged: boolean;
  /** Of today's text. */
  textOf(span: TextSpan): string;
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
  places: SizePlaces,
  t: Localize,
): PlacedEdit[] {
  return [
    ...reshapePlaces(facts, flow, places, t),
    ...inputPlaces(facts, flow, places, t),
    ...nestedInputPlaces(facts, flow, places, t),
    ...torchInputPlaces(facts, flow, places, t),
  ];
}

function keyOf({ arguments: given }: LayerDefinition, keys: readonly string[]): string | undefined {
  return keys.find((key) => given[key]);
}

/** What a PyTorch module says of its input, which it has to. */
function torchInputPlaces(facts: ReductionFacts, flow: PossibleFlow, places: SizePlaces, t: Localize): PlacedEdit[] {
  if (facts.framework !== 'pytorch') return [];
  const isAsWell = (other: Layer): boolean => flow.inputs.has(other.index);
  return [...flow.inputs].flatMap(([index, { before, after }]): PlacedEdit[] => {
    const layer = facts.layers[index];
    const definition = layer && definitionOf(facts, layer);
    const edit = { text: String(after), layer: layer?.name ?? '' };
    // Functions and modules without weights take any size.
    if (!layer) return [];
    if (definition?.fedBy) return sizeInView(facts, definition, layer, after, t);
    if (layer.weights.length === 0) return [];
    if (!definition) return [{ ...edit, place: t('{0} depends on the old size and is created elsewhere', layer.name) }];
    const key =
      keyOf(definition, TORCH_INPUT_KEYS) ?? TORCH_INPUT_KEYS.find((one) => definition.computedArguments.includes(one));
    // Lazy modules find out.
    if (key === undefined && definition.factory.startsWith('Lazy')) return [];
    if (key === undefined) return [{ ...edit, place: t('{0} does not specify its input size', layer.name) }];
    const place = keptBeside(facts, definition, isAsWell, t) ?? places.number(definition, key, { before, after });
    return [{ ...edit, place }];
  });
}

const TORCH_INPUT_KEYS = ['in_channels', 'in_features', 'num_features', 'input_size'];

/** `x.view(-1, 320)` names the old size; with `-1` last it follows. */
function sizeInView(
  { textOf }: ReductionFacts,
  definition: LayerDefinition,
  layer: Layer,
  after: number,
  t: Localize,
): PlacedEdit[] {
  if (!isTorchView(layer) || /-\s*1\s*,?\s*\)$/.test(textOf(definition.span))) return [];
  const place = t('line {0} contains the old size: {1}', definition.line + 1, textOf(definition.span));
  return [{ place, text: String(after), layer: layer.name }];
}

function reshapePlaces(facts: ReductionFacts, flow: PossibleFlow, places: SizePlaces, t: Localize): PlacedEdit[] {
  const isAsWell = (other: Layer): boolean => flow.reshapes.some(({ layer }) => layer.index === other.index);
  return flow.reshapes.map(({ layer, entry, after }) => {
    const definition = definitionOf(facts, layer);
    const place = definition
      ? (keptBeside(facts, definition, isAsWell, t) ??
        places.entry(definition, keyOf(definition, ['targetShape', 'target_shape']) ?? 'targetShape', entry))
      : t('{0} depends on the old size and is created elsewhere', layer.name);
    return { place, text: String(after), layer: layer.name };
  });
}

/** What a layer says of its input: kept true in the middle, needed where it begins a model inside the model. */
const INPUT_KEYS = ['inputShape', 'batchInputShape', 'inputDim', 'input_shape', 'batch_input_shape', 'input_dim'];

function inputPlaces(facts: ReductionFacts, flow: PossibleFlow, places: SizePlaces, t: Localize): PlacedEdit[] {
  const isAsWell = (other: Layer): boolean => flow.inputs.has(other.index);
  return [...flow.inputs].flatMap(([index, { before, after }]): PlacedEdit[] => {
    const layer = facts.layers[index];
    const definition = layer && definitionOf(facts, layer);
    const key = definition && INPUT_KEYS.find((one) => lastSize(definition, one) === before);
    if (!layer || !definition || key === undefined) return [];
    const sizes = definition.arguments[key]?.value;
    const place = Array.isArray(sizes)
      ? places.entry(definition, key, sizes.length - 1)
      : places.number(definition, key, { before, after });
    return [{ place: keptBeside(facts, definition, isAsWell, t) ?? place, text: String(after), layer: layer.name }];
  });
}

/** Why a line cannot be edited where some of the layers that it makes keep the old size; null where all change. */
function keptBeside(
  { definitions, matches }: ReductionFacts,
  definition: LayerDefinition,
  changes: (layer: Layer) => boolean,
  t: Localize,
): string | null {
  const match = matches[definitions.indexOf(definition)];
  const all = match?.state === 'current' ? match.layers : [];
  return all.every(changes)
    ? null
    : t('line {0} creates {1} layers, and not all of them change', definition.line + 1, all.length);
}

/**
 * A functional model inside the model says in `tf.input({ shape })` what it takes. No recorded layer stands for that
 * line: it is the one input of the file whose last size is the old one, or it is not certain.
 */
function nestedInputPlaces(facts: ReductionFacts, flow: PossibleFlow, places: SizePlaces, t: Localize): PlacedEdit[] {
  return [...flow.inputs].flatMap(([index, { before, after }]): PlacedEdit[] => {
    const layer = facts.layers[index];
    if (!layer || !entersModel(layer, facts.layers)) return [];
    const own = definitionOf(facts, layer);
    if (own && INPUT_KEYS.some((key) => own.arguments[key])) return [];
    const computed = INPUT_KEYS.find((key) => own?.computedArguments.includes(key));
    if (own && computed !== undefined) {
      const place = t('the {0} of line {1} is computed', computed, own.line + 1);
      return [{ place, text: String(after), layer: layer.name }];
    }
    const inputs = facts.definitions.filter(({ kind }, at) => kind === 'input' && !isRecorded(facts.matches[at]));
    const sizeOf = (one: LayerDefinition): number | null => lastSize(one, 'shape') ?? lastSize(one, 'inputShape');
    const [input, ...others] = inputs.filter((one) => sizeOf(one) === before || sizeOf(one) === null);
    const key = input?.arguments['shape'] ? 'shape' : 'inputShape';
    const sizes = input?.arguments[key]?.value;
    const place =
      input && others.length === 0 && Array.isArray(sizes)
        ? places.entry(input, key, sizes.length - 1)
        : t('{0} belongs to a nested model, and the line that defines its input is uncertain', layer.name);
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
function lastSize({ arguments: given }: LayerDefinition, key: string): number | null {
  const sizes = given[key]?.value;
  const last: unknown = Array.isArray(sizes) ? sizes[sizes.length - 1] : sizes;
  return typeof last === 'number' ? last : null;
}

/** The line of today that made a recorded layer. */
export function definitionOf({ definitions, matches }: ReductionFacts, layer: Layer): LayerDefinition | undefined {
  return definitions.find((_, at) => {
    const match = matches[at];
    return match?.state === 'current' && match.layers.some(({ index }) => index === layer.index);
  });
}
