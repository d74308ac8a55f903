/**
 * What follows through a recorded network when one layer gets fewer channels: which layers take the change
 * up, which pass it on, which must be edited too, and which forbid it. Pure arithmetic on the manifest.
 */
import { torchChannelRule } from '../../frameworks/python/channelRules.js';
import { canonicalClass } from '../../frameworks/python/pythonLayers.js';
import { channelRule, type ChannelRule } from '../../frameworks/tfjs/channelRules.js';
import type { Layer, RunManifest } from '../../protocol/run.js';
import type { Localize } from '../localize.js';
import { parametersSaved } from './parameterCount.js';
import { reshapedSize } from './reshape.js';

/** What a run was trained with. */
export type Framework = NonNullable<RunManifest['framework']>['name'];

/** Sizes of the last axis of a layer's output, before and after. */
export interface AxisChange {
  readonly before: number;
  readonly after: number;
}

/** A Reshape whose target names the old size: that entry, zero-based, must become `after`. */
export interface ReshapeCoupling extends AxisChange {
  readonly layer: Layer;
  readonly entry: number;
}

export type ChannelFlow =
  | {
      readonly state: 'possible';
      readonly reshapes: readonly ReshapeCoupling[];
      /** Layers whose input loses channels, with that input's last axis. */
      readonly inputs: ReadonlyMap<number, AxisChange>;
      readonly savedParameters: number;
    }
  | { readonly state: 'refused'; readonly reason: string };

/**
 * `layers` is the whole network in topological order; `target` one of its convolutions or dense layers; `metrics`
 * are the names of what the training reported.
 */
export function channelFlow(
  layers: readonly Layer[],
  target: Layer,
  after: number,
  metrics: readonly string[],
  t: Localize,
  framework: Framework = 'tensorflow.js',
): ChannelFlow {
  if (isChannelsFirst(target))
    return { state: 'refused', reason: t('{0} uses the channels-first data format', target.name) };
  const outputs = new Map<number, AxisChange>([[target.index, { before: target.channelCount, after }]]);
  const inputs = new Map<number, AxisChange>();
  const reshapes: ReshapeCoupling[] = [];
  let savedParameters = parametersSaved(target, null, outputs.get(target.index) ?? null);
  for (const layer of layers.slice(target.index + 1)) {
    const changed = layer.inputs.flatMap((input) => outputs.get(input) ?? []);
    const [input] = changed;
    if (!input) continue;
    const step = stepThrough(layer, layers, changed, framework, t);
    if (typeof step === 'string') return { state: 'refused', reason: step };
    inputs.set(layer.index, input);
    if (step.output) outputs.set(layer.index, step.output);
    if (step.entry !== null && step.output) reshapes.push({ layer, entry: step.entry.index, ...step.entry.change });
    savedParameters += parametersSaved(layer, input, step.output);
  }
  // An output may feed other layers, too: the training then names a loss of its own.
  const isOutput = ({ index, name }: Layer): boolean =>
    metrics.includes(`${name}_loss`) || !layers.some((one) => one.inputs.includes(index));
  const last = layers.find((layer) => outputs.has(layer.index) && isOutput(layer));
  if (last)
    return { state: 'refused', reason: t('{0} is the output layer, and the labels determine its size', last.name) };
  return { state: 'possible', reshapes, inputs, savedParameters };
}

interface Step {
  /** Null where the layer takes the change up. */
  readonly output: AxisChange | null;
  readonly entry: { readonly index: number; readonly change: AxisChange } | null;
}

/** A text is the reason why not. */
function stepThrough(
  layer: Layer,
  layers: readonly Layer[],
  changed: readonly AxisChange[],
  framework: Framework,
  t: Localize,
): Step | string {
  const [input] = changed;
  if (!input || isChannelsFirst(layer)) return t('{0} uses the channels-first data format', layer.name);
  switch (ruleOf(layer, layers, framework)) {
    case 'mixes':
      return passing(null);
    case 'passes':
      return passing(input);
    case 'multiplies':
      return passing(scaled(input, lastOf(layer)));
    case 'concatenates':
      return concatenated(layer, layers, changed, framework, t);
    case 'reshapes':
      return reshaped(layer, layers, input, t);
    case 'merges':
      return mergedText(layer, layers, input, t);
    case 'unknown':
      return unknownText(layer, t);
  }
}

/** The convention of TensorFlow that few of its networks follow. */
function isChannelsFirst({ config }: Layer): boolean {
  return config['dataFormat'] === 'channelsFirst' || config['data_format'] === 'channels_first';
}

function ruleOf(layer: Layer, layers: readonly Layer[], framework: Framework): ChannelRule {
  if (framework === 'pytorch') return torchChannelRule(layer, layers[layer.inputs[0] ?? -1]);
  return channelRule({ ...layer, className: canonicalClass(layer.derivedFrom ?? layer.className) });
}

function passing(output: AxisChange | null): Step {
  return { output, entry: null };
}

function scaled({ before, after }: AxisChange, size: number): AxisChange {
  return { before: size, after: (size / before) * after };
}

function concatenated(
  layer: Layer,
  layers: readonly Layer[],
  changed: readonly AxisChange[],
  framework: Framework,
  t: Localize,
): Step | string {
  const axis = layer.config['axis'];
  const rank = layer.outputShape.length;
  if (framework !== 'pytorch' && typeof axis === 'number' && axis !== -1 && axis !== rank)
    return t('{0} concatenates its inputs along another axis, so their channels must match', layer.name);
  const joined = layer.inputs.reduce((sum, index) => sum + (layers[index]?.channelCount ?? 0), 0);
  if (joined !== lastOf(layer)) return t('{0} concatenates a tensor with itself', layer.name);
  const lost = changed.reduce((sum, { before, after }) => sum + before - after, 0);
  return passing({ before: lastOf(layer), after: lastOf(layer) - lost });
}

function reshaped(layer: Layer, layers: readonly Layer[], input: AxisChange, t: Localize): Step | string {
  const from = layers[layer.inputs[0] ?? -1];
  const target = layer.config['targetShape'] ?? layer.config['target_shape'];
  const size = from && Array.isArray(target) ? reshapedSize(from.outputShape, target, input) : null;
  if (!size) return t('{0} mixes channels and positions', layer.name);
  return { output: size.output, entry: size.entry === null ? null : { index: size.entry, change: size.output } };
}

function mergedText(layer: Layer, layers: readonly Layer[], { before }: AxisChange, t: Localize): string {
  const names = layer.inputs.map((index) => layers[index]?.name ?? String(index)).join(', ');
  return t('{0} merges {1} element-wise, so all need the same {2} channels', layer.name, names, before);
}

function unknownText(layer: Layer, t: Localize): string {
  return t('{0} ({1}) follows, and its input requirements are unknown', layer.name, layer.className);
}

function lastOf({ outputShape, format, channelCount }: Layer): number {
  return format === 'channelsFirst' ? channelCount : (outputShape[outputShape.length - 1] ?? 0);
}
