/**
 * Why two classes are confused, of runs whose reason is planted: two classes that a single unit of the hidden layer
 * tells apart, in inputs that are noise but for one number.
 */
import assert from 'node:assert/strict';
import { AnalysisEngine } from '../../src/analysis/engine.js';
import { nearestNeighbours } from '../../src/analysis/measures/nearestNeighbours.js';
import { balancedAccuracy, votes } from '../../src/analysis/measures/separation.js';
import { conclusionSentences, layerSentences, mistakeSentence, verdictOf } from '../../src/protocol/confusionWords.js';
import { Failure } from '../../src/protocol/failure.js';
import type { ConfusionResult } from '../../src/protocol/confusion.js';
import type { RunReader } from '../../src/store/format/runAccess.js';
import { buildWorker, type BuiltWorker } from '../engine/builtWorker.js';
import { syntheticRun } from '../engine/syntheticRun.js';
import { Workspace } from '../recorder/support/workspace.js';
import { removeFolders } from '../store/sampleRun.js';

const UNIT = 3;
/** Hidden unit 3 is 2 + x0, and the scores of A and B are 2 × that and 8 − 2 × that; C is told by x1. */
const SCRIPT = `
const tf = require('@tensorflow/tfjs');
const model = tf.sequential({ layers: [
  tf.layers.dense({ inputShape: [8], units: 6, activation: 'relu' }),
  tf.layers.dense({ units: 3, activation: 'softmax' }),
] });
const hidden = Array.from({ length: 8 }, (_, x) => Array.from({ length: 6 }, (_, unit) =>
  unit === ${UNIT} ? (x === 0 ? 1 : 0) : unit === 0 ? (x === 1 ? 1 : 0) : x === unit + 2 ? 0.05 : 0));
model.layers[0].setWeights([tf.tensor2d(hidden), tf.tensor1d([0, 0.1, 0.1, 2, 0.1, 0.1])]);
const out = Array.from({ length: 6 }, (_, unit) =>
  unit === ${UNIT} ? [2, -2, 0] : unit === 0 ? [0, 0, 1] : [0, 0, 0]);
model.layers[1].setWeights([tf.tensor2d(out), tf.tensor1d([0, 8, -10])]);
model.compile({ optimizer: tf.train.sgd(0), loss: 'categoricalCrossentropy' });
const N = 300;
const classes = tf.range(0, N, 1, 'int32').mod(tf.scalar(3, 'int32'));
const noise = tf.randomNormal([N, 8], 0, 1, 'float32', 5);
const ys = tf.oneHot(classes, 3);
// A has x0 = 1, B −1, both with noise of 0.8; C has x1 = 30; all else is noise of 3.
const shift = ys.matMul(tf.tensor2d([[1, 0, 0, 0, 0, 0, 0, 0], [-1, 0, 0, 0, 0, 0, 0, 0], [0, 30, 0, 0, 0, 0, 0, 0]]));
const xs = noise.mul(tf.tensor1d([0.8, 3, 3, 3, 3, 3, 3, 3])).add(shift);
model.fit(xs, ys, { epochs: 1, verbose: 0, validationData: [xs, ys] });
`;

