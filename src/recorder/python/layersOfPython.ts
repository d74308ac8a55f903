/** From the layers that a Python script runs to those of the run's manifest. */
import {
  frameworkClass,
  pythonActivation,
  pythonKind,
  type PythonFramework,
} from '../../frameworks/python/operations.js';
import type { PythonLayer, PythonSpan } from '../../protocol/pythonRecorder.js';
import type { Layer, SourceSpan, WeightArray } from '../../protocol/run.js';
import { pathSegment } from '../../store/safety/runPaths.js';
import { mapGeometry, product } from '../model/mapGeometry.js';

/** Axes that a manifest has room for. */
const MOST_AXES = 8;
/** Values of a list in a layer's configuration; longer lists are data. */
const LONGEST_LIST = 1000;

/** `spanOf` makes a place relative to the workspace. */
export function layersOfPython(
  framework: PythonFramework,
  layers: readonly PythonLayer[],
  spanOf: (span: PythonSpan) => SourceSpan,
): Layer[] {
  return layers.map((layer, index) => describePythonLayer(framework, layer, index, spanOf));
}

export function describePythonLayer(
  framework: PythonFramework,
  layer: PythonLayer,
  index: number,
  spanOf: (span: PythonSpan) => SourceSpan,
): Layer {
  const { name, className, bases, outputShape, format, trainable, source, calledAt, askedAt } = layer;
  const { channelCount, mapShape } = mapGeometry(outputShape, format);
  const path = `layers/${String(index).padStart(3, '0')}-${pathSegment(name)}`;
  const derivedFrom = frameworkClass(framework, className, bases);
  const kind = index === 0 ? 'input' : pythonKind(framework, className, bases);
  return {
    index,
    name,
    className,
    ...(derivedFrom !== null && derivedFrom !== className ? { derivedFrom } : {}),
    kind,
    outputShape: outputShape.slice(0, MOST_AXES),
    channelCount,
    mapShape: [...mapShape],
    parameterCount: parametersOf(layer).reduce((sum, { shape }) => sum + product(shape), 0),
    trainable,
    activation: namedActivation(layer.activation) ?? pythonActivation(framework, className, bases),
    inputs: [...layer.inputs],
    config: Object.fromEntries(
      Object.entries(layer.config).filter(([, value]) => !Array.isArray(value) || value.length <= LONGEST_LIST),
    ),
    source: source && spanOf(source),
    ...(calledAt ? { calledAt: spanOf(calledAt) } : {}),
    ...(askedAt ? { askedAt: spanOf(askedAt) } : {}),
    format,
    path,
    weights: weightArrays(layer, path),
  };
}

function namedActivation(activation: string | null): string | null {
  return activation === 'linear' ? null : activation;
}

/** PyTorch does not count statistics among a model's parameters, Keras does. */
function parametersOf({ weights }: PythonLayer): PythonLayer['weights'] {
  return weights.filter(({ name }) => !/(^|\.)(running_mean|running_var|num_batches_tracked)$/.test(name));
}

function weightArrays({ weights }: PythonLayer, path: string): WeightArray[] {
  const taken = new Set<string>();
  return weights.map(({ name: full, shape, layout }, place) => {
    const short = pathSegment(full.split('/').pop() ?? '');
    // Some file systems take "Kernel" and "kernel" for the same.
    const name = taken.has(short.toLowerCase()) ? `${short}-${place}` : short;
    taken.add(name.toLowerCase());
    const fits = shape.length <= MOST_AXES;
    return {
      name,
      shape: fits ? [...shape] : [product(shape)],
      path: `${path}/weights/${name}`,
      ...(fits && layout !== null ? { layout } : {}),
    };
  });
}
