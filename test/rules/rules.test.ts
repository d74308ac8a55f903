/** Each rule on both sides of its threshold, and what all of them say together of recorded runs. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { AnalysisEngine } from '../../src/analysis/engine.js';
import { binomialTail, halfWidth } from '../../src/analysis/rules/arithmetic.js';
import type { LayerFacts, TrainingFacts } from '../../src/analysis/rules/facts.js';
import { judgeTraining, RULES } from '../../src/analysis/rules/registry.js';
import type { LabelValue, RedundancyValue } from '../../src/protocol/measure.js';
import type { Layer } from '../../src/protocol/run.js';
import { RULE_NAMES, type Finding, type RuleName } from '../../src/protocol/summary.js';
import { buildWorker, type BuiltWorker } from '../engine/builtWorker.js';
import { DEAD_CHANNEL, syntheticRun } from '../engine/syntheticRun.js';
import { removeFolders, sampleManifest } from '../store/sampleRun.js';

const manifest = sampleManifest({ sampleCount: 200 });
const [, conv, next] = manifest.layers as [Layer, Layer, Layer];

function layerFacts(layer: Layer, changed: Partial<LayerFacts> = {}): LayerFacts {
  const none = { dead: [], deadSince: [], saturated: [], unchanged: [], comparedEpochs: [0, 1, 2, 3] };
  return { layer, ...none, nonFinite: 0, redundancy: null, ...changed };
}

function answers(counts: readonly (readonly number[])[], bits = 0.2): LabelValue[] {
  return [1, 2, 3].map((epoch) => ({
    ...{ epoch, split: 'validation', counts },
    labelGivenPrediction: counts.map(() => bits),
    predictionGivenLabel: counts.map(() => bits),
  }));
}

/** In which nothing is wrong. */
function healthy(changed: Partial<TrainingFacts> = {}): TrainingFacts {
  const metric = (epoch: number, ...values: (number | null)[]) => ({ epoch, values });
  const values = [
    metric(0, null, null, null),
    metric(1, 1, 1.1, 0.7),
    metric(2, 0.5, 0.6, 0.9),
    metric(3, 0.2, 0.3, 0.97),
  ];
  return {
    ...{ manifest, epoch: 3, epochs: [0, 1, 2, 3], notLearned: null, isComputed: true },
    accuracy: { correct: 9700, n: 10_000, heldOut: true, reported: null },
    trained: { correct: 980, n: 1000, heldOut: false },
    metrics: { names: ['loss', 'val_loss', 'acc'], values },
    answers: answers([
      [98, 1, 1],
      [1, 98, 1],
      [1, 1, 98],
    ]),
    layers: [layerFacts(conv, { redundancy: needed(4) }), layerFacts(next, { redundancy: needed(4) })],
    duplicates: { count: 0, n: 100, trained: 100 },
    ...changed,
  };
}

function needed(count: number, stable = true): RedundancyValue {
  const none = { dead: [], deadSince: [], saturated: [], pairs: [], nonFiniteCount: 0, reason: null };
  return { layer: 1, epoch: 3, channelCount: 4, ...none, recommendedCount: count, stable, n: 200 };
}

const found = (facts: TrainingFacts): readonly Finding[] => judgeTraining(facts).findings;
const rulesOf = (facts: TrainingFacts): RuleName[] => found(facts).map(({ rule }) => rule);
const withMetric = (place: number, ...values: (number | null)[]): TrainingFacts => {
  const { metrics } = healthy();
  const changed = metrics.values.map((one, epoch) => ({
    ...one,
    values: one.values.map((value, at) => (at === place ? (values[epoch] ?? null) : value)),
  }));
  return healthy({ metrics: { ...metrics, values: changed } });
};

