/** Networks, their values and their projections as PyTorch computed them (test/fixtures/deconvnet/make.py). */
import { readFileSync } from 'node:fs';
import type { Layer } from '../../src/protocol/run.js';
import type { Source, Unit } from '../../src/analysis/deconvnet/network.js';

interface FixtureLayer {
  readonly className: string;
  readonly config: Layer['config'];
  readonly inputs: number[];
  readonly outputShape: number[];
  readonly channelCount: number;
  readonly weights: readonly { readonly name: string; readonly shape: number[]; readonly values: string }[];
  readonly output: string;
}

export interface ExpectedProjection {
  readonly layer: number;
  readonly channel: number;
  readonly unit: Unit;
  readonly place: number[] | null;
  readonly activation: number;
  readonly picture: string;
  readonly captum: boolean;
}

export interface FixtureNetwork {
  readonly name: string;
  readonly layers: readonly FixtureLayer[];
  readonly projections: readonly ExpectedProjection[];
}

export const { networks } = JSON.parse(
  readFileSync(new URL('../fixtures/deconvnet/expected.json', import.meta.url), 'utf8'),
) as { networks: FixtureNetwork[] };

export function floats(base64: string): Float32Array {
  const bytes = Buffer.from(base64, 'base64');
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
}

/** A layer as a recording describes it. */
export function recordedLayer(
  layer: Pick<FixtureLayer, 'className' | 'config' | 'inputs' | 'outputShape' | 'channelCount'> &
    Partial<Pick<FixtureLayer, 'weights'>>,
  index: number,
): Layer {
  const { className, config, inputs, outputShape, channelCount, weights = [] } = layer;
  const first = outputShape.length > 1 && outputShape[0] === channelCount && outputShape.at(-1) !== channelCount;
  return {
    index,
    name: `layer_${index}`,
    className,
    kind: 'other',
    outputShape,
    channelCount,
    mapShape: outputShape.length === 1 ? [] : first ? outputShape.slice(1) : outputShape.slice(0, -1),
    parameterCount: 0,
    trainable: true,
    activation: null,
    inputs,
    config,
    source: null,
    path: `layers/${index}`,
    weights: weights.map(({ name, shape }) => ({ name, shape, path: `layers/${index}/${name}` })),
  };
}

export function sourceOf({ layers }: FixtureNetwork): Source {
  return {
    values: ({ index }) => floats(layers[index].output),
    weights: ({ index }) => layers[index].weights.map((one) => ({ ...one, values: floats(one.values) })),
  };
}
