/** The training view with runs of all kinds, whole pages of their own, and its charts by themselves. */
import type { Example } from '../../../test/gallery/example.js';
import { exampleHost, type ExampleHostOptions } from '../../../test/gallery/exampleHost.js';
import { exampleRun, type ExampleOptions } from '../../../test/gallery/exampleRun.js';
import type { DiversityRow } from '../../marks/diversityBars.js';
import { Shell } from '../../shell/Shell.js';
import { createViewer } from '../../state/viewer.js';
import { DiversityBars } from './DiversityBars.js';

function whole(name: string, run: ExampleOptions = {}, host: ExampleHostOptions = {}): Example {
  return {
    name,
    whole: true,
    draw: () => {
      const made = exampleHost(exampleRun(run), { ...host, state: { view: 'training', ...host.state } });
      window.exampleHostInSight = made;
      return <Shell viewer={createViewer(made)} />;
    },
  };
}

const PLANTS = Array.from({ length: 100 }, (_, i) => `plant ${String(i).padStart(2, '0')}`);
const THINGS = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'];

/** What four runs of one script on 500 to 5,000 digits look like, with numbers by formula. */
const SIZES: readonly DiversityRow[] = [500, 1000, 2500, 5000].map((size, i) => ({
  id: String(size),
  label: size.toLocaleString('en'),
  tone: `size-${i}`,
  chosen: size === 2500,
  bits: Math.log2(size) + 4.3,
  excessBits: 4.3,
  noiseBits: Math.log2(size) + 4.5,
  halfWidthBits: null,
}));

export const examples: readonly Example[] = [
  whole('training', {}, { state: { epoch: 4, classes: [5, 8, 9] } }),
  whole('training-never-predicted', {}, { neverPredicted: [3], state: { epoch: 12 } }),
  whole('training-names', { classNames: THINGS }, { state: { epoch: 8 } }),
  whole('training-hundred', { classNames: PLANTS, epochCount: 12 }),
  whole('training-sizes', {}, { group: { sizes: [500, 1000, 2500, 5000], own: 2500 }, state: { epoch: 4 } }),
  whole('training-one-class', { classNames: ['only'] }),
  whole('training-one-epoch', { epochCount: 1, lastEpoch: 30 }),
  whole('training-damaged', { damaged: [4, 5, 6] }, { state: { epoch: 5 } }),
  whole('training-regression', { classNames: [] }),
  whole('training-failing', {}, { failing: ['measure'] }),
  whole('training-slow', {}, { delay: 20_000 }),
  whole('training-markup', {
    classNames: ['<img src=x onerror=alert(1)>', '"><script>alert(2)</script>', '=1+2', 'a\nb', '', '🦊 fox'],
  }),
  {
    name: 'bars of four sizes, one chosen',
    draw: () => <DiversityBars rows={SIZES} samples="digits" />,
  },
  {
    name: 'a bar without a value',
    draw: () => (
      <DiversityBars
        rows={[{ ...SIZES[0], bits: null, excessBits: null, noiseBits: null, chosen: false }]}
        samples="probes"
      />
    ),
  },
];
