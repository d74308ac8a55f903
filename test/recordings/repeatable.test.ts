/** What a recording depends on, and what not: the labels of probes, and the day on which it is made. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { RunReader } from '../../src/store/format/runAccess.js';
import { PREAMBLE, Workspace } from '../recorder/support/workspace.js';

/** SHA-256 of every array file by its path: all but metadata, records and caches. */
function arraysOf(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => relative(folder, join(parentPath, name)));
  const arrays = paths.filter((path) => /^(probes|epochs|layers|training)\//.test(path) && !path.endsWith('zarr.json'));
  return new Map(
    arrays.sort().map((path) => [
      path,
      createHash('sha256')
        .update(readFileSync(join(folder, path)))
        .digest('hex'),
    ]),
  );
}

describe('recording again', () => {
  it('with the same seed, after the run was deleted, gives identical arrays @all', async () => {
    const workspace = new Workspace();
    const text = `${PREAMBLE}(async () => { const { x, y } = samples(96, 3); const v = samples(30, 3);
      await compiled(network()).fit(x, y, { epochs: 3, batchSize: 16, verbose: 0, validationData: [v.x, v.y] }); })();`;
    const first = await workspace.recordText(text, { seed: 7 });
    const arrays = arraysOf(first.reader.folder);
    rmSync(first.reader.folder, { recursive: true });
    const second = await workspace.recordText(text, { seed: 7 });
    assert.ok(arrays.size > 50, String(arrays.size));
    assert.deepEqual(arraysOf(second.reader.folder), arrays);
    // The control: with another seed other probes are taken.
    const other = await workspace.recordText(text, { seed: 8 });
    assert.notDeepEqual(arraysOf(other.reader.folder), arrays);
    workspace.remove();
  });
});

/** A loop by hand whose probes have labels that the training never sees; the argument "swap" swaps two. */
const LABELLED = `${PREAMBLE}
const { record } = require('cnnslicer');
(async () => {
  const { x, y } = samples(48, 3), probes = samples(24, 3), model = network(), optimizer = tf.train.adam(0.01);
  const labels = Array.from(probes.labels);
  if (process.argv[2] === 'swap') [labels[0], labels[4]] = [labels[4], labels[0]];
  const recording = record(model, { probes: { inputs: probes.x, labels } });
  for (let epoch = 0; epoch < 2; epoch++) {
    optimizer.minimize(() => tf.losses.softmaxCrossEntropy(y, model.apply(x, { training: true })));
    await recording.epoch({ loss: epoch });
  }
  await recording.end();
})();`;

const CLASS_COUNT = 3;
/** Of `of`: labels 0 (class 0) and 4 (class 1). */
const SWAPPED = [0, 1];

describe('the labels of two probes, swapped @all', () => {
  let workspace: Workspace;
  let readers: readonly [RunReader, RunReader];
  before(async () => {
    workspace = new Workspace();
    const straight = await workspace.recordText(LABELLED);
    const swapped = await workspace.recordText(LABELLED, { arguments: ['swap'] });
    readers = [straight.reader, swapped.reader];
  });
  after(() => workspace.remove());

  it('change no map, weight, histogram or prediction', () => {
    const [straight, swapped] = readers.map(({ folder }) => arraysOf(folder)) as [
      Map<string, string>,
      Map<string, string>,
    ];
    assert.deepEqual([...swapped.keys()], [...straight.keys()]);
    const changed = [...straight].flatMap(([path, hash]) => (swapped.get(path) === hash ? [] : [path]));
    const kinds = new Set(changed.map((path) => path.replace(/\/c[./].*$/, '').replace(/^layers\/[^/]+\//, 'layer/')));
    kinds.delete('epochs/metrics'); // the share of probes predicted right, which may come out the same
    assert.deepEqual([...kinds].sort(), ['layer/entropy', 'layer/values', 'probes/labels']);
  });

  it('change the statistics of their two classes, and of no other and not of all', async () => {
    const [straight, swapped] = readers;
    const layerCount = straight.manifest.layers.length;
    for (let layer = 0; layer < layerCount; layer++) {
      const rows = await Promise.all(readers.map((reader) => classRows(reader, layer, 2)));
      const [a, b] = rows as [string[], string[]];
      for (let row = 0; row <= CLASS_COUNT; row++) {
        if (!SWAPPED.includes(row)) assert.equal(b[row], a[row], `layer ${layer}, class ${row}`);
      }
    }
    const inputs = await Promise.all(readers.map((reader) => classRows(reader, 0, 0)));
    for (const row of SWAPPED) assert.notEqual(inputs[0]?.[row], inputs[1]?.[row], `class ${row} of the inputs`);
    assert.deepEqual(
      [...(await swapped.readLabels())].flatMap((label, i) => (label === i % CLASS_COUNT ? [] : [[i, label]])),
      [
        [0, 1],
        [4, 0],
      ],
    );
  });
});

/** Values and entropies of a layer, one text for each class and the last for all. */
async function classRows(reader: RunReader, layer: number, epoch: number): Promise<string[]> {
  const values = await reader.readValues(layer, epoch);
  const { values: entropy, mapCount } = await reader.readEntropy(layer, epoch);
  const channelCount = reader.manifest.layers[layer]?.channelCount ?? 0;
  return Array.from({ length: CLASS_COUNT + 1 }, (_, row) =>
    JSON.stringify([partsOfClass(values, row, channelCount), partsOfClass(entropy, row, mapCount)]),
  );
}

/** `values` is (…, class + 1, width). */
function partsOfClass(values: Float64Array, row: number, width: number): string[] {
  return Array.from(values).flatMap((value, i) =>
    Math.floor(i / width) % (CLASS_COUNT + 1) === row ? [String(value)] : [],
  );
}
