/**
 * Networks that are made ill on purpose, trained on the digits: the fault is among the first two findings. Healthy
 * trainings have no finding that is grave and sure. Rules were tuned on seeds 1 to 3 and 11.
 *
 *     CNNSLICER_PLANTED_SEEDS=4,5,6 npx mocha test/rules/planted.test.ts    three seeds each, some minutes
 */
import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { AnalysisEngine } from '../../src/analysis/engine.js';
import type { RuleName, Summary } from '../../src/protocol/summary.js';
import { buildWorker, type BuiltWorker } from '../engine/builtWorker.js';
import { root } from '../recorder/support/bundles.js';
import { Workspace } from '../recorder/support/workspace.js';

interface Training {
  readonly epochs: number;
  readonly rate: number;
  readonly filters: number;
  readonly units: number;
  /** Of the hidden dense layer. */
  readonly activation: string;
  /** Images that are trained on, from the first on. */
  readonly count: number;
  readonly scale: number;
  readonly bias: number;
  /** 0: none; else of a batch normalization. */
  readonly momentum: number;
  readonly leaked: boolean;
  readonly withoutClass: number;
  /** A share of the fours is labelled nine in training. */
  readonly swapped: number;
  readonly nanImage: number;
}

const HEALTHY: Training = {
  ...{ epochs: 10, rate: 0.004, filters: 8, units: 32, activation: 'relu', count: 1300, scale: 1 / 16, bias: 0.1 },
  ...{ momentum: 0, leaked: false, withoutClass: -1, swapped: 0, nanImage: -1 },
};

const script = (training: Training, seed: number): string => `
const { readFileSync } = require('node:fs');
const { gunzipSync } = require('node:zlib');
const tf = require('@tensorflow/tfjs');
const T = ${JSON.stringify(training)};
let state = ${seed};
const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
const read = (name, from) => gunzipSync(readFileSync(__dirname + '/data/' + name)).subarray(from);
const images = read('images-idx3-ubyte.gz', 16), labels = read('labels-idx1-ubyte.gz', 8);
// The order of the images is of the seed.
const order = Array.from({ length: labels.length }, (_, i) => i);
for (let i = order.length - 1; i > 0; i--) {
  const j = Math.floor(random() * (i + 1));
  [order[i], order[j]] = [order[j], order[i]];
}
const held = order.slice(-400);
const trained = order.slice(0, T.count).filter((i) => labels[i] !== T.withoutClass);
const x = (rows) => {
  const pixels = Float32Array.from(rows.flatMap((i) => [...images.subarray(64 * i, 64 * i + 64)]), (v) => v * T.scale);
  if (T.nanImage >= 0 && rows === trained) pixels.fill(NaN, 64 * T.nanImage, 64 * T.nanImage + 64);
  return tf.tensor4d(pixels, [rows.length, 8, 8, 1]);
};
const y = (rows, swapped) => tf.oneHot(tf.tensor1d(rows.map((i) => (labels[i] === 4 && random() < swapped ? 9 : labels[i])), 'int32'), 10).toFloat();
const start = (bias) => ({ kernelInitializer: tf.initializers.heNormal({ seed: ${seed} }), biasInitializer: tf.initializers.constant({ value: bias }) });
const model = tf.sequential();
model.add(tf.layers.conv2d({ inputShape: [8, 8, 1], filters: T.filters, kernelSize: 3, activation: 'relu', ...start(T.bias) }));
model.add(tf.layers.maxPooling2d({ poolSize: 2 }));
model.add(tf.layers.flatten());
model.add(tf.layers.dense({ units: T.units, activation: T.activation, ...start(0) }));
if (T.momentum) model.add(tf.layers.batchNormalization({ momentum: T.momentum }));
model.add(tf.layers.dense({ units: 10, activation: 'softmax', ...start(0) }));
model.compile({ optimizer: tf.train.adam(T.rate), loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
const others = T.leaked ? [...trained.slice(0, 200), ...held.slice(0, 200)] : held;
model.fit(x(trained), y(trained, T.swapped), {
  epochs: T.epochs, batchSize: 32, validationData: [x(others), y(others, 0)], verbose: 0,
});
`;

