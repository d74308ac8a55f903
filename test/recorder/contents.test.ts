/** What a recorded run holds: the network, its probes, its activations, statistics and weights, as they were. */
import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { RecorderEvent } from '../../src/protocol/recorderEvents.js';
import type { Layer } from '../../src/protocol/run.js';
import { ENTROPY_RANGES, VALUE_STATISTICS, type ValueStatistic } from '../../src/protocol/run.js';
import type { RunReader } from '../../src/store/format/runAccess.js';
import { openRun } from '../../src/store/reading/openRun.js';
import { PREAMBLE, runBare, Workspace } from './support/workspace.js';

const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);
const all = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** All recorded maps of a layer: (sample, channel, …). */
async function mapsOf(reader: RunReader, layer: number, epoch: number): Promise<Float32Array> {
  const { channelCount, mapShape } = reader.manifest.layers[layer] as Layer;
  const count = reader.manifest.plan.mapSampleCount;
  const target = new Float32Array(count * channelCount * product(mapShape));
  await reader.readMaps({ layer, epoch, samples: all(count), channels: all(channelCount) }, target);
  return target;
}

function valueOf(
  values: Float64Array,
  statistic: ValueStatistic,
  { channelCount }: Layer,
  classCount: number,
  channel: number,
): number {
  const row = VALUE_STATISTICS.indexOf(statistic) * (classCount + 1) + classCount;
  return values[row * channelCount + channel] as number;
}

function bytesOnDisk(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}

const shapes = (reader: RunReader) =>
  reader.manifest.layers.map(({ channelCount, mapShape }) => [channelCount, ...mapShape]);
const epochsOf = async (reader: RunReader) => (await reader.describe()).summary.epochs;

async function recorded(
  body: string,
  options = {},
): Promise<{
  reader: RunReader;
  readers: RunReader[];
  stdout: string;
  notices: readonly string[];
  events: readonly RecorderEvent[];
  workspace: Workspace;
}> {
  const workspace = new Workspace();
  const { recorded: result, reader } = await workspace.recordText(`${PREAMBLE}\n(async () => {${body}\n})();`, options);
  const readers = await Promise.all(result.runFolders.map((folder) => openRun(folder)));
  return { reader, readers, stdout: result.stdout, notices: result.notices, events: result.events, workspace };
}

/** Pixel 0 is the class, pixel 1 the split (1 validation), pixel 2 the row: so a recorded input says which sample it is. */
const MARKED = `
function marked(count, split, shape = [8, 8, 1]) {
  const data = samples(count, 3, shape), values = data.x.dataSync().slice(), size = values.length / count;
  for (let i = 0; i < count; i++) { values[i * size] = data.labels[i]; values[i * size + 1] = split; values[i * size + 2] = i; }
  return { ...data, x: tf.tensor(values, [count, ...shape]) };
}
const training = marked(90, 0), validation = marked(21, 1);
const FIT = { epochs: 2, batchSize: 16, verbose: 0 };
`;

