/** From a result to lines, panels, findings and tables. */
import assert from 'node:assert/strict';
import type {
  InterResult,
  InterValue,
  IntraResult,
  IntraValue,
  LabelResult,
  Provenance,
} from '../../src/protocol/measure.js';
import { parseQuery } from '../../src/protocol/queryText.js';
import type { IntraAnswer } from '../../webview/state/answer.js';
import { networkCsv } from '../../webview/views/network/networkWords.js';
import { csvField } from '../../src/protocol/csvField.js';
import type { NetworkResult } from '../../src/protocol/network.js';
import { ASKED_HERE, coursesOf } from '../../webview/views/query/ask/askedHere.js';
import { csvOf } from '../../webview/views/query/results/csv.js';
import { interFinding, intraFinding } from '../../webview/views/query/results/findings.js';
import { courseSeries } from '../../webview/views/query/results/courseSeries.js';
import { interCaption, interSeries } from '../../webview/views/query/results/interSeries.js';
import { askMixed, mixedLine, mixedQuestion } from '../../webview/views/query/results/mixedClasses.js';
import { intraPanels } from '../../webview/views/query/results/intraPanels.js';
import { labelFinding, labelSeries } from '../../webview/views/query/results/labelSeries.js';
import { metricSeries } from '../../webview/views/query/results/metricSeries.js';
import { epochBars } from '../../webview/views/query/slice/epochBars.js';
import { cutToWidth } from '../../webview/text/fitText.js';
import { bytesWords, listWords, secondsWords, shortWords } from '../../webview/text/words.js';
import { exampleHost } from '../gallery/exampleHost.js';
import { exampleRun, RESIDUAL_LAYERS } from '../gallery/exampleRun.js';

const provenance: Provenance = {
  measure: 'inter',
  estimator: 'k-nearest-neighbour graph, exact Euclidean',
  parameters: {},
  n: 100,
  unit: 'bits',
  version: '1',
};

function inter(bits: readonly (number | null)[], more: Partial<InterValue> = {}): InterResult {
  const values = bits.map((value, epoch): InterValue => ({
    layer: 3,
    epoch,
    bits: value,
    excessBits: value === null ? null : value - Math.log2(100),
    noiseBits: null,
    halfWidthBits: value === null ? null : 0.1,
    n: 100,
    d: 1568,
    k: 15,
    tieCount: 0,
    zeroScaleCount: 0,
    nonFiniteCount: 0,
    reason: value === null ? 'the epoch is damaged' : null,
    ...more,
  }));
  return { measure: 'inter', provenance, values };
}

function intra(rows: readonly Partial<IntraValue>[]): IntraResult {
  return {
    measure: 'intra',
    provenance: { ...provenance, measure: 'intra', estimator: 'plug-in, 32 bins over each map’s range' },
    range: 'map',
    bins: 32,
    computedFrom: 'statistics',
    values: rows.map((row) => ({
      layer: 3,
      epoch: 0,
      classIndex: null,
      channels: [0, 1],
      bits: [1, 2],
      variance: [0.1, 0.1],
      n: [100, 100],
      meanBits: 1.5,
      ...row,
    })),
  };
}

const answerOf = (slice: IntraResult, more: Partial<IntraAnswer> = {}): IntraAnswer => ({
  slice,
  everything: null,
  ...more,
});

