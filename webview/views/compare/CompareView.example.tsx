/** The compare view on made-up runs, whole pages of their own. */
import type { Example } from '../../../test/gallery/example.js';
import { FIFTY_LAYERS } from '../../../test/gallery/exampleResidual.js';
import { exampleHost } from '../../../test/gallery/exampleHost.js';
import { exampleRun, type ExampleOptions } from '../../../test/gallery/exampleRun.js';
import { Shell } from '../../shell/Shell.js';
import { createViewer } from '../../state/viewer.js';

function whole(name: string, run: ExampleOptions = {}): Example {
  return {
    name,
    whole: true,
    draw: () => {
      const made = exampleHost(exampleRun(run), { state: { view: 'compare' } });
      window.exampleHostInSight = made;
      return <Shell viewer={createViewer(made)} />;
    },
  };
}

export const examples: readonly Example[] = [
  whole('compare'),
  whole('compare-fifty', { layers: FIFTY_LAYERS, epochCount: 5 }),
];