describe('a recorded run', () => {
  it('holds the probes as they were given: inputs, labels, splits, balanced, validation first', async () => {
    const { reader, workspace } = await recorded(
      `${MARKED}
      await compiled(network()).fit(training.x, training.y, { ...FIT, validationData: [validation.x, validation.y] });`,
      { probes: 30 },
    );
    const { probes, data, task, classNames } = reader.manifest;
    assert.deepEqual(
      [probes, data],
      [
        { count: 30, seed: 0, trainCount: 9, validationCount: 21 },
        { trainCount: 90, validationCount: 21 },
      ],
    );
    assert.deepEqual([task, classNames], ['classification', ['0', '1', '2']]);
    const [inputs, labels, splits] = [await mapsOf(reader, 0, 0), await reader.readLabels(), await reader.readSplits()];
    assert.deepEqual(
      [...labels].map((label) => label),
      all(30).map((i) => inputs[i * 64]),
    );
    assert.deepEqual(
      [...splits],
      all(30).map((i) => inputs[i * 64 + 1]),
    );
    assert.deepEqual(
      [0, 1, 2].map((label) => labels.filter((one) => one === label).length),
      [10, 10, 10],
    );
    workspace.remove();
  });

  it('takes a validation split off the end, as tfjs does @all', async () => {
    const { reader, workspace } = await recorded(
      `${MARKED}
      await compiled(network()).fit(training.x, training.y, { ...FIT, validationSplit: 0.2 });`,
      { probes: 90 },
    );
    assert.deepEqual(reader.manifest.data, { trainCount: 72, validationCount: 18 });
    const [inputs, splits] = [await mapsOf(reader, 0, 0), await reader.readSplits()];
    assert.deepEqual(
      [...splits].map((split) => split === 1),
      all(90).map((i) => (inputs[i * 64 + 2] as number) >= 72),
    );
    workspace.remove();
  });

  it('holds weights that reproduce its activations exactly, in batches of any size', async () => {
    const { reader, workspace } = await recorded(
      `${MARKED}
      await compiled(network()).fit(training.x, training.y, FIT);`,
      { probes: 24 },
    );
    const weights = await Promise.all(reader.manifest.layers.slice(1).map(({ index }) => reader.readWeights(index, 2)));
    const bytes = (values: Float32Array) =>
      Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
    workspace.write(
      'reloaded.json',
      JSON.stringify({
        inputs: bytes(await mapsOf(reader, 0, 2)),
        weights: weights.map((layer) => layer.map(({ shape, values }) => ({ shape, values: bytes(values) }))),
      }),
    );
    const script = workspace.write(
      'reload.js',
      `${PREAMBLE}
      const given = JSON.parse(require('fs').readFileSync('reloaded.json'));
      const floats = (text) => new Float32Array(new Uint8Array(Buffer.from(text, 'base64')).buffer);
      const model = compiled(network());
      given.weights.forEach((layer, i) => model.layers[i].setWeights(layer.map(({ shape, values }) => tf.tensor(floats(values), shape))));
      const taps = tf.model({ inputs: model.inputs, outputs: model.layers.map((layer) => layer.output) });
      const x = tf.tensor(floats(given.inputs), [24, 8, 8, 1]);
      for (const batchSize of [24, 5, 1]) {
        const outputs = taps.predict(x, { batchSize }).map((out) => out.rank === 4 ? out.transpose([0, 3, 1, 2]) : out);
        console.log(JSON.stringify(outputs.map((out) => Buffer.from(out.dataSync().slice().buffer).toString('base64'))));
      }`,
    );
    const { stdout, stderr } = await runBare(script);
    assert.equal(stderr, '');
    const maps = await Promise.all(reader.manifest.layers.slice(1).map(({ index }) => mapsOf(reader, index, 2)));
    const lines = stdout.trim().split('\n');
    assert.equal(lines.length, 3);
    for (const line of lines) assert.deepEqual(JSON.parse(line), maps.map(bytes));
    workspace.remove();
  });

  it('holds statistics, predictions and metrics that agree with its maps', async () => {
    const { reader, workspace, stdout } = await recorded(
      `${MARKED}
      const { history } = await compiled(network()).fit(training.x, training.y, { ...FIT, validationData: [validation.x, validation.y] });
      console.log(JSON.stringify(history));`,
      { probes: 30 },
    );
    const history = JSON.parse(stdout) as Record<string, number[]>;
    assert.deepEqual(reader.manifest.metrics, ['loss', 'acc', 'val_loss', 'val_acc', 'probe_accuracy']);
    const labels = await reader.readLabels();
    for (const epoch of [0, 1, 2]) {
      const outputs = await mapsOf(reader, 6, epoch);
      const predictions = all(30).map((i) =>
        [0, 1, 2].reduce(
          (best, c) => ((outputs[3 * i + c] as number) > (outputs[3 * i + best] as number) ? c : best),
          0,
        ),
      );
      assert.deepEqual([...(await reader.readPredictions(epoch))], predictions);
      const accuracy = predictions.filter((one, i) => one === labels[i]).length / 30;
      const reported = ['loss', 'acc', 'val_loss', 'val_acc'].map((name) =>
        epoch === 0 ? null : history[name]?.[epoch - 1],
      );
      assert.deepEqual(await reader.readMetrics(epoch), [...reported, accuracy]);
    }
    for (const layer of reader.manifest.layers) {
      const [maps, values] = [await mapsOf(reader, layer.index, 1), await reader.readValues(layer.index, 1)];
      const size = product(layer.mapShape);
      for (let channel = 0; channel < layer.channelCount; channel++) {
        const own = maps.filter((_, i) => Math.floor(i / size) % layer.channelCount === channel);
        assert.equal(valueOf(values, 'minimum', layer, 3, channel), Math.min(...own));
        assert.equal(valueOf(values, 'maximum', layer, 3, channel), Math.max(...own));
        assert.equal(valueOf(values, 'n', layer, 3, channel), own.length);
        assert.ok(
          Math.abs(valueOf(values, 'mean', layer, 3, channel) - own.reduce((a, b) => a + b, 0) / own.length) < 1e-6,
        );
      }
      const { mapCount, classCount, values: entropy } = await reader.readEntropy(layer.index, 1);
      assert.deepEqual([classCount, entropy.length], [3, ENTROPY_RANGES.length * 3 * 4 * mapCount]);
    }
    workspace.remove();
  });

  it('follows a change of the filter count: shapes, weights, everything @all', async () => {
    for (const filters of [4, 7]) {
      const { reader, workspace } = await recorded(
        `${MARKED} await compiled(network(3, ${filters})).fit(training.x, training.y, FIT);`,
      );
      assert.deepEqual(shapes(reader), [
        [1, 8, 8],
        [filters, 6, 6],
        [filters, 6, 6],
        [filters, 3, 3],
        [filters, 3, 3],
        [9 * filters],
        [3],
      ]);
      assert.deepEqual(
        reader.manifest.layers[1]?.weights.map(({ shape }) => shape),
        [[3, 3, 1, filters], [filters]],
      );
      workspace.remove();
    }
  });

  it('shows a zeroed filter with bias −10, frozen, as dead: it alone @all', async () => {
    const { reader, workspace } = await recorded(`${MARKED}
      const model = compiled(tf.sequential({ layers: [
        tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 6, kernelSize: 3, activation: 'relu', trainable: false }),
        tf.layers.flatten(), tf.layers.dense({ units: 3, activation: 'softmax' })] }));
      const [kernel, bias] = model.layers[0].getWeights();
      const k = kernel.dataSync().slice(); for (let i = 0; i < 9; i++) k[i * 6 + 2] = 0;
      model.layers[0].setWeights([tf.tensor(k, kernel.shape), tf.tensor1d([0, 0, -10, 0, 0, 0])]);
      await model.fit(training.x, training.y, FIT);`);
    const layer = reader.manifest.layers[1] as Layer;
    for (const epoch of [0, 1, 2]) {
      const values = await reader.readValues(1, epoch);
      const ranges = all(6).map(
        (channel) => valueOf(values, 'maximum', layer, 3, channel) - valueOf(values, 'minimum', layer, 3, channel),
      );
      assert.deepEqual(
        all(6).filter((channel) => (ranges[channel] as number) <= 1e-6 * Math.max(...ranges)),
        [2],
      );
    }
    workspace.remove();
  });
});

