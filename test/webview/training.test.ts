/** The marks and series of the training view, as pure functions. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { confusionCounts, labelEntropies } from '../../src/analysis/measures/labelEntropies.js';
import type { InterValue, LabelResult, LabelValue, MetricsResult } from '../../src/protocol/measure.js';
import { epochKey, playInterval } from '../../webview/controls/epochSteps.js';
import { hashOf, stateOf } from '../../webview/host/link.js';
import {
  confusionMarks,
  COUNT_LEVELS,
  levelOf,
  STRONG_LEVEL,
  type ConfusionSpec,
} from '../../webview/marks/confusionMatrix.js';
import { diversityMarks, type DiversityRow } from '../../webview/marks/diversityBars.js';
import { lineChartMarks, type LineSeries } from '../../webview/marks/lineChart.js';
import { laneRoom, SHARED_GAP } from '../../webview/marks/lineGaps.js';
import { confusionCsv } from '../../webview/views/training/confusionCsv.js';
import { classTone, classWeight, mostScattered, togglePinned } from '../../webview/selection/pinnedClasses.js';
import { confusionFinding } from '../../webview/views/training/findings.js';
import {
  classSeries,
  diversityRows,
  runSeries,
  splitsOf,
  valueNear,
  valuesOfSplit,
  type TrainedRun,
} from '../../webview/views/training/trainingSeries.js';

const NAMES = ['a', 'b', 'c'];
/** c is never predicted. */
const COUNTS = [
  [90, 10, 0],
  [0, 4, 0],
  [6, 0, 0],
];

/** Of WCAG 2, by the six digits of a colour. */
function luminance(hex: string): number {
  const [r, g, b] = [0, 2, 4].map((at) => {
    const share = parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

const contrast = (a: number, b: number): number => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);

function spec(counts = COUNTS, more: Partial<ConfusionSpec> = {}): ConfusionSpec {
  const classNames = counts.map((_, i) => NAMES[i] ?? `class ${i}`);
  return { counts, ...labelEntropies(counts), classNames, cells: 'counts', width: 420, height: 470, ...more };
}

function value(epoch: number, counts: number[][], more: Partial<LabelValue> = {}): LabelValue {
  return { epoch, split: 'all', counts, ...labelEntropies(counts), ...more };
}

function result(values: LabelValue[]): LabelResult {
  const provenance = { estimator: 'plug-in', parameters: {}, n: 110, unit: 'bits', version: '1' } as const;
  return { measure: 'label', provenance: { measure: 'label', ...provenance }, values };
}

describe('the marks of a confusion matrix', () => {
  it('write the counts that are not 0, the right ones as the diagonal', () => {
    const { numbers } = confusionMarks(spec());
    assert.deepEqual(
      numbers.map(({ text, diagonal }) => [text, diagonal]),
      [
        ['90', true],
        ['10', false],
        ['4', true],
        ['6', false],
      ],
    );
  });

  it('write per cent of the label when asked for rates, and shade by them', () => {
    const { numbers, levels } = confusionMarks(spec(COUNTS, { cells: 'rates' }));
    assert.deepEqual(
      numbers.map(({ text }) => text),
      ['90', '10', '100', '100'],
    );
    assert.equal(levels.at(-1)?.level, COUNT_LEVELS - 1);
  });

  it('say "none" of a class that is never predicted, hatch its column and give it no bar', () => {
    const { columns, hatch, grid, cell } = confusionMarks(spec());
    assert.equal(columns[2].words, 'none');
    assert.equal(columns[2].bar.width, 0);
    const xs = [...hatch.matchAll(/[ML]([\d.]+),/g)].map((match) => Number(match[1]));
    assert.ok(xs.length > 0 && xs.every((x) => x >= grid.x + 2 * cell - 0.01 && x <= grid.x + 3 * cell));
  });

  it('tell 0 bits from no value', () => {
    const { rows } = confusionMarks(spec());
    assert.equal(rows[1].words, '0.00');
    assert.ok(rows[1].bar.width > 0);
  });

  it('have margins as long as their entropies: those of the charts beside', () => {
    const { rows, columns } = confusionMarks(spec());
    const { labelGivenPrediction, predictionGivenLabel } = labelEntropies(COUNTS);
    assert.deepEqual(
      [rows.map((row) => row.bits), columns.map((column) => column.bits)],
      [predictionGivenLabel, labelGivenPrediction],
    );
  });

  it('leave the page’s colour step by step for more, and their numbers can be read, in light and dark', () => {
    const css = readFileSync('webview/theme/theme.css', 'utf8');
    const colours = (name: string): number[] =>
      [...css.matchAll(new RegExp(`--c-${name}: #(\\w{6});`, 'g'))].map(([, hex]) => luminance(hex));
    const steps = Array.from({ length: COUNT_LEVELS }, (_, level) => colours(`count-${level}`));
    for (const [theme, direction] of [
      [0, -1],
      [1, 1],
    ] as const) {
      steps.slice(1).forEach((one, i) => assert.ok(direction * (one[theme] - steps[i][theme]) > 0, `level ${i + 1}`));
      steps.forEach((one, level) => {
        const words = colours(level >= STRONG_LEVEL ? 'on-strong' : 'on-weak')[theme];
        assert.ok(contrast(words, one[theme]) >= 4.5, `level ${level}: ${contrast(words, one[theme])}`);
      });
    }
  });

  it('are stronger for more, and only nothing is level 0', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (a, b) => {
        assert.equal(levelOf(a) === 0, a === 0);
        if (a <= b) assert.ok(levelOf(a) <= levelOf(b));
        assert.ok(levelOf(b) < COUNT_LEVELS);
      }),
    );
    assert.equal(levelOf(Number.NaN), 0);
  });

  it('find the cell under a pixel that they drew it at, and lie within their width', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 120 }),
        fc.integer({ min: 240, max: 900 }),
        fc.nat(),
        fc.nat(),
        (size, width, row, column) => {
          const counts = Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => (i + j) % 7));
          const { grid, cell, cellAt, rows } = confusionMarks(spec(counts, { width }));
          const [label, prediction] = [row % size, column % size];
          const at = cellAt(grid.x + (prediction + 0.5) * cell, grid.y + (label + 0.5) * cell);
          assert.deepEqual(at, { label, prediction });
          assert.equal(cellAt(grid.x - 1, grid.y + 1), null);
          assert.equal(cellAt(grid.x + grid.width + 1, grid.y + 1), null);
          assert.ok(rows.every(({ bar }) => bar.x + bar.width <= width));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('are few elements for a hundred classes', () => {
    const counts = Array.from({ length: 100 }, (_, i) => Array.from({ length: 100 }, (_, j) => (i * j) % 11));
    const { levels, numbers } = confusionMarks(spec(counts));
    assert.ok(levels.length <= COUNT_LEVELS);
    assert.equal(numbers.length, 0);
  });
});

