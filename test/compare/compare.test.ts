/** Comparisons through the engine's threads, on made-up runs whose maps are known. */
import assert from 'node:assert/strict';
import { AnalysisEngine } from '../../src/analysis/engine.js';
import type { Comparison } from '../../src/protocol/compare.js';
import { buildWorker, type BuiltWorker } from '../engine/builtWorker.js';
import { DEAD_CHANNEL, MAP_SAMPLE_COUNT, syntheticRun, type SyntheticRun } from '../engine/syntheticRun.js';
import { removeFolders } from '../store/sampleRun.js';

describe('a comparison', () => {
  let built: BuiltWorker;
  let engine: AnalysisEngine;
  let run: SyntheticRun;
  let other: SyntheticRun;

  before(async () => {
    [built, run] = await Promise.all([buildWorker(), syntheticRun()]);
    other = await syntheticRun({}, (maps) => maps.forEach((value, i) => (maps[i] = value * value)));
    engine = new AnalysisEngine({ ...built, threads: 2 });
  });
  after(async () => {
    await engine?.dispose();
    await Promise.all([built?.remove(), removeFolders()]);
  });

  const compared = (from: SyntheticRun, a: number, to: SyntheticRun, b: number): Promise<Comparison> =>
    engine.compare({ folder: from.folder, epoch: a }, { folder: to.folder, epoch: b });

  it('of a state with itself finds nothing, to the last bit', async () => {
    const { layers, accuracy, classes, sameProbes, otherStart } = await compared(run, 1, run, 1);
    assert.equal(otherStart, false, 'two epochs of one training');
    assert.equal(sameProbes, true);
    for (const { inter, intra, dead } of layers) {
      assert.deepEqual([inter?.difference, inter?.halfWidth, inter?.paired], [0, 0, true]);
      assert.deepEqual([intra?.difference, intra?.halfWidth, intra?.n], [0, 0, intra?.n]);
      assert.equal(dead.from, dead.to);
    }
    assert.equal(accuracy?.difference, 0);
    // The first class is never predicted at this epoch: it has no value, and so no change.
    assert.deepEqual(
      classes.map(({ labelGivenPrediction }) => labelGivenPrediction.difference),
      [null, 0, 0],
    );
  });

  it('has the numbers that the measures have, and pairs them by probe', async () => {
    const { layers, accuracy } = await compared(run, 1, run, 3);
    const query = (epoch: number): string => `dCNN(-, 1, -, ${epoch})`;
    for (const [side, epoch] of [
      ['from', 1],
      ['to', 3],
    ] as const) {
      const inter = await engine.measure(run.folder, { query: query(epoch), measure: 'inter' });
      assert.ok(inter.measure === 'inter');
      assert.equal(layers[1]?.inter?.[side], inter.values[0]?.bits);
      const heldOut = Array.from(run.splits.keys()).filter((i) => run.splits[i] === 1);
      const right = heldOut.filter((i) => run.predictionsOf(epoch)[i] === run.labels[i]).length;
      assert.equal(accuracy?.[side], right / heldOut.length);
      assert.deepEqual(accuracy?.judged[side], { correct: right, n: heldOut.length, heldOut: true });
    }
    assert.deepEqual(
      [layers[1]?.inter?.n, layers[1]?.intra?.n, layers[1]?.intra?.paired],
      [MAP_SAMPLE_COUNT, MAP_SAMPLE_COUNT, true],
    );
  });

  it('counts channels that died between', async () => {
    const { layers } = await compared(run, 0, run, 1);
    assert.deepEqual(layers[1]?.dead, { from: 0, to: 1 });
    assert.equal(layers[1]?.channels.to[DEAD_CHANNEL], 0);
  });

  it('leaves a probe with NaN out, and says that the jackknife is then not paired', async () => {
    const { layers } = await compared(run, 1, run, 2);
    assert.deepEqual([layers[2]?.intra?.n, layers[2]?.inter?.paired], [MAP_SAMPLE_COUNT - 1, false]);
  });

  it('of other probes adds the variances of both sides', async () => {
    const { sameProbes, layers, accuracy } = await compared(run, 1, other, 1);
    assert.equal(sameProbes, false);
    assert.deepEqual([layers[1]?.inter?.paired, layers[1]?.intra?.paired, accuracy?.paired], [false, false, false]);
    const halves = await Promise.all(
      [run, other].map(async ({ folder }) => {
        const found = await engine.measure(folder, {
          query: 'dCNN(-, 1, -, 1)',
          measure: 'inter',
          options: { interval: true },
        });
        return found.measure === 'inter' ? (found.values[0]?.halfWidthBits ?? NaN) : NaN;
      }),
    );
    assert.ok(Math.abs((layers[1]?.inter?.halfWidth ?? 0) - Math.hypot(...halves)) < 1e-12);
  });

  it('refuses an epoch that is not there, by name', () =>
    assert.rejects(compared(run, 1, run, 99), /epoch 99 was not recorded/));
});
