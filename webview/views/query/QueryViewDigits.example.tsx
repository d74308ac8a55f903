/** The query view over what a real run on handwritten digits answered. */
import type { Example } from '../../../test/gallery/example.js';
import digits from '../../../test/fixtures/webview/digits.json';
import { keptHost, type KeptAnswers } from '../../../test/gallery/keptAnswers.js';
import { Shell } from '../../shell/Shell.js';
import { createViewer } from '../../state/viewer.js';

export const examples: readonly Example[] = [
  {
    name: 'query-digits',
    whole: true,
    // The file is made by keepAnswers.ts, in this shape.
    draw: () => <Shell viewer={createViewer(keptHost(digits as KeptAnswers))} />,
  },
];