describe('inter-sample entropy as lines', () => {
  it('has the slice with its interval, and noise as a reference', () => {
    const lines = interSeries(inter([10.8, 10.9], { noiseBits: 11.05 }), RESIDUAL_LAYERS, 1);
    assert.deepEqual(
      lines.map((line) => [line.label, line.tone]),
      [
        ['conv2d_2', 'accent'],
        ['Gaussian noise', 'reference'],
      ],
    );
    assert.equal(lines[0].points[1].low, 10.8);
    assert.equal(lines[0].detail, '4.26 bits above log₂ N');
    assert.equal(lines[1].detail, 'same N and D; 4.41 bits above log₂ N');
  });

  it('has one line a layer when several are chosen, each leading to its line of code', () => {
    const both = [...inter([10.8]).values, ...inter([10.1], { layer: 4 }).values];
    const lines = interSeries({ ...inter([]), values: both }, RESIDUAL_LAYERS, 0);
    assert.deepEqual(
      lines.map((line) => line.layer),
      [3, 4],
    );
  });

  it('says why there is no value', () => {
    assert.equal(interSeries(inter([10.8, null]), RESIDUAL_LAYERS, 1)[0].detail, 'the epoch is damaged');
  });

  it('stands beside as many inputs of all classes mixed: the mean of the draws, least and most as its band', () => {
    const line = mixedLine([inter([10, 11]), inter([10.2, null]), inter([10.4, 11.2])]);
    assert.deepEqual(
      line?.points.map(({ value, low, high }) => [value?.toFixed(2), low, high]),
      [
        ['10.20', 10, 10.4],
        ['11.10', 11, 11.2],
      ],
    );
    assert.equal(mixedLine([]), null);
  });

  it('asks for mixed classes only for a slice of some classes of one layer, with as many inputs as it has', () => {
    const asked = (text: string, value = inter([10.8])): number | null => {
      const query = parseQuery(text);
      const request = { query: text, measure: 'inter' } as const;
      const answer = {
        question: { query, request },
        main: { state: 'done', value },
        intra: { state: 'empty' },
      } as const;
      return mixedQuestion(answer, { classCount: 10 })?.count ?? null;
    };
    assert.equal(asked('dCNN(x.label = 3, conv2d_2, -, -)'), 100);
    assert.equal(asked('dCNN(-, conv2d_2, -, -)'), null);
    assert.equal(asked('dCNN({0..99}, conv2d_2, -, -)'), null);
    const both = { ...inter([]), values: [...inter([10.8]).values, ...inter([10.1], { layer: 4 }).values] };
    assert.equal(asked('dCNN(x.label = 3, -, -, -)', both), null);
  });

  it('asks for five draws at the layer and the epochs of the slice', async () => {
    const host = exampleHost(exampleRun());
    const query = parseQuery('dCNN(x.label = 3, conv2d_2, -, 4)');
    const draws = await askMixed(host, { query, count: 60 }, {});
    assert.deepEqual([draws.length, draws[0].values.length, draws[0].values[0].epoch], [5, 1, 4]);
  });

  it('names estimator, k, N and D, and what was left out', () => {
    assert.equal(
      interCaption(inter([10.8], { nonFiniteCount: 3 })),
      'Inter-sample entropy: k-nearest-neighbour graph, exact Euclidean, k = 15; N = 100, D = 1,568; band: 95 %, jackknife; up to 3 samples left out (NaN or ±Inf)',
    );
  });
});

describe('findings', () => {
  const check = (bits: readonly (number | null)[], expected: string | null, width?: number | null): void =>
    assert.equal(
      interFinding(inter(bits, width === undefined ? {} : { halfWidthBits: width }), (layer) => `layer ${layer}`),
      expected,
    );

  it('name the layer that moves most as its line is named', () => {
    const one = (layer: number, bits: number[]) => inter(bits).values.map((value) => ({ ...value, layer }));
    const result = { ...inter([]), values: [...one(1, [3, 3.1]), ...one(6, [4, 3.2])] };
    assert.equal(
      interFinding(result, (layer) => `Dense ${layer}`),
      'Dense 6 changes most: −0.80.',
    );
  });

  it('call flat what never leaves the first interval', () => {
    check([10.8, 10.89, 10.71], 'No measurable change since t = 0.');
  });

  it('name a change only where the intervals at both ends are apart', () => {
    check([10.8, 10.2], 'Falls by 0.60 from t = 0 to t = 1.');
    check([10.8, 10.6, 10.95], 'The first and last epoch are within each other’s intervals.');
    check([10.8, 11.2], 'Rises by 0.40 from t = 0 to t = 1.', null);
  });

  it('say it when nothing has a value', () => {
    check([null, null], 'No epoch has a value.');
  });

  it('name channels that start low, and dead ones', () => {
    const course = (channel: number, values: readonly number[]) => ({
      channel,
      values: values.map((value, epoch) => ({ epoch, value })),
    });
    assert.equal(
      intraFinding([course(0, [4, 4]), course(2, [0.6, 3, 3.9, 4]), course(4, [1, 3.7, 3.9, 4])], []),
      '2 and 4 start low and fill up by epoch 2.',
    );
    assert.equal(intraFinding([course(0, [4, 4])], [7]), '7 is dead.');
    assert.equal(intraFinding([course(0, [4, 4])], []), null);
  });
});