describe('classes that stand out', () => {
  it('are at first the three whose inputs are scattered most', () => {
    const even = [3, 3, 3, 3];
    const counts = [even, [12, 0, 0, 0], [6, 6, 0, 0], [4, 4, 4, 0]];
    assert.deepEqual(mostScattered([value(0, counts), value(1, counts)]), [0, 2, 3]);
    assert.deepEqual(mostScattered([]), []);
  });

  it('are pinned and let go by the same click, the oldest making room', () => {
    assert.deepEqual(togglePinned([1, 2], 2), [1]);
    assert.deepEqual(togglePinned([1], 2), [1, 2]);
    const full = Array.from({ length: 10 }, (_, i) => i);
    assert.deepEqual(togglePinned(full, 40), [...full.slice(1), 40]);
  });

  it('keep their colour among ten, and alone have one among a hundred', () => {
    assert.equal(classTone(3, 10, []), 'class-3');
    assert.equal(classTone(3, 100, []), 'muted');
    assert.match(classTone(3, 100, [7, 3]), /^class-\d$/);
    assert.notEqual(classTone(3, 100, [7, 3]), classTone(7, 100, [7, 3]));
    assert.deepEqual(
      [classWeight(3, 100, [3]), classWeight(4, 100, [3]), classWeight(4, 10, [3])],
      ['pinned', 'hinted', 'tinted'],
    );
  });

  it('travel in a link, also when all were let go', () => {
    const state = { view: 'training', query: 'dCNN(-, -, -, -)', measure: 'inter', epoch: 4 } as const;
    for (const classes of [[5, 8, 9], []]) {
      assert.deepEqual(stateOf(hashOf({ ...state, classes })), { ...state, classes });
    }
    assert.deepEqual(stateOf(hashOf(state)), state);
    const counted = { ...state, training: { split: 'validation', cells: 'rates' } } as const;
    assert.deepEqual(stateOf(hashOf(counted)), counted);
    assert.equal(stateOf(`${hashOf(state)}&training={"split":"some"}`)?.training, undefined);
    assert.equal(stateOf(`${hashOf(state)}&classes=[1,"x"]`)?.classes, undefined);
  });
});