describe('fits', () => {
  it('of one model continue the epochs of its run; another model has its own', async () => {
    const { readers, workspace } = await recorded(`${MARKED} const a = compiled(network()), b = compiled(network(3, 2));
      await a.fit(training.x, training.y, FIT); await b.fit(training.x, training.y, { ...FIT, epochs: 1 });
      await a.fit(training.x, training.y, { ...FIT, epochs: 3, initialEpoch: 2 }); await a.fit(training.x, training.y, FIT);`);
    assert.deepEqual(await Promise.all(readers.map(epochsOf)), [
      [0, 1, 2, 3, 4, 5],
      [0, 1],
    ]);
    assert.deepEqual(
      readers.map(({ manifest }) => manifest.layers[1]?.channelCount),
      [4, 2],
    );
    for (const reader of readers) assert.equal((await reader.describe()).summary.status.state, 'finished');
    workspace.remove();
  });

  it('of a model that grew a layer meanwhile begin a new run @all', async () => {
    const { readers, workspace } =
      await recorded(`${MARKED} const model = tf.sequential({ layers: [tf.layers.flatten({ inputShape: [8, 8, 1] }), tf.layers.dense({ units: 3 })] });
      await compiled(model, 'meanSquaredError').fit(training.x, training.y, FIT);
      model.add(tf.layers.softmax()); await compiled(model).fit(training.x, training.y, FIT);`);
    assert.deepEqual(
      readers.map(({ manifest }) => manifest.layers.length),
      [3, 4],
    );
    workspace.remove();
  });

  it('on a data set are recorded from before training, probes from the first epoch as they passed', async () => {
    const { reader, workspace, stdout } = await recorded(
      `${MARKED}
      const set = ({ x, y }) => tf.data.zip({ xs: tf.data.array(tf.unstack(x)), ys: tf.data.array(tf.unstack(y)) }).batch(16);
      const model = compiled(network()); console.log(JSON.stringify([...model.layers[0].getWeights()[0].dataSync()]));
      await model.fitDataset(set(training), { epochs: 2, verbose: 0, validationData: set(validation) });`,
      { probes: 30 },
    );
    assert.deepEqual(await epochsOf(reader), [0, 1, 2]);
    assert.deepEqual([...((await reader.readWeights(1, 0))[0]?.values ?? [])], JSON.parse(stdout));
    assert.deepEqual(reader.manifest.data, { trainCount: 90, validationCount: 21 });
    const [inputs, labels, splits] = [await mapsOf(reader, 0, 0), await reader.readLabels(), await reader.readSplits()];
    assert.deepEqual(
      [...labels],
      all(30).map((i) => inputs[i * 64]),
    );
    assert.deepEqual(
      [...splits],
      all(30).map((i) => inputs[i * 64 + 1]),
    );
    workspace.remove();
  });

  for (const [what, trainCount, training] of [
    ['trainOnBatch', null, 'for (let i = 0; i < 25; i++) await model.trainOnBatch(training.x, training.y);'],
    [
      'a data set that repeats itself @all',
      90,
      `const rows = { xs: tf.data.array(tf.unstack(training.x)), ys: tf.data.array(tf.unstack(training.y)) };
      const set = tf.data.zip(rows).repeat().batch(16);
      await model.fitDataset(set, { epochs: 2, batchesPerEpoch: 12, verbose: 0 });`,
    ],
    [
      'steps of an optimizer @all',
      null,
      `const optimizer = tf.train.adam(0.01);
      for (let i = 0; i < 25; i++) optimizer.minimize(() => tf.losses.softmaxCrossEntropy(training.y, model.apply(training.x)));`,
    ],
  ] as const)
    it(`of ${what} that show the same samples again and again are probed with each once`, async () => {
      const { reader, workspace } = await recorded(`${MARKED} const model = compiled(network()); ${training}`, {
        batchesPerEpoch: 12,
        probes: 200,
      });
      const inputs = await mapsOf(reader, 0, 0);
      const numbers = all(reader.manifest.probes.count).map((i) => inputs.slice(i * 64, (i + 1) * 64).join());
      assert.deepEqual([numbers.length, new Set(numbers).size], [90, 90]);
      // Of batches nobody knows how many samples there are in all.
      assert.equal(reader.manifest.data.trainCount, trainCount);
      workspace.remove();
    });

  it('that stop early end the run, finished, where they stopped @all', async () => {
    const { reader, workspace } = await recorded(`${MARKED} const model = compiled(network());
      await model.fit(training.x, training.y, { ...FIT, epochs: 9, callbacks: { onEpochEnd: (epoch) => { if (epoch === 1) model.stopTraining = true; } } });`);
    const { summary } = await reader.describe();
    assert.deepEqual([summary.epochs, summary.lastEpoch, summary.status.state], [[0, 1, 2], 9, 'finished']);
    workspace.remove();
  });

  it('with sparse, binary and regressed targets are understood @all', async () => {
    const head = (units: number, activation: string) =>
      `tf.sequential({ layers: [tf.layers.flatten({ inputShape: [8, 8, 1] }), tf.layers.dense({ units: ${units}, activation: '${activation}' })] })`;
    const { readers, workspace } =
      await recorded(`${MARKED} const labels = tf.tensor1d(Array.from(training.labels)); const half = tf.tensor1d(Array.from(training.labels, (label) => label % 2));
      await compiled(${head(3, 'softmax')}, 'sparseCategoricalCrossentropy').fit(training.x, labels, FIT);
      await compiled(${head(1, 'sigmoid')}, 'binaryCrossentropy').fit(training.x, half, FIT);
      await compiled(${head(1, 'linear')}, 'meanSquaredError').fit(training.x, half, FIT);`);
    assert.deepEqual(
      readers.map(({ manifest }) => [manifest.task, manifest.classNames.length]),
      [
        ['classification', 3],
        ['classification', 2],
        ['regression', 0],
      ],
    );
    assert.deepEqual(await readers[2]?.readValues(2, 1).then((values) => values.length), VALUE_STATISTICS.length);
    const inputs = await mapsOf(readers[1] as RunReader, 0, 0);
    assert.deepEqual(
      [...((await readers[1]?.readLabels()) ?? [])],
      all(40).map((i) => (inputs[i * 64] as number) % 2),
    );
    workspace.remove();
  });
});

