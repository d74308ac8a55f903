/** The channel view with runs of all kinds, whole pages of their own; and circles at their extremes. */
import type { Example } from '../../../test/gallery/example.js';
import { exampleHost, type ExampleHostOptions } from '../../../test/gallery/exampleHost.js';
import { exampleLayers, exampleRun, type ExampleOptions } from '../../../test/gallery/exampleRun.js';
import { anchorsOf, fillOf } from '../../marks/circlePacking.js';
import { Shell } from '../../shell/Shell.js';
import { createViewer } from '../../state/viewer.js';
import { CirclePacking } from './CirclePacking.js';
import { mostBitsOf, type BitsByGroup } from './channelPanels.js';

function whole(name: string, run: ExampleOptions, host: ExampleHostOptions = {}): Example {
  return {
    name,
    whole: true,
    draw: () => {
      const made = exampleHost(exampleRun(run), { ...host, state: { view: 'channels', ...host.state } });
      window.exampleHostInSight = made;
      return <Shell viewer={createViewer(made)} />;
    },
  };
}

const WIDE = exampleLayers([
  { name: 'input', className: 'InputLayer', kind: 'input', shape: [32, 32, 3] },
  { name: 'conv_wide', className: 'Conv2D', kind: 'conv', shape: [16, 16, 512] },
  {
    name: 'conv_one_channel_with_<b>markup</b>_in_its_long_name',
    className: 'Conv2D',
    kind: 'conv',
    shape: [16, 16, 1],
  },
  { name: 'logits', className: 'Dense', kind: 'dense', shape: [100] },
]);
const UNITS = exampleLayers([
  { name: 'input', className: 'InputLayer', kind: 'input', shape: [4] },
  { name: 'dense', className: 'Dense', kind: 'dense', shape: [10] },
]);

/** Repeatable, in 0…1. */
function scattered(...seeds: number[]): number {
  const x = Math.sin(seeds.reduce((sum, seed, i) => sum + seed * (12.9898 + 41.23 * i), 1)) * 43758.5453;
  return x - Math.floor(x);
}

function circles(name: string, channelCount: number, classCount: number, bitsOf: (channel: number) => number): Example {
  const channels = Array.from({ length: channelCount }, (_, channel) => channel);
  const groups = Array.from({ length: classCount + 1 }, (_, at): BitsByGroup => {
    const bits = channels.map((channel) => bitsOf(channel) * (at === 0 ? 1 : 0.7 + 0.6 * scattered(at, channel)));
    return { id: at === 0 ? null : at - 1, bits, variance: bits.map(() => 0.1), n: bits.map(() => 100) };
  });
  const anchors = anchorsOf(channels.map(bitsOf));
  const known = groups.map(({ bits }) => bits.map((value) => value ?? 0));
  return {
    name,
    draw: () => (
      <CirclePacking
        {...{ groups, channels, anchors }}
        fill={fillOf(known, anchors)}
        mostBits={mostBitsOf(groups)}
        classNames={channels.concat(groups.map((_, i) => i)).map(String)}
        pinned={[]}
        chosen={0}
        epoch={12}
        onChannel={() => undefined}
      />
    ),
  };
}

export const examples: readonly Example[] = [
  whole('channels', {}, { dead: { 3: [5, 13] } }),
  whole(
    'channels-from-first',
    {},
    {
      dead: { 3: [5, 13] },
      state: { epoch: 12, channels: { left: 1, right: 3, layer: 3, channel: 13, fromFirst: true } },
    },
  ),
  whole(
    'channels-before-and-after',
    {},
    {
      dead: { 3: [5, 13] },
      state: {
        epoch: 7,
        channels: {
          ...{ left: 2, right: 3, layer: 3, channel: 13, fromFirst: false },
          maps: { samples: 'classes', unit: 'none', overEpochs: true, epochs: [6, 7] },
        },
      },
    },
  ),
  whole(
    'channels-wide',
    { layers: WIDE, classNames: Array.from({ length: 100 }, (_, i) => `class number ${i}`), epochCount: 60 },
    { dead: { 1: [6, 7, 8, 300] } },
  ),
  whole(
    'channels-512-circles',
    { layers: WIDE, epochCount: 20 },
    { state: { channels: { left: 1, right: 2, layer: 1, channel: 300, fromFirst: false } } },
  ),
  whole('channels-regression', { classNames: [] }),
  whole('channels-damaged', { damaged: [7, 8, 20] }),
  whole('channels-recording', { epochCount: 1, lastEpoch: 5, status: { state: 'recording', processId: 1 } }),
  whole('channels-units', { layers: UNITS }),
  whole('channels-saturated', {}, { dead: { 3: [5] }, saturated: { 3: [2, 9] } }),
  whole('channels-unprojected', {}, { failing: ['deconvnet'] }),
  whole('channels-failing', {}, { failing: ['measure', 'featureMaps'] }),
  circles('circles-of-one-channel', 1, 10, () => 2),
  circles('circles-of-two-equal-channels', 2, 10, () => 2),
  circles('circles-mostly-dead', 32, 10, (channel) => (channel % 9 === 0 ? 2 : 0)),
  circles('circles-of-100-classes', 16, 100, (channel) => 4 * scattered(channel + 1)),
  circles('circles-10000', 909, 10, (channel) => 0.3 + 4 * scattered(channel + 1)),
];
