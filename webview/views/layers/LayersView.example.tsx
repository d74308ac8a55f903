/** The layer view with runs of all kinds, whole pages of their own, and its bars by themselves. */
import type { Example } from '../../../test/gallery/example.js';
import { distanceHost } from '../../../test/gallery/exampleDistanceMi.js';
import { FIFTY_LAYERS, residualLayers } from '../../../test/gallery/exampleResidual.js';
import type { ExampleHostOptions } from '../../../test/gallery/exampleHost.js';
import { exampleLayers, exampleRun, type ExampleOptions } from '../../../test/gallery/exampleRun.js';
import { Shell } from '../../shell/Shell.js';
import { createViewer } from '../../state/viewer.js';
import { useMiColours } from './miColours.js';
import { SharedBars } from './SharedBars.js';

function whole(name: string, run: ExampleOptions = {}, host: ExampleHostOptions = {}): Example {
  return {
    name,
    whole: true,
    draw: () => {
      const made = distanceHost(exampleRun(run), { ...host, state: { view: 'layers', ...host.state } });
      window.exampleHostInSight = made;
      return <Shell viewer={createViewer(made)} />;
    },
  };
}

const WIDE = exampleLayers([
  { name: 'input', className: 'InputLayer', kind: 'input', shape: [32, 32, 3] },
  { name: 'conv2d_of_one_hundred_and_twenty_eight', className: 'Conv2D', kind: 'conv', shape: [32, 32, 128] },
  { name: '<b>conv2d</b>', className: 'Conv2D', kind: 'conv', shape: [16, 16, 128] },
]);

const NARROW = exampleLayers([
  { name: 'input', className: 'InputLayer', kind: 'input', shape: [8, 8, 1] },
  { name: 'conv2d', className: 'Conv2D', kind: 'conv', shape: [8, 8, 1] },
]);

function Bars(): ReturnType<typeof SharedBars> {
  return <SharedBars a={3.64} b={3.73} mutual={0.54} colours={useMiColours()} />;
}

export const examples: readonly Example[] = [
  whole('layers'),
  whole('layers-dead', {}, { dead: { 1: [2, 5], 3: [0, 15] }, state: { epoch: 6 } }),
  whole('layers-index', {}, { state: { layers: { a: 3, b: 1, order: 'index', masked: false } } }),
  whole('layers-many-channels', { layers: WIDE, epochCount: 5 }),
  whole('layers-one-channel', { layers: NARROW, epochCount: 3 }),
  whole('layers-deep', { layers: FIFTY_LAYERS, epochCount: 3 }),
  whole('layers-deepest', { layers: residualLayers([3, 8, 28, 3]), epochCount: 2 }),
  whole('layers-failing', {}, { failing: ['measure'] }),
  { name: 'what two layers share', draw: () => <Bars /> },
];
