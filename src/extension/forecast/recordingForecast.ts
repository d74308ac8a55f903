/**
 * What recording the models of a file would take on disk, from its text alone: the shapes that the text
 * decides, counted by the store as if they were recorded. A model of which anything is not known has none.
 */
import type { Node } from '@vscode/tree-sitter-wasm';
import type { Layer, RunManifest } from '../../protocol/run.js';
import { runBytes } from '../../store/runSize.js';
import type { LayerDefinition } from '../detect/layerDefinition.js';
import type { ReadModel } from './composedModels.js';
import { readModels } from './modelReader.js';
import { declaredInput, product, shapedLayer, type Shape } from './outputShapes.js';
import { reached, type Instance, type Use } from './symbolicValues.js';

export interface RecordingWish {
  /** Probe inputs wanted. */
  readonly probes: number;
  /** The most that a run may take, bytes. */
  readonly byteBudget: number;
}

export interface RecordingForecast {
  /** Place of the model's first layer among the definitions: where it is said. */
  readonly definition: number;
  /** Layers besides the input. */
  readonly layerCount: number;
  readonly probes: number;
  /** With all maps of so many probes. */
  readonly bytesPerEpoch: number;
  /** How many epochs fit into the budget with all maps, t = 0 among them. */
  readonly epochsInBudget: number;
  readonly byteBudget: number;
}

/** One for each model whose layers' shapes the text decides; none where several begin alike, and one is trained. */
export function recordingForecasts(
  root: Node,
  text: string,
  definitions: readonly LayerDefinition[],
  wish: RecordingWish,
): RecordingForecast[] {
  const forecasts = new Map<number, RecordingForecast>();
  const ambiguous = new Set<number>();
  for (const model of readModels(root, text, definitions)) {
    const forecast = forecastOf(model, definitions, wish);
    if (!forecast) continue;
    const other = forecasts.get(forecast.definition);
    if (other && other.bytesPerEpoch !== forecast.bytesPerEpoch) ambiguous.add(forecast.definition);
    forecasts.set(forecast.definition, forecast);
  }
  return [...forecasts.values()].filter(({ definition }) => !ambiguous.has(definition));
}

function forecastOf(
  model: ReadModel,
  definitions: readonly LayerDefinition[],
  { probes, byteBudget }: RecordingWish,
): RecordingForecast | null {
  const uses = model.kind === 'sequential' ? chain(model.instances, definitions) : reached(model.outputs);
  const shaped = uses && shapesOf(uses, definitions);
  const first = shaped?.find(({ layer }) => layer.kind !== 'input');
  if (!shaped || !first) return null;
  const layers = shaped.map(({ layer }) => layer);
  const { once, perEpoch } = runBytes({ layers, ...taskOf(layers), probeCount: probes, mapSampleCount: probes });
  return {
    definition: first.definition,
    layerCount: layers.filter(({ kind }) => kind !== 'input').length,
    probes,
    bytesPerEpoch: perEpoch,
    epochsInBudget: Math.max(0, Math.floor((byteBudget - once) / perEpoch)),
    byteBudget,
  };
}

/** A sequential model as uses of its layers; the first one says what comes in. */
function chain(instances: readonly Instance[], definitions: readonly LayerDefinition[]): Use[] | null {
  const [first] = instances;
  if (!first) return null;
  const uses: Use[] = [];
  if (definitions[first.definition]?.kind !== 'input') uses.push({ instance: first, inputs: [] });
  for (const instance of instances) {
    const before = uses[uses.length - 1];
    uses.push({ instance, inputs: before ? [before] : [] });
  }
  return uses;
}

interface Shaped {
  readonly layer: Layer;
  readonly definition: number;
}

function shapesOf(uses: readonly Use[], definitions: readonly LayerDefinition[]): Shaped[] | null {
  const outputs = new Map<Use, Shape>();
  const weighted = new Set<Instance>();
  const shaped: Shaped[] = [];
  for (const use of uses) {
    const definition = definitions[use.instance.definition];
    if (!definition) return null;
    const inputs = use.inputs.map((input) => outputs.get(input) ?? []);
    const isInput = use.inputs.length === 0;
    const output = isInput ? declaredInput(definition) : null;
    const known = isInput ? output && { output, weights: [] } : shapedLayer(definition, inputs);
    if (!known) return null;
    outputs.set(use, known.output);
    // A layer that is used twice has its weights once.
    const weights = weighted.has(use.instance) ? [] : known.weights;
    if (!isInput) weighted.add(use.instance);
    shaped.push({ layer: layerOf(shaped.length, definition, isInput, known.output, weights), definition: use.instance.definition }); // prettier-ignore
  }
  return shaped;
}

function layerOf(
  index: number,
  definition: LayerDefinition,
  isInput: boolean,
  output: Shape,
  weights: readonly Shape[],
): Layer {
  const name = definition.name ?? definition.factory;
  const path = `layers/${String(index).padStart(3, '0')}-${name}`;
  const activation = definition.arguments['activation']?.value;
  return {
    index,
    name,
    className: isInput ? 'InputLayer' : definition.className,
    kind: isInput ? 'input' : definition.kind,
    outputShape: [...output],
    ...geometry(output),
    parameterCount: weights.reduce((sum, shape) => sum + product(shape), 0),
    trainable: true,
    activation: typeof activation === 'string' ? activation : null,
    inputs: [],
    config: {},
    source: null,
    path,
    weights: weights.map((shape, at) => ({ name: String(at), shape: [...shape], path: `${path}/weights/${at}` })),
  };
}

/** Channels last; space of four and more axes is kept as three. */
function geometry(shape: Shape): Pick<Layer, 'channelCount' | 'mapShape'> {
  const channelCount = shape[shape.length - 1] ?? 1;
  if (shape.length <= 1) return { channelCount, mapShape: [] };
  const space = shape.slice(0, -1);
  return { channelCount, mapShape: space.length <= 3 ? space : [product(space.slice(0, -2)), ...space.slice(-2)] };
}

/** Classes as the last layer's units say them; what else there may be changes a few bytes. */
function taskOf(layers: readonly Layer[]): Pick<RunManifest, 'task' | 'classNames' | 'metrics'> {
  const last = layers[layers.length - 1];
  const units = last?.mapShape.length === 0 ? last.channelCount : 0;
  const activation = last?.className === 'Softmax' ? 'softmax' : last?.activation;
  const classes = activation === 'softmax' ? units : activation === 'sigmoid' && units === 1 ? 2 : 0;
  const metrics = ['loss', 'acc', 'val_loss', 'val_acc', 'probe_accuracy'];
  return {
    task: classes > 0 ? 'classification' : 'none',
    classNames: Array.from({ length: classes }, String),
    metrics,
  };
}