describe('a model', () => {
  it('with two inputs, a shared layer, a merge and a model inside is recorded in topological order @all', async () => {
    const { reader, workspace } = await recorded(
      `${MARKED}
      const a = tf.input({ shape: [8, 8, 1], name: 'left' }), b = tf.input({ shape: [8, 8, 1], name: 'right' });
      const inner = tf.sequential({ name: 'encoder', layers: [tf.layers.conv2d({ name: 'conv', inputShape: [8, 8, 1], filters: 2, kernelSize: 3 }), tf.layers.flatten({ name: 'flat' })] });
      const shared = tf.layers.dense({ units: 4, name: 'shared', activation: 'tanh' });
      const joined = tf.layers.concatenate({ name: 'joined' }).apply([shared.apply(inner.apply(a)), shared.apply(tf.layers.flatten({ name: 'plain' }).apply(tf.layers.conv2d({ name: 'other', filters: 2, kernelSize: 3 }).apply(b)))]);
      const model = compiled(tf.model({ inputs: [a, b], outputs: tf.layers.dense({ units: 3, activation: 'softmax', name: 'out' }).apply(joined) }));
      await model.fit([training.x, tf.neg(training.x)], training.y, { ...FIT, validationData: [[validation.x, tf.neg(validation.x)], validation.y] });`,
      { probes: 24 },
    );
    const { layers } = reader.manifest;
    const named = layers.map(({ name, kind, inputs }) => [
      name,
      kind,
      inputs.map((index) => layers[index]?.name).sort(),
    ]);
    assert.deepEqual(named.slice(0, 2), [
      ['left', 'input', []],
      ['right', 'input', []],
    ]);
    assert.deepEqual(Object.fromEntries(named.slice(2).map(([name, kind, inputs]) => [name, [kind, inputs]])), {
      'encoder/conv': ['conv', ['left']],
      'encoder/flat': ['reshape', ['encoder/conv']],
      other: ['conv', ['right']],
      plain: ['reshape', ['other']],
      shared: ['dense', [named.find(([name]) => name === 'shared')?.[2] as unknown].flat()],
      'shared#2': ['dense', [named.find(([name]) => name === 'shared#2')?.[2] as unknown].flat()],
      joined: ['merge', ['shared', 'shared#2']],
      out: ['dense', ['joined']],
    });
    layers.forEach(({ inputs, index }) => assert.ok(inputs.every((input) => input < index)));
    const shared = layers
      .filter(({ name }) => name.startsWith('shared'))
      .map(({ inputs, weights }) => [layers[inputs[0] as number]?.name, weights.length]);
    assert.deepEqual(new Set(shared.map(([from]) => from)), new Set(['encoder/flat', 'plain']));
    assert.deepEqual(
      shared.map(([, weights]) => weights),
      [2, 0],
    );
    assert.deepEqual(
      [...(await mapsOf(reader, 1, 1))],
      [...(await mapsOf(reader, 0, 1))].map((value) => -value),
    );
    workspace.remove();
  });

  it('of channelsFirst, of one dimension, with custom and recurrent layers has channels in front @all', async () => {
    const { readers, workspace } = await recorded(`${MARKED}
      class Twice extends tf.layers.Layer { call(x) { return tf.mul([x].flat()[0], 2); } static get className() { return 'Twice'; } }
      const first = compiled(tf.sequential({ layers: [
        tf.layers.conv2d({ inputShape: [1, 8, 8], filters: 3, kernelSize: 3, dataFormat: 'channelsFirst' }), tf.layers.reLU(), new Twice({}), tf.layers.flatten({ dataFormat: 'channelsFirst' }), tf.layers.dense({ units: 3, activation: 'softmax' })] }));
      await first.fit(training.x.reshape([90, 1, 8, 8]), training.y, { ...FIT, epochs: 1 });
      const line = compiled(tf.sequential({ layers: [
        tf.layers.conv1d({ inputShape: [8, 8], filters: 5, kernelSize: 3, activation: 'sigmoid' }), tf.layers.gru({ units: 4 }), tf.layers.dense({ units: 3, activation: 'softmax' })] }));
      await line.fit(training.x.reshape([90, 8, 8]), training.y, { ...FIT, epochs: 1 });`);
    assert.deepEqual(readers.map(shapes), [
      [[1, 8, 8], [3, 6, 6], [3, 6, 6], [3, 6, 6], [108], [3]],
      [[8, 8], [5, 6], [4], [3]],
    ]);
    const [first] = readers as [RunReader];
    assert.deepEqual(
      first.manifest.layers.map(({ kind, activation }) => [kind, activation]),
      [
        ['input', null],
        ['conv', null],
        ['activation', 'relu'],
        ['other', null],
        ['reshape', null],
        ['dense', 'softmax'],
      ],
    );
    assert.deepEqual(
      [...(await mapsOf(first, 3, 1))],
      [...(await mapsOf(first, 2, 1))].map((value) => 2 * value),
    );
    assert.deepEqual(
      readers[1]?.manifest.layers.map(({ kind }) => kind),
      ['input', 'conv', 'recurrent', 'dense'],
    );
    workspace.remove();
  });
});