describe('rules', () => {
  it('are the documented ones, each once', () => {
    assert.deepEqual(
      RULES.map(({ name }) => name),
      [...RULE_NAMES],
    );
    const page = readFileSync('docs/rules.md', 'utf8');
    for (const { name, definition, source } of RULES)
      assert.ok(page.includes(`| \`${name}\` | ${definition} | ${source} |`), `docs/rules.md has no row of ${name}`);
  });

  it('find nothing in a healthy training, and say what each has checked', () => {
    const { findings, checked, unchecked, heldBack } = judgeTraining(healthy());
    assert.deepEqual(findings, []);
    assert.deepEqual(unchecked, []);
    assert.deepEqual(heldBack, []);
    assert.deepEqual(
      checked.map(({ rule }) => rule),
      [...RULE_NAMES],
    );
  });

  const cases: readonly [RuleName, string, TrainingFacts, TrainingFacts][] = [
    ['loss', 'a loss that rose by 10 %, by 1 %', withMetric(0, null, 1, 0.5, 1.1), withMetric(0, null, 1, 0.5, 1.01)],
    ['loss', 'a loss that became NaN, that is not there before training', withMetric(0, null, 1, 0.5), healthy()],
    [
      'overfitting',
      'a held-out loss that rose by 100 %, by 4 %',
      withMetric(1, null, 0.5, 0.3, 0.6),
      withMetric(1, null, 0.5, 0.3, 0.312),
    ],
    [
      'overfitting',
      '10 points between accuracies of 1,000 probes, of 20',
      healthy({
        accuracy: { correct: 900, n: 1000, heldOut: true, reported: null },
        trained: { correct: 990, n: 1000, heldOut: false },
      }),
      healthy({
        accuracy: { correct: 17, n: 20, heldOut: true, reported: null },
        trained: { correct: 950, n: 1000, heldOut: false },
      }),
    ],
    [
      'train-and-use',
      '97 % in training, 50 and 90 % in use',
      healthy({ trained: { correct: 500, n: 1000, heldOut: false } }),
      healthy({ trained: { correct: 900, n: 1000, heldOut: false } }),
    ],
    [
      'leakage',
      '2 and 1 of 100 held-out inputs among those of training',
      healthy({ duplicates: { count: 2, n: 100, trained: 100 } }),
      healthy({ duplicates: { count: 1, n: 100, trained: 100 } }),
    ],
    [
      'class-missing',
      'a class of 5, of 4 probes that is never predicted',
      healthy({
        answers: answers([
          [98, 1, 0],
          [1, 98, 0],
          [3, 2, 0],
        ]),
      }),
      healthy({
        answers: answers([
          [98, 1, 0],
          [1, 98, 0],
          [2, 2, 0],
        ]),
      }),
    ],
    [
      'uncertain-class',
      '1 and 0.99 bits at three epochs',
      healthy({ answers: answers(healthy().answers[0]!.counts, 1) }),
      healthy({ answers: answers(healthy().answers[0]!.counts, 0.99) }),
    ],
    [
      'confusion',
      '8 of 10 mistakes in one cell, 10 of 20',
      healthy({
        answers: answers([
          [92, 8, 0],
          [1, 98, 1],
          [0, 0, 100],
        ]),
      }),
      healthy({
        answers: answers([
          [96, 4, 3],
          [3, 94, 3],
          [3, 4, 93],
        ]),
      }),
    ],
    [
      'non-finite',
      'one NaN, none',
      healthy({ layers: [layerFacts(conv, { nonFinite: 1, redundancy: needed(4) })] }),
      healthy(),
    ],
    [
      'unchanged',
      'a channel that never changes, which is dead',
      healthy({ layers: [layerFacts(conv, { unchanged: [1] })] }),
      healthy({ layers: [layerFacts(wide(100), { unchanged: [1], dead: [1], deadSince: [0] })] }),
    ],
    [
      'dead',
      '5 and 4 of 100 channels',
      healthy({ layers: [layerFacts(wide(100), { dead: [0, 1, 2, 3, 4], deadSince: [1, 1, 1, 2, 2] })] }),
      healthy({ layers: [layerFacts(wide(100), { dead: [0, 1, 2, 3], deadSince: [1, 1, 1, 2] })] }),
    ],
    [
      'saturated',
      '5 and 4 of 100 channels',
      healthy({ layers: [layerFacts(wide(100), { saturated: [0, 1, 2, 3, 4] })] }),
      healthy({ layers: [layerFacts(wide(100), { saturated: [0, 1, 2, 3] })] }),
    ],
    [
      'redundant',
      '3 of 4 channels needed, 3 that are not stable',
      healthy({ layers: [layerFacts(conv, { redundancy: needed(3) })] }),
      healthy({ layers: [layerFacts(conv, { redundancy: needed(3, false) })] }),
    ],
    [
      'held-out-size',
      'intervals of 1,000 and 10,000 probes',
      healthy({ accuracy: { correct: 970, n: 1000, heldOut: true, reported: null } }),
      healthy(),
    ],
  ];
  for (const [rule, what, ill, well] of cases)
    it(`${rule}: ${what}`, () => {
      assert.ok(rulesOf(ill).includes(rule), `found: ${rulesOf(ill).join()}`);
      assert.ok(!rulesOf(well).includes(rule), `found: ${rulesOf(well).join()}`);
    });

  it('hold back what says nothing of a network that has not learned', () => {
    const ill = { dead: [0, 1], deadSince: [0, 0], redundancy: needed(2) };
    const facts = healthy({
      notLearned: { sign: 'one-class', predicted: 0, share: 1, n: 200 },
      layers: [layerFacts(conv, ill)],
    });
    assert.deepEqual(rulesOf(facts), ['learned']);
    assert.ok(judgeTraining(facts).heldBack.includes('dead'));
    assert.ok(rulesOf({ ...facts, notLearned: null }).includes('dead'));
  });

  it('say the worst first, and what may be chance last', () => {
    const facts = healthy({
      ...withMetric(1, null, 0.5, 0.3, 0.32),
      layers: [layerFacts(conv, { nonFinite: 3, dead: [1], deadSince: [2] })],
    });
    assert.deepEqual(rulesOf(facts), ['non-finite', 'dead', 'overfitting']);
  });

  it('count findings of layers together, with a sentence for each', () => {
    const layers = [
      layerFacts(conv, { dead: [1], deadSince: [2] }),
      layerFacts(next, { dead: [0, 2], deadSince: [1, 3] }),
    ];
    const [finding] = found(healthy({ layers }));
    assert.equal(finding?.title, '3 of 8 channels and units never respond');
    assert.match(
      finding?.text ?? '',
      /^1 of 4 and 2 of 4 give one value for all 200 probes; 1 of them since epoch 1\./,
    );
    assert.deepEqual(
      finding?.layers.map(({ layer, channels }) => [layer, channels]),
      [
        [1, [1]],
        [2, [0, 2]],
      ],
    );
  });

  it('halfWidth of an entropy is the one in closed form for two classes', () => {
    const [p, n] = [0.2, 50];
    const exact = 1.959963984540054 * Math.sqrt((p * (1 - p)) / n) * Math.abs(Math.log2((1 - p) / p));
    assert.ok(Math.abs(halfWidth([10, 40]) - exact) < 1e-12);
    assert.equal(halfWidth([5, 5, 5, 5]), 0);
  });

  it('binomialTail is the probability in closed form', () => {
    for (const [n, p] of [
      [7, 0.3],
      [40, 1 / 90],
    ] as const) {
      assert.ok(Math.abs(binomialTail(n, p, 0) - 1) < 1e-12);
      assert.ok(Math.abs(binomialTail(n, p, 1) - (1 - (1 - p) ** n)) < 1e-12);
    }
    assert.ok(Math.abs(binomialTail(7, 0.3, 7) - 0.3 ** 7) < 1e-12);
    assert.ok(Math.abs(binomialTail(9, 0.5, 5) - 0.5) < 1e-12);
  });
});

