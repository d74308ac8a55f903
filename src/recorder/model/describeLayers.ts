/** From a traced model to the layers of the run's manifest. */
import type { Layer, SourceSpan, WeightArray } from '../../protocol/run.js';
import { pathSegment } from '../../store/safety/runPaths.js';
import type { AnyLayer } from '../hooks/layersApi.js';
import { activationOf, layerKind } from '../../frameworks/tfjs/layerKinds.js';
import { mapGeometry, product } from './mapGeometry.js';
import type { TracedLayer } from './traceModel.js';

/** `spanOf` says where the script constructs a layer. */
export function describeLayers(
  traced: readonly TracedLayer[],
  spanOf: (layer: AnyLayer) => SourceSpan | null,
): Layer[] {
  return traced.map((one, index) => describeLayer(one, index, spanOf(one.layer)));
}

function describeLayer(
  { name, layer, inputs, outputShape, format, ownsWeights }: TracedLayer,
  index: number,
  source: SourceSpan | null,
): Layer {
  const className = classNameOf(layer);
  const config = plainConfig(layer);
  const path = `layers/${String(index).padStart(3, '0')}-${pathSegment(name)}`;
  const weights = ownsWeights ? weightArrays(layer, path) : [];
  return {
    index,
    name,
    className,
    kind: layerKind(className),
    outputShape: [...outputShape].slice(0, 8),
    ...geometry(outputShape, format),
    parameterCount: weights.reduce((sum, { shape }) => sum + product(shape), 0),
    trainable: layer.trainable,
    activation: activationOf(className, config),
    inputs: [...inputs],
    config,
    source,
    path,
    weights,
  };
}

/** A class of the user's that is never saved needs no `className`. */
function classNameOf(layer: AnyLayer): string {
  const named: unknown = layer.getClassName();
  return typeof named === 'string' && named !== '' ? named : layer.constructor.name;
}

function geometry(shape: readonly number[], format: TracedLayer['format']): Pick<Layer, 'channelCount' | 'mapShape'> {
  const { channelCount, mapShape } = mapGeometry(shape, format);
  return { channelCount, mapShape: [...mapShape] };
}

function weightArrays(layer: AnyLayer, path: string): WeightArray[] {
  const taken = new Set<string>();
  return layer.weights.map((weight, index) => {
    const short = pathSegment(weight.originalName.split('/').pop() ?? '');
    // Some file systems take "Kernel" and "kernel" for the same.
    const name = taken.has(short.toLowerCase()) ? `${short}-${index}` : short;
    taken.add(name.toLowerCase());
    return { name, shape: [...weight.shape] as number[], path: `${path}/weights/${name}` };
  });
}

type Config = Layer['config'];
type Scalar = Extract<Config[string], string | number | boolean | null>;

/** Values of a list in a layer's configuration. */
const LONGEST_LIST = 1000;

/**
 * Plain values only: initialisers, regularisers and nested layers are objects and are left out. Lists of
 * lists, such as the padding of ZeroPadding2D, are kept in a row: [top, bottom, left, right]. Longer lists are data.
 */
function plainConfig(layer: AnyLayer): Config {
  const entries = Object.entries(configOf(layer)).flatMap(([key, value]): [string, Config[string]][] => {
    if (key === 'name' || key === 'trainable' || value === undefined) return [];
    if (isScalar(value)) return [[key, value]];
    const list = Array.isArray(value) ? value.flat() : null;
    return list && list.length <= LONGEST_LIST && list.every(isScalar) ? [[key, list]] : [];
  });
  return Object.fromEntries(entries);
}

function configOf(layer: AnyLayer): Readonly<Record<string, unknown>> {
  try {
    return layer.getConfig();
  } catch {
    // A class of the user's that cannot be saved still trains.
    return {};
  }
}

function isScalar(value: unknown): value is Scalar {
  if (typeof value === 'number') return Number.isFinite(value);
  return value === null || typeof value === 'string' || typeof value === 'boolean';
}