describe('label entropies as lines', () => {
  const early = [
    [5, 0, 5],
    [5, 0, 5],
    [5, 0, 5],
  ];
  const values = [value(0, early), value(1, COUNTS), value(2, COUNTS)];

  it('have no value where a class is never predicted, and rest on few samples where it seldom is', () => {
    const [, b, c] = classSeries(values, 'labelGivenPrediction', NAMES, []);
    assert.deepEqual(
      b.points.map((point) => point.value === null),
      [true, false, false],
    );
    assert.deepEqual(
      c.points.map((point) => point.value === null),
      [false, true, true],
    );
    const rows = classSeries(values, 'predictionGivenLabel', NAMES, []);
    assert.deepEqual(
      rows[1].points.map((point) => point.faint),
      [false, true, true],
    );
  });

  it('are drawn with a lane a gap, a hollow dot where they begin, and dots between few samples', () => {
    const series = classSeries(values, 'labelGivenPrediction', NAMES, [1]);
    const marks = lineChartMarks(chart(series));
    assert.deepEqual(
      marks.gaps.map((gap) => gap.label),
      ['b', 'c'],
    );
    assert.deepEqual(
      marks.beginnings.map((dot) => dot.id),
      ['class 1'],
    );
    assert.equal(marks.lines.at(-1)?.id, 'class 1', 'the pinned line is drawn over the others');
    const scattered = lineChartMarks(chart(classSeries(values, 'predictionGivenLabel', NAMES, [])));
    assert.deepEqual(
      scattered.lines.map((line) => [line.path !== '', line.dotted !== '']),
      [
        [true, false],
        [false, true],
        [false, true],
      ],
    );
  });

  it('are hatched where an epoch is damaged, which says nothing of any class', () => {
    const none = NAMES.map(() => null);
    const damaged = value(1, COUNTS, { labelGivenPrediction: none, reason: 'cut off' });
    const full = [
      [9, 1, 1],
      [1, 9, 1],
      [1, 1, 9],
    ];
    const series = classSeries([value(0, full), damaged, value(2, full)], 'labelGivenPrediction', NAMES, []);
    const marks = lineChartMarks(chart(series));
    assert.deepEqual(
      marks.gaps.map((gap) => gap.id),
      [SHARED_GAP],
    );
    assert.deepEqual(marks.beginnings, []);
    assert.equal(laneRoom(series), 0);
  });

  it('reach to their ceiling, whatever the values', () => {
    const marks = lineChartMarks(chart(classSeries(values, 'predictionGivenLabel', NAMES, [])));
    assert.equal(marks.ceiling?.y, marks.plot.y);
  });

  function chart(series: LineSeries[]): Parameters<typeof lineChartMarks>[0] {
    const ceiling = { value: Math.log2(3), text: 'log₂ 3' };
    return {
      ...{ series, width: 400, height: 300, epochs: [0, 2], format: 'bits', labelWidth: 100 },
      ...{ zeroBased: true, valueCeiling: ceiling.value, gapLanes: true, ceiling },
    };
  }
});

describe('the splits of an answer', () => {
  const both = [
    value(0, COUNTS),
    value(0, COUNTS, { split: 'validation' }),
    value(0, COUNTS, { split: 'train' }),
    value(1, COUNTS, { reason: 'cut off' }),
  ];

  it('are offered only when there are two', () => {
    assert.deepEqual(splitsOf(result(both)), ['all', 'validation', 'train']);
    assert.deepEqual(splitsOf(result([both[0], both[1]])), ['all']);
  });

  it('tell of a damaged epoch whichever is chosen', () => {
    const values = valuesOfSplit(result(both), 'train');
    assert.deepEqual(
      values.map(({ epoch, reason }) => [epoch, reason ?? null]),
      [
        [0, null],
        [1, 'cut off'],
      ],
    );
  });

  it('have a value at the epoch in sight, or at the nearest', () => {
    const values = [value(0, COUNTS), value(5, COUNTS), value(9, COUNTS)];
    assert.deepEqual(
      [0, 4, 6, 100].map((epoch) => valueNear(values, epoch)?.epoch),
      [0, 5, 5, 9],
    );
    assert.equal(valueNear([], 3), null);
  });
});