function wide(channelCount: number): Layer {
  return { ...conv, channelCount };
}

describe('a summary', () => {
  let built: BuiltWorker;
  let engine: AnalysisEngine;
  before(async () => {
    built = await buildWorker();
    engine = new AnalysisEngine({ ...built, threads: 1 });
  });
  after(async () => {
    await engine?.dispose();
    await removeFolders();
  });

  it('has what was recorded: dead channels with their epoch, held-out inputs that were trained on', async () => {
    const { folder } = await syntheticRun({}, (maps, layer) => {
      // Probes 0 to 19 were trained on; 20 to 23 are copies of the first four.
      const size = maps.length / 60;
      if (layer.index === 0) maps.copyWithin(20 * size, 0, 4 * size);
    });
    const summary = await engine.about('summary', folder, { depth: 'recorded' });
    const ofRule = (rule: RuleName): Finding | undefined => summary.findings.find((one) => one.rule === rule);
    assert.equal(ofRule('leakage')?.title, '4 of 40 held-out inputs were trained on');
    assert.deepEqual(ofRule('dead')?.layers, [
      {
        ...{ layer: 1, channels: [DEAD_CHANNEL] },
        text: `${await nameOf(folder)}: 1 of 4 filters are dead since epoch 1 (one value for all 60 probes).`,
      },
    ]);
    assert.equal(summary.epoch, 3);
    assert.equal(summary.rows.length, 4);
    assert.ok(summary.unchecked.some(({ rule }) => rule === 'redundant'));
    const whole = await engine.about('summary', folder, { depth: 'computed' });
    assert.ok(!whole.unchecked.some(({ rule }) => rule === 'redundant'));
  });

  const nameOf = async (folder: string): Promise<string> =>
    (await engine.about('describe', folder, {})).manifest.layers[1]!.name;

  it('needs a complete epoch', async () => {
    await assert.rejects(engine.about('summary', '/nowhere', { depth: 'recorded' }));
  });
});
