/** What the compare view draws and says of two states: each at its own epoch, each layer by its own N. */
import assert from 'node:assert/strict';
import type { Change, ComparedLayer, Comparison } from '../../src/protocol/compare.js';
import { lossUnit } from '../../src/protocol/lossUnit.js';
import type { MetricsResult } from '../../src/protocol/measure.js';
import { changeRowsMarks } from '../../webview/marks/changeRows.js';
import { cursorPoints, lineCursor } from '../../webview/marks/lineCursor.js';
import { commonN, offScale, probesWords } from '../../webview/views/compare/comparedProbes.js';
import { bothMetrics, layerColumns, layerRow } from '../../webview/views/compare/compareRows.js';
import { lossWords } from '../../webview/views/query/results/metricSeries.js';

const change = (from: number, to: number, n: number, difference = to - from): Change => ({
  ...{ from, to, difference, halfWidth: 0.02, n, paired: true },
});

function layer(name: string, inter: Change | null): ComparedLayer {
  const place = { index: 0, name, className: 'Conv2D', shape: [], channelCount: 8, source: null };
  return {
    ...{ from: place, to: place, changedArguments: [], inter, intra: null, dead: { from: 0, to: 0 } },
    ...{ channels: { from: [], to: [] }, curves: { from: [], to: [] }, notes: [] },
  };
}

const LAYERS = [
  layer('input1', change(14.67, 14.67, 1000)),
  layer('stem', change(13.81, 13.89, 560)),
  layer('conv3', change(13.82, 13.91, 560)),
];

const metrics = (points: readonly (readonly [number, number])[]): MetricsResult => ({
  measure: 'metrics',
  provenance: { measure: 'metrics', estimator: '', parameters: {}, n: 1, unit: 'share', version: '1' },
  names: ['held_out_accuracy'],
  values: points.map(([epoch, value]) => ({ epoch, values: [value] })),
});

const state = (id: string, epoch: number) =>
  ({ id, name: id, createdAt: '', script: '', git: null, epoch, probeCount: 1000 }) satisfies Comparison['from'];

const comparison: Comparison = {
  ...{
    from: state('a', 5),
    to: state('b', 3),
    sameProbes: true,
    otherStart: false,
    layers: LAYERS,
    accuracy: null,
    classes: [],
  },
  metrics: {
    from: metrics([
      [0, 0.1],
      [3, 0.8],
      [5, 0.9],
    ]),
    to: metrics([
      [0, 0.1],
      [3, 0.7],
    ]),
  },
  estimators: { inter: '', intra: '', accuracy: '' },
};

describe('layers of another N than most', () => {
  it('are told apart in the caption, with their N', () => {
    assert.equal(commonN(LAYERS), 560);
    assert.match(probesWords(comparison), /N = 560, for input1 1,000, on a different scale because diversity grows/);
    assert.doesNotMatch(probesWords(comparison), /same 1,000|random start/);
    const others = probesWords({ ...comparison, otherStart: true });
    assert.match(
      others,
      /^Based on one training each; a different random initialization could also explain this\. Both sides use the same probes/,
    );
    assert.match(probesWords({ ...comparison, layers: LAYERS.slice(1) }), /N = 560\.$/);
  });

  it('have their numbers in words, and stretch no scale', () => {
    const columns = layerColumns(LAYERS);
    assert.deepEqual(columns[0].apart, ['14.67, N = 1,000', null, null]);
    const { columns: drawn } = changeRowsMarks({ width: 900, labelWidth: 100, columns, rowCount: 3, restWidth: 74 });
    const [input, stem] = drawn[0].cells;
    assert.deepEqual([input.from, input.to, input.low], [null, null, null]);
    assert.ok(stem.from !== null && stem.to !== null && stem.to - stem.from > 60, 'the others use the whole scale');
  });

  it('are so as well where the two sides of one layer differ in N', () =>
    assert.deepEqual(offScale([layer('stem', change(14.2, 13.4, 560, 0.03))]), ['14.20 → 13.40, different N']));
});

describe('a layer that has wholly died', () => {
  const dead = { ...layer('conv3', change(13.4, 14.85, 560)), dead: { from: 2, to: 8 } };

  it('says in which of the two, and has no place on the scale of diversities', () => {
    assert.deepEqual(offScale([LAYERS[1], dead]), [null, '13.40 → 14.85, dead in B']);
    assert.deepEqual(offScale([{ ...dead, dead: { from: 8, to: 8 } }]), ['13.40 → 14.85, dead in A and B']);
    assert.deepEqual(offScale([{ ...dead, dead: { from: 7, to: 7 } }]), [null], 'one channel lives');
  });

  it('is said to be constant in the words of its row', () => {
    const { title, spoken } = layerRow(dead, 560);
    assert.match(title, /All outputs are constant in B, so its diversity is meaningless there\./);
    assert.match(spoken, /all outputs are constant in B/);
    assert.doesNotMatch(layerRow(LAYERS[1], 560).spoken, /constant/);
  });
});

describe('the scale of a column of changes', () => {
  it('has no two ticks on each other, however narrow', () => {
    const columns = layerColumns([layer('a', change(13.9, 14.5, 560)), layer('b', change(14.1, 14.2, 560))]);
    for (let width = 300; width < 1400; width += 50) {
      const { columns: drawn } = changeRowsMarks({ width, labelWidth: 100, columns, rowCount: 2, restWidth: 74 });
      const xs = drawn[0].ticks.map(({ x }) => x);
      assert.ok(xs.length > 0);
      for (let i = 1; i < xs.length; i++) assert.ok(xs[i] - xs[i - 1] >= 32, `${width}: ${xs.join(' ')}`);
    }
  });
});

describe('a course of two states', () => {
  it('is marked and told at each side’s own epoch, wherever the cursor is', () => {
    const series = bothMetrics(comparison, 'accuracy');
    assert.deepEqual(
      series.map(({ label }) => label),
      ['A, t = 5', 'B, t = 3'],
    );
    const scales = { xOf: (epoch: number) => 10 * epoch, yOf: (value: number) => 100 * value };
    const { points, values } = lineCursor(scales, cursorPoints(series), 0, 'share');
    assert.deepEqual(
      points.map(({ x, y }) => [x, y]),
      [
        [50, 90],
        [30, 70],
      ],
    );
    assert.deepEqual(
      values.map(({ value }) => value),
      ['90.0 %', '70.0 %'],
    );
  });
});

describe('a loss', () => {
  it('has a unit where it is a cross-entropy', () => {
    assert.deepEqual(['categoricalCrossentropy', 'CrossEntropyLoss'].map(lossWords), [
      'cross-entropy, nats',
      'cross-entropy, nats',
    ]);
    assert.equal(lossUnit('binaryCrossentropy'), 'nats');
  });
  it('of several outputs is in nats only where all are', () => {
    assert.equal(lossUnit('categoricalCrossentropy, meanSquaredError'), 'loss');
    assert.equal(lossWords('categoricalCrossentropy, meanSquaredError'), 'cross-entropy and mean squared error');
    assert.deepEqual([lossWords('huber'), lossWords(''), lossUnit('')], ['huber', 'the script’s own loss', 'loss']);
  });
});