describe('the budget', () => {
  const run = (options: object) =>
    recorded(`${MARKED} await compiled(network()).fit(training.x, training.y, FIT);`, options);

  it('is forecast to 10 % @all', async () => {
    for (const probes of [10, 100]) {
      const { reader, workspace, events } = await run({ probes });
      const { forecastBytes } = events.find((event) => event.type === 'run-started') as { forecastBytes: number };
      const written = bytesOnDisk(reader.folder);
      const share = forecastBytes / written;
      assert.ok(share >= 1 && share < 1.1, `${forecastBytes} forecast, ${written} written`);
      workspace.remove();
    }
  });

  it('that is small keeps the maps of fewer probes and statistics of all', async () => {
    const { reader, workspace, notices } = await run({ probes: 100, byteBudget: 560_000 });
    const { plan, probes } = reader.manifest;
    assert.ok(plan.mapSampleCount > 0 && plan.mapSampleCount < 90, notices.join('\n'));
    assert.equal(probes.count, 90);
    assert.ok(notices.some((text) => /maps of \d+ of 90 probes/.test(text)));
    assert.ok(bytesOnDisk(reader.folder) <= 560_000);
    workspace.remove();
  });

  it('that is spent by fits that the plan did not know of ends the recording, not the training @all', async () => {
    const { reader, workspace, notices, stdout } = await recorded(
      `${MARKED}
      const model = compiled(network());
      for (let i = 0; i < 12; i++) await model.fit(training.x, training.y, { ...FIT, epochs: 1 });
      console.log('trained');`,
      { probes: 10, byteBudget: 420_000 },
    );
    const { summary } = await reader.describe();
    assert.equal(stdout, 'trained\n');
    assert.ok(summary.epochs.length > 1 && summary.epochs.length < 13, String(summary.epochs));
    assert.ok(bytesOnDisk(reader.folder) <= 420_000);
    assert.ok(
      notices.some((text) => /The budget of .*KiB is used up/.test(text)),
      notices.join('\n'),
    );
    workspace.remove();
  });
});