describe('intra-sample entropy as panels', () => {
  it('draws the chosen class over all inputs', () => {
    const slice = intra([{ classIndex: 3 }, { classIndex: 3, epoch: 1, bits: [1.5, null] }]);
    const { panels, of } = intraPanels(
      answerOf(slice, { everything: intra([{}, { epoch: 1 }]).values }),
      RESIDUAL_LAYERS,
      1,
      [],
    );
    assert.equal(of, 'channels');
    assert.deepEqual(
      panels[0].lines.map((line) => line.tone),
      ['muted', 'accent'],
    );
    assert.deepEqual(
      panels.map((panel) => panel.value),
      ['1.50', '–'],
    );
  });

  it('draws several classes in their colours with the slice on top', () => {
    const { panels, classes } = intraPanels(
      answerOf(intra([{}, { classIndex: 0 }, { classIndex: 7 }])),
      RESIDUAL_LAYERS,
      0,
      [],
    );
    assert.deepEqual(classes, [0, 7]);
    assert.deepEqual(
      panels[0].lines.map((line) => line.tone),
      ['class-0', 'class-7', 'accent'],
    );
  });

  it('shades epochs at which every map is constant, and says since when a channel is dead', () => {
    const slice = intra([
      { bits: [0, 2], variance: [0, 0.1] },
      { epoch: 1, bits: [0, 2], variance: [0, 0.1] },
      { epoch: 2 },
    ]);
    const channels = { layer: 3, epoch: 2, dead: [1], deadSince: [1] };
    const report = {
      layer: 3,
      epoch: 2,
      inter: null,
      intraByEpoch: [],
      intraBits: null,
      intraHalfWidthBits: null,
      intraProvenance: provenance,
      channels,
    };
    const { panels, dead } = intraPanels(answerOf(slice), RESIDUAL_LAYERS, 2, [report]);
    assert.deepEqual(panels[0].shaded, [[0, 1]]);
    assert.equal(panels[1].warning, 'dead since epoch 1');
    assert.deepEqual(dead, [1]);
  });

  it('has one panel a layer for several, and one for a vector of units', () => {
    const several = intraPanels(answerOf(intra([{}, { layer: 4 }])), RESIDUAL_LAYERS, 0, []);
    assert.deepEqual([several.of, several.panels.map((panel) => panel.title)], ['layers', ['conv2d_2', 'conv2d_3']]);
    const units = intraPanels(
      answerOf(intra([{ layer: 10, channels: [-1], bits: [3], n: [100] }])),
      RESIDUAL_LAYERS,
      0,
      [],
    );
    assert.deepEqual([units.of, units.panels[0].title], ['whole', 'all 64 units as one vector']);
  });
});

describe('label entropies as lines', () => {
  const result = (classCount: number): LabelResult => ({
    measure: 'label',
    provenance: { ...provenance, measure: 'label' },
    values: [0, 1].map((epoch) => ({
      epoch,
      split: 'all',
      counts: [],
      labelGivenPrediction: Array.from({ length: classCount }, (_, i) => (i === 2 && epoch === 0 ? null : i / 10)),
      predictionGivenLabel: Array.from({ length: classCount }, (_, i) => i / 10),
    })),
  });
  const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `class ${i}`);

  it('keep "never predicted" as a gap', () => {
    const lines = labelSeries(result(4), 'labelGivenPrediction', names(4));
    assert.equal(lines[2].points[0].value, null);
    assert.equal(lines[2].tone, 'class-2');
  });

  it('show of many classes those with the largest entropy, without colours that nobody could tell apart', () => {
    const lines = labelSeries(result(100), 'predictionGivenLabel', names(100));
    assert.equal(lines.length, 10);
    assert.deepEqual([lines[0].label, lines[0].tone], ['class 99', 'plain']);
  });

  it('are found highest where they are', () => {
    assert.equal(labelFinding(result(4), 'predictionGivenLabel', names(4), 1), 'Highest at t = 1: class 3, 0.30.');
  });

  it('are found at the epoch of the cursor, whose values the names tell', () => {
    const at = (epoch: number) => labelFinding(result(4), 'labelGivenPrediction', names(4), epoch);
    assert.equal(at(0), 'Highest at t = 0: class 3, 0.30. 1 of 4 never predicted.');
    assert.equal(at(1), 'Highest at t = 1: class 3, 0.30.');
  });

  it('are dotted where they rest on few samples, as in the training view', () => {
    const few = { ...result(4), values: result(4).values.map((one) => ({ ...one, counts: [[9, 10, 0, 0]] })) };
    const [nine, ten] = labelSeries(few, 'labelGivenPrediction', names(4));
    assert.deepEqual([nine.points[0].faint, ten.points[0].faint], [true, false]);
  });
});