describe('runs of a group', () => {
  const inputs = (n: number): InterValue => ({
    ...{ layer: 0, epoch: 0, bits: Math.log2(n) + 4, excessBits: 4, noiseBits: Math.log2(n) + 5 },
    ...{ halfWidthBits: 0.1, n, d: 64, k: 15, tieCount: 0, zeroScaleCount: 0, nonFiniteCount: 0, reason: null },
  });
  const metrics: MetricsResult = {
    measure: 'metrics',
    provenance: { measure: 'metrics', estimator: 'reported', parameters: {}, n: 9, unit: 'nats', version: '1' },
    names: ['loss', 'val_loss', 'held_out_accuracy'],
    values: [{ epoch: 1, values: [2, 3, 0.5] }],
  };
  const run = (n: number, chosen: boolean): TrainedRun => ({
    ...{ id: `run ${n}`, label: String(n), size: n, chosen, metrics, inputs: inputs(n) },
  });

  it('are one line each, in the colour of their bar, the chosen one standing out', () => {
    const runs = [run(500, false), run(1000, true), run(5000, false)];
    const lines = runSeries(runs, 'loss');
    const bars = diversityRows(runs);
    assert.deepEqual(
      lines.map((line) => [line.id, line.label]),
      [
        ['run 500', '500'],
        ['run 1000', '1000'],
        ['run 5000', '5000'],
      ],
    );
    assert.deepEqual(
      lines.map((line) => line.tone),
      bars.map((bar) => bar.tone),
    );
    assert.equal(new Set(bars.map((bar) => bar.tone)).size, 3);
    assert.deepEqual(
      lines.map((line) => line.weight ?? null),
      [null, 'pinned', null],
    );
    assert.deepEqual(
      bars.map((bar) => bar.chosen),
      [false, true, false],
    );
  });

  it('alone have every loss that was reported, without a frame round its bar', () => {
    const lines = runSeries([run(500, true)], 'loss');
    assert.deepEqual(
      lines.map((line) => line.label),
      ['training', 'validation'],
    );
    assert.equal(diversityRows([run(500, true)])[0].chosen, false);
  });
});

describe('bars of diversity', () => {
  const row = (bits: number | null, noiseBits: number | null): DiversityRow => ({
    ...{ id: `${bits}`, label: '500', tone: 'size-2', chosen: false, bits, noiseBits },
    ...{ excessBits: bits === null ? null : 4, halfWidthBits: bits === null ? null : 0.1 },
  });

  it('start at 0 and are as long as their entropy', () => {
    const { bars, plot } = diversityMarks([row(13, 14), row(6.5, 14)], 420);
    assert.ok(bars.every((bar) => bar.x === plot.x));
    assert.ok(Math.abs(bars[0].width - 2 * bars[1].width) < 1e-9);
    assert.ok((bars[0].noiseX ?? 0) <= plot.x + plot.width);
  });

  it('say "none" where there is no value', () => {
    const [bar] = diversityMarks([row(null, null)], 420).bars;
    assert.deepEqual([bar.bits, bar.excess, bar.width, bar.noiseX, bar.interval], ['none', '', 0, null, null]);
  });
});

describe('an epoch slider', () => {
  it('goes with keys to epochs that are there, and leaves other keys alone', () => {
    const keys = ['ArrowRight', 'ArrowLeft', 'Home', 'End', 'PageUp', 'PageDown', 'a'];
    assert.deepEqual(
      keys.map((key) => epochKey(key, 4, [0, 30])),
      [5, 3, 0, 30, 14, 0, null],
    );
    assert.equal(epochKey('ArrowRight', 30, [0, 30]), 30);
  });

  it('plays long runs quickly and short ones slowly enough to see', () => {
    assert.ok(playInterval(3) <= 500 && playInterval(1000) >= 60);
    assert.ok(playInterval(30) > playInterval(100));
  });
});

describe('a confusion matrix in words and as a table', () => {
  it('says how many are right, and the commonest mistake', () => {
    const n = COUNTS.flat().reduce((sum, count) => sum + count, 0);
    const mistake = 'Most frequent error: a predicted as b, 10 times.';
    assert.equal(confusionFinding(COUNTS, NAMES, 0), `Held-out accuracy 85.5 %, ${n} probes. ${mistake}`);
    assert.equal(confusionFinding(COUNTS, NAMES, n), `Training accuracy 85.5 %, ${n} probes. ${mistake}`);
    assert.equal(confusionFinding(COUNTS, NAMES, 9), `85.5 % right, 9 of ${n} probes seen in training. ${mistake}`);
    assert.equal(confusionFinding([[3]], ['only'], 0), 'Held-out accuracy 100.0 %, 3 probes.');
    assert.equal(confusionFinding([[0]], ['only'], 0), 'No probes were counted.');
  });

  it('is a row a label, with names that no program takes for a formula', () => {
    const counts = confusionCounts([0, 0, 1], [0, 1, 1], 2);
    const text = confusionCsv(value(3, counts), ['=cat', 'a,b']);
    assert.deepEqual(text.trimEnd().split('\n'), [
      'epoch,split,label,predicted =cat,"predicted a,b",bits_prediction_given_label',
      `3,all,'=cat,1,1,1`,
      '3,all,"a,b",0,1,0',
      `3,all,bits_label_given_prediction,0,1,`,
    ]);
  });
});
