/**
 * The forward pass of one sample with channels of some layers replaced: everything that these layers reach is
 * computed anew, everything else is given. Pure arithmetic over what a run records.
 */
import { Failure } from '../../protocol/failure.js';
import type { RecordedModel } from '../../frameworks/operation.js';
import { operationOf } from '../../frameworks/operationOf.js';
import type { Layer } from '../../protocol/run.js';
import type { RecordedWeight } from '../../store/format/runAccess.js';
import { formatsOf } from '../deconvnet/formats.js';
import { stepOf } from '../deconvnet/layerSteps.js';
import type { DataFormat, Step } from '../deconvnet/step.js';

export interface AblationNetwork extends RecordedModel {
  readonly formats: readonly DataFormat[];
  /** Layers whose channels are replaced and that no other such layer feeds: their values are given. */
  readonly lowest: readonly number[];
  /** The layer whose largest value is the answer. */
  readonly output: number;
  /** Layers between, and the output, in order: computed anew for every set of channels. */
  readonly above: readonly number[];
  /** Layers that feed those above and are not of them, the lowest ablated ones first. */
  readonly given: readonly number[];
}

/** The last layer that feeds no other is the output. Throws a Failure for an ablated layer that does not reach it. */
export function ablationNetwork({ framework, layers }: RecordedModel, ablated: readonly number[]): AblationNetwork {
  const fed = new Set(layers.flatMap(({ inputs }) => inputs));
  const output = layers.findLastIndex(({ index }) => !fed.has(index));
  const lowest = ablated.filter((index) => !reachedFrom(layers, ablated).has(index));
  const reached = reachedFrom(layers, lowest);
  const needed = feeding(layers, output);
  const stranded = ablated.find((index) => !needed.has(index));
  if (stranded !== undefined) throw unreached(layers[stranded], layers[output]);
  const above = [...needed].filter((index) => reached.has(index)).sort((a, b) => a - b);
  const inputs = new Set(above.flatMap((index) => layers[index].inputs));
  const others = [...inputs].filter((index) => !reached.has(index) && !lowest.includes(index));
  return {
    framework,
    layers,
    formats: formatsOf(layers),
    lowest,
    output,
    above,
    given: [...lowest, ...others.sort((a, b) => a - b)],
  };
}

/** What the layers feed, they themselves only where another of them feeds them. */
function reachedFrom(layers: readonly Layer[], some: readonly number[]): Set<number> {
  const reached = new Set<number>();
  for (const { index, inputs } of layers)
    if (inputs.some((input) => reached.has(input) || some.includes(input))) reached.add(index);
  return reached;
}

/** The output and everything that it hangs on. */
function feeding(layers: readonly Layer[], output: number): Set<number> {
  const needed = new Set([output]);
  for (let index = output; index >= 0; index--)
    if (needed.has(index)) for (const input of layers[index].inputs) needed.add(input);
  return needed;
}

/** Steps by layer, for many samples: one after another, since a step keeps what it last saw. */
export function stepsOf(
  network: RecordedModel & Pick<AblationNetwork, 'formats'>,
  some: readonly number[],
  weights: (layer: Layer) => readonly RecordedWeight[],
): Map<number, Step> {
  return new Map(
    some.map((index) => [index, forwardStep(network, network.layers[index], weights(network.layers[index]))]),
  );
}

function forwardStep(
  network: RecordedModel & Pick<AblationNetwork, 'formats'>,
  layer: Layer,
  weights: readonly RecordedWeight[],
): Step {
  const { layers, formats } = network;
  const facts = {
    layer,
    operation: operationOf(network, layer),
    inputShapes: layer.inputs.map((input) => layers[input].outputShape),
    inputFormats: layer.inputs.map((input) => formats[input]),
    format: formats[layer.index],
    weights,
    // Nothing goes back through it: every activation that can be computed will do.
    isTarget: true,
  };
  try {
    return stepOf(facts);
  } catch (error) {
    if (error instanceof Failure && error.kind === 'unsupported') throw notComputed(layer, error.wrong);
    throw error;
  }
}

/** Runs layers in their order; `values` gets theirs, as `altered` makes them. */
export function runSteps(
  layers: readonly Layer[],
  steps: ReadonlyMap<number, Step>,
  some: readonly number[],
  values: Map<number, Float32Array>,
  altered: (index: number, own: Float32Array) => Float32Array = (_, own) => own,
): void {
  for (const index of some) {
    const inputs = layers[index].inputs.map((input) => values.get(input) ?? new Float32Array(0));
    values.set(index, altered(index, steps.get(index)!.forward(inputs)));
  }
}

/** A copy of a layer's values in which some channels are constant; `constants` by channel. */
export function withoutChannels(
  values: Float32Array,
  { channelCount, outputShape }: Layer,
  format: DataFormat,
  channels: readonly number[],
  constants: Float32Array,
): Float32Array {
  const result = values.slice();
  const size = values.length / channelCount;
  const inFront = format === 'channelsFirst' && outputShape.length > 1;
  for (const channel of channels) {
    if (inFront) result.fill(constants[channel], channel * size, (channel + 1) * size);
    else for (let at = channel; at < result.length; at += channelCount) result[at] = constants[channel];
  }
  return result;
}

/** The class of an output: its largest value, the first of equal ones; of a single value, whether it reaches ½. */
export function answerOf(output: Float32Array): number {
  if (output.length === 1) return output[0] >= 0.5 ? 1 : 0;
  let best = 0;
  for (let at = 1; at < output.length; at++) if (output[at] > output[best]) best = at;
  return best;
}

function unreached(layer: Layer, output: Layer): Failure {
  return new Failure({
    kind: 'bad-input',
    doing: `ablating channels of ${layer.name}`,
    wrong: `${layer.name} does not feed ${output.name}, the network’s output`,
    tryThis: 'Choose a layer that the output depends on.',
  });
}

function notComputed(layer: Layer, wrong: string): Failure {
  return new Failure({
    kind: 'unsupported',
    doing: `computing ${layer.name} (${layer.className}) without ablated channels`,
    wrong,
    tryThis: 'Choose a layer after it.',
  });
}
