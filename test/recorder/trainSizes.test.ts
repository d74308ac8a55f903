/** A script trained on nested parts of its data: which samples they are, and what the runs say. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { RunGroup } from '../../src/protocol/run.js';
import { chooseTraining } from '../../src/recorder/trainSize/chooseTraining.js';
import { PassingClasses } from '../../src/recorder/trainSize/passingClasses.js';
import { openRun } from '../../src/store/reading/openRun.js';
import { groupsOf, parseTrainSizes } from '../../src/cli/trainSizes.js';
import { PREAMBLE, Workspace } from './support/workspace.js';

const classed = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 150 });
const sizes = fc.tuple(fc.integer({ min: 1, max: 160 }), fc.integer({ min: 1, max: 160 }));

/** Both ways of choosing: by rows that are there, and from samples that pass. */
const CHOICES: Readonly<Record<string, (labels: readonly number[], size: number, seed: number) => number[]>> = {
  rows: (labels, size, seed) => chooseTraining({ count: labels.length, labels: Int32Array.from(labels) }, size, seed),
  'samples that pass': (labels, size, seed) => {
    const passing = new PassingClasses<number>(size, seed);
    labels.forEach((label, row) => passing.add(label, row));
    return passing.chosen();
  },
};

for (const [what, choose] of Object.entries(CHOICES)) {
  describe(`training ${what}`, () => {
    it('are as many as are asked for or there, in their order, and hold those of every smaller size', () => {
      fc.assert(
        fc.property(classed, sizes, fc.nat(), (labels, [a, b], seed) => {
          const [less, more] = [Math.min(a, b), Math.max(a, b)].map((size) => choose(labels, size, seed));
          assert.equal(more!.length, Math.min(Math.max(a, b), labels.length));
          assert.ok(more!.every((row, i) => i === 0 || row > more![i - 1]!));
          assert.ok(less!.every((row) => more!.includes(row)));
        }),
      );
    });

    it('are balanced: no class has more than another that still had samples', () => {
      fc.assert(
        fc.property(classed, fc.integer({ min: 1, max: 160 }), fc.nat(), (labels, size, seed) => {
          const chosen = choose(labels, size, seed);
          const counts = [0, 1, 2, 3, 4].map((label) => ({
            chosen: chosen.filter((row) => labels[row] === label).length,
            there: labels.filter((one) => one === label).length,
          }));
          for (const a of counts) for (const b of counts) assert.ok(a.chosen <= b.chosen + 1 || b.chosen === b.there);
        }),
      );
    });
  });
}

describe('--train-sizes', () => {
  it('are whole numbers, each once, ascending, and one group', () => {
    assert.deepEqual(parseTrainSizes('1000,100, 500,100'), [100, 500, 1000]);
    for (const wrong of ['', '0', '-3', '1.5', '10;20', 'all']) assert.throws(() => parseTrainSizes(wrong));
    const groups = groupsOf('train', [100, 500], new Date(0));
    assert.deepEqual(
      groups.map(({ size }) => size),
      [100, 500],
    );
    assert.equal(new Set(groups.map(({ id }) => id)).size, 1);
  });

  /** Pixel 2 of a sample is its row, so that a recorded input says which sample it is. */
  const MARKED = `${PREAMBLE}
    function marked(count) {
      const data = samples(count, 3), values = data.x.dataSync().slice(), size = values.length / count;
      for (let i = 0; i < count; i++) values[i * size + 2] = i;
      return { x: tf.tensor(values, [count, 8, 8, 1]), y: data.y };
    }
    const { x, y } = marked(120);`;
  const FITS = {
    fit: `compiled(network()).fit(x, y, { epochs: 1, batchSize: 8, verbose: 0, validationSplit: 0.25 })`,
    fitDataset: `compiled(network()).fitDataset(
      tf.data.zip({ xs: tf.data.array(tf.unstack(x)), ys: tf.data.array(tf.unstack(y)) }).batch(8), { epochs: 1, verbose: 0 })`,
  };

  for (const [i, [name, fit]] of Object.entries(FITS).entries()) {
    it(`trains ${name} on nested parts and keeps their inputs${i > 0 ? ' @all' : ''}`, async () => {
      const workspace = new Workspace();
      const script = workspace.write(
        'train.js',
        `${MARKED}
         ${fit};`,
      );
      const rows: number[][] = [];
      for (const size of [12, 30]) {
        const group: RunGroup = { id: 'g', name: 'train', size, sizes: [12, 30] };
        const { runFolders, failure } = await workspace.record(script, { group, probes: 20 });
        assert.equal(failure, null);
        const run = await openRun(runFolders[0]!);
        const { summary, manifest } = await run.describe();
        const sample = await run.readTrainingSample();
        assert.deepEqual([summary.group, manifest.data.trainCount], [group, size]);
        assert.equal(sample?.labels.length, size);
        assert.ok([0, 1, 2].every((label) => sample!.labels.filter((one) => one === label).length === size / 3));
        rows.push(Array.from({ length: size }, (_, i) => sample!.inputs[i * 64 + 2]!));
      }
      assert.ok(rows[0]!.every((row) => rows[1]!.includes(row)));
      // Held out as without sizes: the last quarter.
      if (name === 'fit') assert.ok(rows[1]!.every((row) => row < 90));
      workspace.remove();
    });
  }
});
