/** The network view with runs of all kinds, whole pages of their own. */
import type { Example } from '../../../test/gallery/example.js';
import { FIFTY_LAYERS } from '../../../test/gallery/exampleResidual.js';
import type { ExampleHostOptions } from '../../../test/gallery/exampleHost.js';
import { informationHost } from '../../../test/gallery/exampleInformation.js';
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
      const made = informationHost(exampleRun(run), { ...host, state });
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

export const examples: readonly Example[] = [
  whole('network'),
  whole('network-activations', { cards: 'activations', stages: ['residual block: conv2d_3'] }),
  whole('network-dead', { facet: 3 }, {}, { dead: { 1: [2, 5], 3: [0, 15], 10: [1, 2, 3, 4, 5, 6, 7, 8] } }),
  whole('network-fifty', {}, { layers: FIFTY_LAYERS, epochCount: 5 }),
  whole('network-thousand', { strongest: 0.09, stages: ['map size: conv_1'] }, { layers: THOUSAND, epochCount: 2 }),
  whole('network-regression', {}, { classNames: [], epochCount: 3 }),
  whole('network-failing', {}, {}, { failing: ['network'] }),
  whole('network-without-patches', {}, {}, { failing: ['networkPatches'] }),
];
