/** Small multiples: few and many panels, dead channels, undefined epochs. */
import type { Example } from '../../test/gallery/example.js';
import type { Panel } from '../marks/smallMultiples.js';
import { SmallMultiples } from './SmallMultiples.js';

function panel(channel: number, value: (epoch: number) => number | null, more: Partial<Panel> = {}): Panel {
  const points = Array.from({ length: 31 }, (_, epoch) => ({ epoch, value: value(epoch) }));
  const last = points[points.length - 1].value;
  return {
    id: String(channel),
    title: `channel ${channel}`,
    value: last === null ? '–' : last.toFixed(2),
    lines: [{ tone: 'accent', points }],
    shaded: [],
    ...more,
  };
}

const rising = (channel: number) => (epoch: number) => 4 - 3 * Math.exp(-epoch / (1 + (channel % 5)));

function grid(name: string, panels: readonly Panel[], compact = false): Example {
  return {
    name,
    draw: () => (
      <SmallMultiples
        panels={panels}
        panelHeight={compact ? 84 : 106}
        minPanelWidth={compact ? 72 : 98}
        gap={compact ? 22 : 34}
        maxColumns={compact ? 12 : 4}
        epochs={[0, 30]}
        ceiling={5}
        cursorEpoch={30}
        description={name}
        thumbnails={new Map()}
      />
    ),
  };
}

export const examples: readonly Example[] = [
  grid(
    'eight channels',
    Array.from({ length: 8 }, (_, i) => panel(i, rising(i))),
  ),
  grid('one channel', [panel(0, rising(0))]),
  grid(
    'forty-eight channels',
    Array.from({ length: 48 }, (_, i) => ({ ...panel(i, rising(i)), title: String(i) })),
    true,
  ),
  grid('dead, revived, undefined', [
    panel(0, (epoch) => (epoch > 10 ? 0 : 3), { shaded: [[11, 30]], warning: 'dead since 11' }),
    panel(1, (epoch) => (epoch % 6 < 2 ? 0 : 2), {
      shaded: [
        [0, 1],
        [6, 7],
        [12, 13],
        [18, 19],
        [24, 25],
        [30, 30],
      ],
    }),
    panel(2, (epoch) => (epoch > 5 && epoch < 9 ? null : 3)),
    panel(3, () => null, { title: 'a name that does not fit into its panel' }),
  ]),
];