describe('metrics', () => {
  const result = {
    measure: 'metrics' as const,
    provenance: { ...provenance, measure: 'metrics' as const, unit: 'share' as const },
    names: ['loss', 'val_loss', 'acc', 'held_out_accuracy'],
    values: [
      { epoch: 0, values: [null, null, null, 0.1] },
      { epoch: 1, values: [1.5, null, 0.6, 0.62] },
    ],
  };

  it('keep losses and accuracies apart and leave out what was never reported', () => {
    assert.deepEqual(
      metricSeries(result, 'loss').map((line) => line.label),
      ['training loss'],
    );
    assert.deepEqual(
      metricSeries(result, 'accuracy').map((line) => line.label),
      ['training accuracy', 'held-out accuracy'],
    );
  });

  it('make the bars of the epoch strip', () => {
    const bars = epochBars(result);
    assert.equal(bars?.words, 'held-out accuracy');
    assert.deepEqual(bars.byEpoch.get(1), { share: 0.62, text: '62%' });
    assert.equal(epochBars({ ...result, names: [], values: [] }), null);
  });
});

describe('tables', () => {
  it('of a network disarm names of layers and classes too; a class that is a number stays one', () => {
    const clustered = { layer: 0, means: [1, 2], clusters: [{ channels: [0] }] };
    const result = { layers: [clustered], edges: [{ from: 0, to: 0, positive: [1], negative: [-2] }] };
    const layers = [{ ...RESIDUAL_LAYERS[0], name: '=cmd("x")' }];
    const lines = networkCsv(result as unknown as NetworkResult, layers, ['-1', 'a']).split('\n');
    const name = `"'=cmd(""x"")"`;
    const expected = ['layer,cluster,channel,mean -1,mean a', `${name},A,0,1,2`, `${name},A,${name},A,1,-2`];
    assert.deepEqual([lines[0], lines[1], lines[4]], expected);
    assert.deepEqual(['-1', '-1e', '+x', '@x', null, -1].map(csvField), ['-1', "'-1e", "'+x", "'@x", '', '-1']);
  });

  it('leave an undefined value empty and disarm formulas and commas in names', () => {
    const layers = RESIDUAL_LAYERS.map((layer) => ({
      ...layer,
      name: layer.index === 3 ? '=cmd("x"), y' : layer.name,
    }));
    const [head, row] = csvOf(inter([null]), layers).split('\n');
    assert.equal(head.split(',')[3], 'bits');
    assert.equal(row.startsWith(`3,"'=cmd(""x""), y",0,,`), true, row);
  });

  it('have a row for each channel of each class', () => {
    assert.equal(
      csvOf(intra([{}, { classIndex: 3 }]), RESIDUAL_LAYERS)
        .trim()
        .split('\n').length,
      5,
    );
  });
});

describe('words', () => {
  it('round as people read', () => {
    assert.deepEqual([999, 19.4e6, 3.1e9, 250e3].map(bytesWords), ['999 B', '19.4 MB', '3.10 GB', '250 kB']);
    assert.deepEqual([0.01, 1.1, 12.4, 600].map(secondsWords), ['under 0.1 s', '1.1 s', '12 s', '10 min']);
    assert.equal(listWords([0, 2, 3, 4, 9]), '0, 2–4 and 9');
    assert.equal(listWords([4, 5]), '4 and 5');
    assert.equal(listWords([2, 13, 14]), '2, 13 and 14');
    assert.equal(shortWords('block_1/separable_conv2d_12', 11), 'block…2d_12');
  });

  it('are cut to a width, ends kept', () => {
    const measure = (text: string): number => 7 * text.length;
    assert.equal(cutToWidth('batch_normalization_2', 63, measure), 'batc…on_2');
    assert.equal(cutToWidth('conv2d', 63, measure), 'conv2d');
    assert.equal(cutToWidth('conv2d', 1, measure), 'c…d');
  });
});

describe('a measure that describes its courses', () => {
  const { layers } = exampleRun().manifest;
  const point = (layer: number, epoch: number, value: number | null, halfWidth: number | null) => {
    return { layer, epoch, value, halfWidth };
  };

  it('is a line per layer, with its interval, broken where there is no value', () => {
    const [first, second] = courseSeries([point(1, 0, 4, 1), point(1, 1, null, null), point(2, 0, 3, null)], layers);
    assert.deepEqual(first.points, [
      { epoch: 0, value: 4, low: 3, high: 5 },
      { epoch: 1, value: null, low: null, high: null },
    ]);
    assert.deepEqual([first.tone, first.layer, second.layer], ['plain', 1, 2]);
    assert.equal(courseSeries([point(1, 0, 4, 1)], layers)[0].tone, 'accent');
  });
  it('can be chosen in the query view and in no other place need be named', () => {
    assert.ok(ASKED_HERE.includes('intrinsic'));
    assert.equal(coursesOf('intrinsic').length, 2);
    assert.deepEqual(coursesOf('cka'), []);
  });
});
