/** The information view with runs of all kinds, whole pages of their own. */
import type { Example } from '../../../test/gallery/example.js';
import type { ExampleHostOptions } from '../../../test/gallery/exampleHost.js';
import { informationHost } from '../../../test/gallery/exampleInformation.js';
import { exampleLayers, exampleRun, type ExampleOptions } from '../../../test/gallery/exampleRun.js';
import { Shell } from '../../shell/Shell.js';
import { createViewer } from '../../state/viewer.js';

function whole(
  name: string,
  run: ExampleOptions = {},
  host: ExampleHostOptions & { readonly ablationDelay?: number } = {},
): Example {
  return {
    name,
    whole: true,
    draw: () => {
      const made = informationHost(exampleRun(run), { ...host, state: { view: 'information', ...host.state } });
      window.exampleHostInSight = made;
      return <Shell viewer={createViewer(made)} />;
    },
  };
}

const FIFTY = exampleLayers([
  { name: 'input', className: 'InputLayer', kind: 'input', shape: [16, 16, 1] },
  ...Array.from({ length: 49 }, (_, i) => ({
    ...{ name: `stage${Math.floor(i / 12)}_conv_${i + 1}`, className: 'Conv2D', kind: 'conv' as const },
    shape: [16, 16, 8],
  })),
]);

export const examples: readonly Example[] = [
  whole('information'),
  whole('information-dead', {}, { dead: { 1: [2, 5], 3: [0, 15] }, state: { epoch: 6 } }),
  whole('information-fifty', { layers: FIFTY, epochCount: 5 }),
  whole('information-one-epoch', { epochCount: 1 }),
  whole('information-regression', { classNames: [], epochCount: 3 }),
  whole('information-slow', {}, { delay: 4000 }),
  whole('information-slow-ablation', {}, { ablationDelay: 20_000 }),
  whole('information-failing', {}, { failing: ['measure'] }),
];
