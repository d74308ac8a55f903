/** The network view with runs of all kinds, whole pages of their own. */
import type { Example } from '../../../test/gallery/example.js';
import { exampleHost, type ExampleHostOptions } from '../../../test/gallery/exampleHost.js';
import { exampleLayers, exampleRun, type ExampleOptions } from '../../../test/gallery/exampleRun.js';
import type { NetworkChoice } from '../../../src/protocol/network.js';
import { Shell } from '../../shell/Shell.js';
import { createViewer } from '../../state/viewer.js';
import { FIRST_CHOICE } from './networkChoice.js';

function whole(
  name: string,
  choice: Partial<NetworkChoice> = {},
  run: ExampleOptions = {},
  host: ExampleHostOptions = {},
): Example {
  return {
    name,
    whole: true,
    draw: () => {
      const state = { view: 'network' as const, network: { ...FIRST_CHOICE, ...choice }, ...host.state };
      const made = exampleHost(exampleRun(run), { ...host, state });
      window.exampleHostInSight = made;
      return <Shell viewer={createViewer(made)} />;
    },
  };
}

/** Ten layers of a hundred clusters each; the tenth of their edges is about ten thousand. */
const THOUSAND = exampleLayers([
  { name: 'input', className: 'InputLayer', kind: 'input', shape: [16, 16, 1] },
  ...Array.from({ length: 10 }, (_, i) => ({
    ...{ name: `conv_${i + 1}`, className: 'Conv2D', kind: 'conv' as const, shape: [16, 16, 120] },
    config: { kernelSize: [3, 3], padding: 'same', clusters: 100 },
  })),
]);

/** A residual network of fifty layers: a stem, sixteen blocks of three convolutions, an output. */
const FIFTY = exampleLayers(fiftyLayers());

function fiftyLayers(): Parameters<typeof exampleLayers>[0] {
  const parts: {
    name: string;
    className: string;
    kind: 'input' | 'conv' | 'merge' | 'pool' | 'dense';
    shape: number[];
    inputs?: number[];
  }[] = [
    { name: 'input', className: 'InputLayer', kind: 'input', shape: [32, 32, 1] },
    { name: 'stem_conv', className: 'Conv2D', kind: 'conv', shape: [32, 32, 8] },
  ];
  [3, 4, 6, 3].forEach((blocks, stage) => {
    const side = 32 / 2 ** stage;
    for (let block = 1; block <= blocks; block++) {
      const name = `stage${stage + 2}_block${block}`;
      const fork = parts.length - 1;
      for (let conv = 1; conv <= 3; conv++)
        parts.push({
          ...{ name: `${name}_conv${conv}`, className: 'Conv2D', kind: 'conv', shape: [side, side, 8 + 4 * stage] },
          ...(conv === 1 ? { inputs: [fork] } : {}),
        });
      const shape = [side, side, 8 + 4 * stage];
      const last = parts.length - 1;
      if (block > 1) parts.push({ name: `${name}_add`, className: 'Add', kind: 'merge', shape, inputs: [last, fork] });
      else {
        parts.push({ name: `${name}_shortcut`, className: 'Conv2D', kind: 'conv', shape, inputs: [fork] });
        parts.push({ name: `${name}_add`, className: 'Add', kind: 'merge', shape, inputs: [last, last + 1] });
      }
    }
  });
  return [
    ...parts,
    { name: 'pool', className: 'GlobalAveragePooling2D', kind: 'pool', shape: [20] },
    { name: 'classes', className: 'Dense', kind: 'dense', shape: [10] },
  ];
}

export const examples: readonly Example[] = [
  whole('network'),
  whole('network-activations', { cards: 'activations', stages: ['residual block: conv2d_3'] }),
  whole('network-dead', { facet: 3 }, {}, { dead: { 1: [2, 5], 3: [0, 15], 10: [1, 2, 3, 4, 5, 6, 7, 8] } }),
  whole('network-fifty', {}, { layers: FIFTY, epochCount: 5 }),
  whole('network-thousand', { strongest: 0.09, stages: ['map size: conv_1'] }, { layers: THOUSAND, epochCount: 2 }),
  whole('network-regression', {}, { classNames: [], epochCount: 3 }),
  whole('network-failing', {}, {}, { failing: ['network'] }),
  whole('network-without-patches', {}, {}, { failing: ['networkPatches'] }),
];