const PLANTED: readonly [string, Partial<Training>, readonly RuleName[]][] = [
  ['a learning rate that is too high', { rate: 1 }, ['learned', 'loss', 'dead', 'non-finite']],
  ['a dead start', { bias: -12 }, ['dead', 'learned']],
  ['held-out inputs that are trained on', { leaked: true }, ['leakage']],
  ['a class that is never seen', { withoutClass: 3 }, ['class-missing']],
  ['no training', { epochs: 2, rate: 1e-9 }, ['learned']],
  ['few inputs and many epochs', { count: 50, epochs: 60 }, ['overfitting']],
  ['layers that are too wide', { filters: 32, units: 160 }, ['redundant']],
  ['inputs that are not scaled, before tanh', { scale: 60, activation: 'tanh', rate: 0.0003 }, ['saturated']],
  ['running averages that have not settled', { momentum: 0.9999, epochs: 4 }, ['train-and-use']],
  ['an image of NaN', { nanImage: 5 }, ['loss', 'non-finite', 'learned']],
  ['labels that are swapped', { swapped: 0.6 }, ['confusion', 'uncertain-class']],
  ['filters that are too many for what they see', { filters: 64 }, ['redundant']],
];
const SEEDS = (process.env['CNNSLICER_PLANTED_SEEDS'] ?? '4').split(',').map(Number);
const ALSO_HEALTHY: readonly Partial<Training>[] = [
  {},
  { filters: 12, units: 48 },
  { rate: 0.002, epochs: 15 },
  { activation: 'tanh' },
  { momentum: 0.9 },
  { rate: 0.008 },
];

/** 32 of 36. */
const LEAST_FOUND = Math.floor((32 / 36) * PLANTED.length * SEEDS.length);

describe('planted faults', function () {
  this.timeout(1_800_000);
  let built: BuiltWorker;
  let engine: AnalysisEngine;
  let workspace: Workspace;
  before(async () => {
    built = await buildWorker();
    engine = new AnalysisEngine({ ...built, threads: 1 });
    workspace = new Workspace();
    cpSync(join(root, 'examples/digits/data'), join(workspace.folder, 'data'), { recursive: true });
  });
  after(async () => {
    await engine?.dispose();
    workspace?.remove();
  });

  async function summaryOf(changed: Partial<Training>, seed: number): Promise<Summary> {
    const training = { ...HEALTHY, ...changed };
    const { recorded } = await workspace.recordText(script(training, seed), { probes: 600, preferredEngine: 'wasm' });
    return engine.about('summary', recorded.runFolders[0]!, { depth: 'computed' });
  }

  const firstTwo = ({ findings }: Summary): RuleName[] => findings.slice(0, 2).map(({ rule }) => rule);

  for (const [what, changed, rules] of PLANTED.slice(2, 4))
    it(`are found: ${what}`, async () => {
      const first = firstTwo(await summaryOf(changed, 4));
      assert.ok(
        first.some((rule) => rules.includes(rule)),
        `found first: ${first.join()}`,
      );
    });

  it(`are among the first two findings in ${LEAST_FOUND} of ${PLANTED.length * SEEDS.length} trainings @all`, async () => {
    const missed: string[] = [];
    for (const [what, changed, rules] of PLANTED)
      for (const seed of SEEDS) {
        const first = firstTwo(await summaryOf(changed, seed));
        if (!first.some((rule) => rules.includes(rule))) missed.push(`${what}, seed ${seed}: ${first.join()}`);
      }
    console.log(`      missed: ${missed.join('; ') || 'none'}`);
    assert.ok(PLANTED.length * SEEDS.length - missed.length >= LEAST_FOUND, missed.join('\n'));
  });

  it('are not found in healthy trainings @all', async () => {
    for (const changed of ALSO_HEALTHY)
      for (const seed of SEEDS) {
        const { findings } = await summaryOf(changed, seed);
        const grave = findings.filter(
          ({ gravity, certainty }) => (gravity === 'broken' || gravity === 'wrong') && certainty !== 'unsure',
        );
        const said = grave.map(({ title, text }) => `${title}. ${text}`);
        assert.deepEqual(said, [], `${JSON.stringify(changed)}, seed ${seed}`);
      }
  });
});
