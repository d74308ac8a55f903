/** Line charts: one line, classes with gaps, many lines, one epoch, nothing at all. */
import type { Example } from '../../test/gallery/example.js';
import type { LineSeries } from '../marks/lineChart.js';
import { LineChart, type LineChartProps } from './LineChart.js';

const EPOCHS = Array.from({ length: 31 }, (_, epoch) => epoch);

function line(id: string, value: (epoch: number) => number | null, more: Partial<LineSeries> = {}): LineSeries {
  return { id, label: id, tone: 'plain', points: EPOCHS.map((epoch) => ({ epoch, value: value(epoch) })), ...more };
}

const fall = (epoch: number, seed: number): number =>
  2.6 * Math.exp(-epoch / (4 + seed)) + 0.4 + 0.15 * Math.sin(epoch * (1 + seed / 3) + seed);

function chart(name: string, series: readonly LineSeries[], more: Partial<LineChartProps> = {}): Example {
  return {
    name,
    draw: () => (
      <LineChart
        series={series}
        epochs={[0, 30]}
        format="bits"
        labelWidth={210}
        cursorEpoch={20}
        description={name}
        yTitle="bits"
        minHeight={240}
        onCursor={() => undefined}
        {...more}
      />
    ),
  };
}

const withBand = line('conv2d_2', (epoch) => 10.8 + 0.01 * Math.sin(epoch), {
  tone: 'accent',
  detail: '4.17 bits above log₂ N',
});

export const examples: readonly Example[] = [
  chart('line with interval and reference', [
    {
      ...withBand,
      points: withBand.points.map((p) => ({ ...p, low: (p.value ?? 0) - 0.06, high: (p.value ?? 0) + 0.06 })),
    },
    line('Gaussian noise', () => 11.05, { tone: 'reference', detail: 'same N and D' }),
  ]),
  chart(
    'ten classes, some never predicted',
    Array.from({ length: 10 }, (_, i) =>
      line(String(i), (epoch) => (epoch < (i * 7) % 5 ? null : fall(epoch, i)), { tone: `class-${i}` }),
    ),
    { zeroBased: true, gapLanes: true, labelWidth: 100 },
  ),
  chart(
    'twenty layers with long names',
    Array.from({ length: 20 }, (_, i) =>
      line(`block_${i}/separable_convolution_${i}`, (epoch) => fall(epoch, i), { layer: i }),
    ),
    { minHeight: 340 },
  ),
  chart('damaged epochs', [
    line('conv2d_2', (epoch) => (epoch > 6 && epoch < 12 ? null : fall(epoch, 2)), { tone: 'accent' }),
  ]),
  chart('flat', [line('constant', () => 3.25, { tone: 'accent' })]),
  chart('one epoch', [{ ...line('start', () => null), points: [{ epoch: 0, value: 1.5 }] }], {
    epochs: [0, 1],
    cursorEpoch: 0,
  }),
  chart('no value anywhere', [line('undefined', () => null)]),
  chart('share', [line('probe accuracy', (epoch) => 1 - 0.9 * Math.exp(-epoch / 4), { tone: 'accent' })], {
    format: 'share',
    zeroBased: true,
    valueCeiling: 1,
    yTitle: 'share',
  }),
];