describe('two classes that one unit tells apart', () => {
  let built: BuiltWorker;
  let engine: AnalysisEngine;
  let workspace: Workspace;
  let reader: RunReader;
  let found: ConfusionResult;
  const names = { classNames: ['A', 'B', 'C'], layer: (index: number) => `layer ${index}` };

  before(async () => {
    built = await buildWorker();
    engine = new AnalysisEngine({ ...built, threads: 1 });
    workspace = new Workspace();
    reader = (await workspace.recordText(SCRIPT, { probes: 300 })).reader;
    found = await engine.about('confusion', reader.folder, { a: 0, b: 1, epoch: null });
  });
  after(async () => {
    await engine?.dispose();
    await built?.remove();
    workspace?.remove();
    await removeFolders();
  });

  it('names the layer and the unit, and says that the network needs it', () => {
    assert.deepEqual([found.first, found.lookedAt, found.channels?.list[0]?.channel], [1, 1, UNIT]);
    assert.equal(found.channels?.answers, 'probabilities');
    const { whole, rows } = found.ablation!;
    assert.equal(verdictOf(rows[0], whole), 'needed');
    // Without it, the scores are 0 and 8: all of A are taken for B, and C is as it was.
    assert.deepEqual([rows[0].aAsB, rows[0].bAsA, rows[0].others.change], [100, 0, 0]);
    assert.match(conclusionSentences(found, names).join(' '), /Do not switch it off: fewer of the two are right/);
    assert.match(layerSentences(found, names)[0], /^(By nearest neighbours, )?layer 1/);
  });
  it('counts the recorded predictions, at every epoch', async () => {
    const labels = await reader.readLabels();
    for (const { epoch, ...counts } of found.courses) {
      const predictions = await reader.readPredictions(epoch);
      const of = (label: number, prediction: number): number =>
        labels.filter((one, i) => one === label && predictions[i] === prediction).length;
      assert.deepEqual(counts, { aAsB: of(0, 1), bAsA: of(1, 0), aRight: of(0, 0), bRight: of(1, 1) });
    }
    assert.deepEqual([found.courses.length, found.heldOut, found.probes], [2, true, { a: 100, b: 100 }]);
    assert.match(mistakeSentence(found, names), /of 100 probes of class/);
  });
  it('is as far apart in a layer as the plain nearest neighbours say', async () => {
    const labels = await reader.readLabels();
    const samples = [...labels.keys()].filter((i) => labels[i] < 2);
    const classes = Uint8Array.from(samples, (i) => labels[i]);
    for (const { layer, accuracy, n } of found.layers) {
      const { channelCount: d } = reader.manifest.layers[layer];
      const rows = new Float32Array(samples.length * d);
      const channels = [...Array(d).keys()];
      await reader.readMaps({ layer, epoch: layer === 0 ? 0 : found.epoch, samples, channels }, rows);
      const plain = nearestNeighbours(rows, samples.length, d, 5);
      assert.deepEqual([accuracy, n], [balancedAccuracy(votes(plain, 5, classes), classes), 200]);
    }
  });
  it('lists misread probes, the surest first, and their mean input', async () => {
    const { aAsB } = found.misread;
    assert.equal(aAsB.length, found.courses.at(-1)?.aAsB);
    const x0 = new Float32Array(aAsB.length);
    await reader.readMaps({ layer: 0, epoch: 0, samples: aAsB, channels: [0] }, x0);
    assert.deepEqual(
      [...x0],
      [...x0].sort((x, y) => x - y),
      'the further towards B, the surer',
    );
    assert.equal(found.means.n[1], aAsB.length);
  });
  it('is the other way round for B and A', async () => {
    const other = await engine.about('confusion', reader.folder, { a: 1, b: 0, epoch: found.epoch });
    const [one, two] = [found, other].map(({ courses }) => courses.at(-1)!);
    assert.deepEqual([two.aAsB, two.bAsA], [one.bAsA, one.aAsB]);
    assert.ok(Math.abs(other.channels!.list[0].r + found.channels!.list[0].r) < 1e-9);
    assert.deepEqual(
      other.layers.map(({ accuracy }) => accuracy),
      found.layers.map(({ accuracy }) => accuracy),
    );
  });
  it('claims nothing of fewer than 20 probes a class, and refuses classes and epochs that are not there', async () => {
    const few = await syntheticRun();
    const result = await engine.about('confusion', few.folder, { a: 0, b: 1, epoch: null });
    assert.deepEqual([result.layers, result.channels, result.ablation, result.first], [[], null, null, null]);
    assert.match(layerSentences(result, names)[0], /At least 20 of each are needed/);
    for (const asked of [
      { a: 0, b: 9, epoch: null },
      { a: 0, b: 1, epoch: 99 },
    ])
      await assert.rejects(engine.about('confusion', reader.folder, asked), Failure);
  });
});
