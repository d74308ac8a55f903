/** Networks as graphs: residual, dense connections, branches, unknown layers, three layers and forty. */
import type { Example } from '../../../../test/gallery/example.js';
import { exampleLayers, exampleRun, RESIDUAL_LAYERS } from '../../../../test/gallery/exampleRun.js';
import type { Layer } from '../../../../src/protocol/run.js';
import { factsOf } from '../../../state/facts.js';
import { Network } from './Network.js';

function network(name: string, layers: readonly Layer[], chosen: readonly [number, number]): Example {
  return {
    name,
    draw: () => (
      <Network
        facts={factsOf(exampleRun({ layers }))}
        chosen={[chosen]}
        classMeans={null}
        onChoose={() => undefined}
        onOpenSource={() => undefined}
      />
    ),
  };
}

const conv = (name: string, inputs?: number[]) => ({
  name,
  className: 'Conv2D',
  kind: 'conv' as const,
  shape: [16, 16, 24],
  parameterCount: 5208,
  config: { kernelSize: [3, 3] },
  ...(inputs ? { inputs } : {}),
});
const merge = (name: string, className: string, inputs: number[]) => ({
  name,
  className,
  kind: 'merge' as const,
  shape: [16, 16, 24],
  inputs,
});
const input = { name: 'input', className: 'InputLayer', kind: 'input' as const, shape: [32, 32, 3] };

export const examples: readonly Example[] = [
  network('network: residual', RESIDUAL_LAYERS, [3, 3]),
  network(
    'network: every layer sees all before',
    exampleLayers([
      input,
      conv('a'),
      conv('b', [0, 1]),
      conv('c', [0, 1, 2]),
      conv('d', [0, 1, 2, 3]),
      merge('all', 'Concatenate', [0, 1, 2, 3, 4]),
    ]),
    [2, 4],
  ),
  network(
    'network: three branches',
    exampleLayers([
      input,
      conv('stem'),
      conv('left', [1]),
      conv('left_2', [2]),
      conv('middle', [1]),
      conv('right', [1]),
      conv('right_2', [5]),
      conv('right_3', [6]),
      merge('concat', 'Concatenate', [3, 4, 7]),
    ]),
    [8, 8],
  ),
  network(
    'network: unknown and recurrent layers',
    exampleLayers([
      input,
      { name: 'my_layer', className: 'SpatialGate', kind: 'other', shape: [16, 16, 3] },
      { name: 'norm', className: 'LayerNormalization', kind: 'normalization', shape: [16, 16, 3] },
      { name: 'lstm', className: 'LSTM', kind: 'recurrent', shape: [64], parameterCount: 80_000 },
      { name: 'out', className: 'Dense', kind: 'dense', shape: [1], parameterCount: 65, source: null },
    ]),
    [1, 1],
  ),
];
