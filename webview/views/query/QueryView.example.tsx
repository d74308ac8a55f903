/** The query view with runs of all kinds, whole pages of their own. */
import type { Example } from '../../../test/gallery/example.js';
import { exampleHost, type ExampleHost, type ExampleHostOptions } from '../../../test/gallery/exampleHost.js';
import {
  DIGITS,
  exampleLayers,
  exampleRun,
  RESIDUAL_LAYERS,
  type ExampleOptions,
} from '../../../test/gallery/exampleRun.js';
import { Shell } from '../../shell/Shell.js';
import { createViewer } from '../../state/viewer.js';

declare global {
  interface Window {
    /** The host of the example in sight, for the browser tests. */
    exampleHostInSight?: ExampleHost;
  }
}

function whole(name: string, run: ExampleOptions, host: ExampleHostOptions = {}): Example {
  return {
    name,
    whole: true,
    draw: () => {
      const made = exampleHost(exampleRun(run), host);
      window.exampleHostInSight = made;
      return <Shell viewer={createViewer(made)} />;
    },
  };
}

const SLICE = { query: 'dCNN(x.label = 3, conv2d_2, {0..7}, -)' };

const WIDE_LAYERS = exampleLayers([
  { name: 'input', className: 'InputLayer', kind: 'input', shape: [32, 32, 3] },
  {
    name: 'conv_a',
    className: 'Conv2D',
    kind: 'conv',
    shape: [16, 16, 512],
    parameterCount: 14_336,
    config: { kernelSize: [3, 3] },
  },
  { name: 'dropout', className: 'Dropout', kind: 'dropout', shape: [16, 16, 512], config: { rate: 0.25 } },
  {
    name: 'one',
    className: 'Conv2D',
    kind: 'conv',
    shape: [16, 16, 1],
    parameterCount: 513,
    config: { kernelSize: [1, 1] },
  },
  { name: 'logits', className: 'Dense', kind: 'dense', shape: [100], parameterCount: 25_700 },
]);

const MARKUP_LAYERS = exampleLayers(
  RESIDUAL_LAYERS.map((layer) => ({
    ...layer,
    shape: [...layer.mapShape, layer.channelCount],
    name: `block_${layer.index}/<b onclick="alert(1)">${layer.name}</b>/separable_convolution_with_a_long_name`,
  })),
);

const DEEP_LAYERS = exampleLayers(
  Array.from({ length: 50 }, (_, i) => {
    const merges = i > 2 && i % 4 === 0;
    return {
      name: i === 0 ? 'input' : merges ? `add_${i / 4}` : `conv_${i}`,
      className: i === 0 ? 'InputLayer' : merges ? 'Add' : 'Conv2D',
      kind: i === 0 ? ('input' as const) : merges ? ('merge' as const) : ('conv' as const),
      shape: [32 >> Math.floor(i / 17), 32 >> Math.floor(i / 17), 16 << Math.floor(i / 17)],
      parameterCount: merges ? 0 : 1000 * (1 + (i % 7)),
      config: { kernelSize: [3, 3] },
      ...(merges ? { inputs: [i - 4, i - 1] } : {}),
    };
  }),
);

export const examples: readonly Example[] = [
  whole('query', {}, { state: SLICE, dead: { 3: [15] } }),
  whole('query-all-classes', {}, { state: { query: 'dCNN(-, conv2d_2, -, -)' }, dead: { 3: [5, 15] } }),
  whole('query-layers', {}, { state: { query: 'dCNN(-, {1..5}, -, -)' } }),
  whole('query-label', {}, { state: { query: 'dCNN(-, -, -, -)', measure: 'label' } }),
  whole('query-metrics', {}, { state: { query: 'dCNN(-, -, -, -)', measure: 'metrics' } }),
  whole('query-intra', {}, { state: { query: 'dCNN(-, conv2d_2, -, -)', measure: 'intra' } }),
  whole('query-browser', {}, { state: SLICE, kind: 'browser' }),
  whole('query-slow', {}, { state: SLICE, delay: 20_000 }),
  whole('query-failing', {}, { state: SLICE, failing: ['measure'] }),
  whole('query-no-estimate', {}, { state: SLICE, failing: ['estimate'] }),
  whole('query-damaged', { damaged: [7, 8, 9, 20] }, { state: SLICE }),
  whole(
    'query-recording',
    { epochCount: 6, lastEpoch: 30, status: { state: 'recording', processId: 1 } },
    { state: SLICE },
  ),
  whole('query-first-epoch', { epochCount: 1, lastEpoch: 5, status: { state: 'recording', processId: 1 } }),
  whole('query-nothing-yet', { epochCount: 0, lastEpoch: 5, status: { state: 'recording', processId: 1 } }),
  whole(
    'query-wide',
    { layers: WIDE_LAYERS, classNames: Array.from({ length: 100 }, (_, i) => `class number ${i}`), epochCount: 200 },
    { state: { query: 'dCNN(x.label = {10..29, 97}, conv_a, {5..40, 300}, {0..150})' }, dead: { 1: [6, 7, 8] } },
  ),
  whole(
    'query-one-channel',
    { layers: WIDE_LAYERS, epochCount: 3 },
    { state: { query: 'dCNN(x.label = 1, one, -, -)' } },
  ),
  whole('query-dead-layer', {}, { state: SLICE, dead: { 3: Array.from({ length: 16 }, (_, i) => i) } }),
  whole(
    'query-markup',
    {
      layers: MARKUP_LAYERS,
      name: '<img src=x onerror=alert(1)> with a very long name that goes on and on.ts',
      classNames: DIGITS.map((d) => `<i>${d}</i>`),
    },
    { state: { query: 'dCNN(x.label = 3, 3, {0..7}, -)' } },
  ),
  whole('query-deep', { layers: DEEP_LAYERS }, { state: { query: 'dCNN(-, {12..14, 30}, -, -)' } }),
  whole('query-regression', { classNames: [] }, { state: { query: 'dCNN({0..99}, dense_1, -, -)' } }),
];
