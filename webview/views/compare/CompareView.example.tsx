/** The compare view on made-up runs, a whole page of its own. */
import type { Example } from '../../../test/gallery/example.js';
import { exampleHost } from '../../../test/gallery/exampleHost.js';
import { exampleRun } from '../../../test/gallery/exampleRun.js';
import { Shell } from '../../shell/Shell.js';
import { createViewer } from '../../state/viewer.js';

export const examples: readonly Example[] = [
  {
    name: 'Compare view: two runs',
    whole: true,
    draw: () => <Shell viewer={createViewer(exampleHost(exampleRun(), { state: { view: 'compare' } }))} />,
  },
];
