/** The engine against the plain twins, on a small run that the store has written. */
import assert from 'node:assert/strict';
import { rm, symlink } from 'node:fs/promises';
import { AnalysisEngine } from '../../src/analysis/engine.js';
import { interSampleEntropy } from '../../src/analysis/measures/interSampleEntropy.js';
import { entropyMoments, mapEntropies } from '../../src/analysis/measures/intraSampleEntropy.js';
import { lengthOf } from '../../src/analysis/run/mapShape.js';
import { Failure } from '../../src/protocol/failure.js';
import type {
  InterResult,
  IntraResult,
  LabelResult,
  MeasureOptions,
  MetricsResult,
} from '../../src/protocol/measure.js';
import { removeFolders } from '../store/sampleRun.js';
import { buildWorker, type BuiltWorker } from './builtWorker.js';
import { DEAD_CHANNEL, MAP_SAMPLE_COUNT, sliceMaps, syntheticRun, type SyntheticRun } from './syntheticRun.js';

const OF_MAPS = ['distance-mi', 'layer-mi', 'cka', 'redundancy', 'slice', 'intrinsic'];
const upTo = (count: number): number[] => [...Array(count).keys()];
const close = (actual: number | null, expected: number, tolerance = 1e-9) =>
  assert.ok(actual !== null && Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);

describe('the analysis engine', () => {
  let built: BuiltWorker;
  let engine: AnalysisEngine;
  let run: SyntheticRun;

  before(async () => {
    [built, run] = await Promise.all([buildWorker(), syntheticRun()]);
    engine = new AnalysisEngine({ ...built, threads: 2 });
  });
  after(async () => {
    await engine.dispose();
    await built.remove();
    await removeFolders();
  });

  const inter = async (query: string, options?: MeasureOptions): Promise<InterResult> =>
    (await engine.measure(run.folder, { query, measure: 'inter', ...(options ? { options } : {}) })) as InterResult;
  const intra = async (query: string, options?: MeasureOptions): Promise<IntraResult> =>
    (await engine.measure(run.folder, { query, measure: 'intra', ...(options ? { options } : {}) })) as IntraResult;

  /** What the twin says of a slice of the run. */
  const twinOf = (
    layer: number,
    epoch: number,
    samples: number[],
    channels: number[],
    options: MeasureOptions = {},
  ) => {
    const shape = run.manifest.layers[layer];
    const values = sliceMaps(run.mapsOf(layer, epoch), shape, samples, channels);
    return interSampleEntropy(values, samples.length, channels.length * lengthOf(shape.mapShape), options);
  };

  describe('inter-sample entropy', () => {
    it('is a table of layers and epochs, each value that of the twin', async () => {
      const { values, provenance } = await inter('dCNN(-, -, -, -)');
      assert.deepEqual(
        values.map(({ layer, epoch }) => [layer, epoch]),
        upTo(4).flatMap((layer) => upTo(4).map((epoch) => [layer, epoch])),
      );
      for (const value of values) {
        const twin = twinOf(
          value.layer,
          value.epoch,
          upTo(MAP_SAMPLE_COUNT),
          upTo(run.manifest.layers[value.layer].channelCount),
        );
        close(value.bits, twin.bits!);
        assert.equal(value.n, twin.n);
        assert.equal(value.nonFiniteCount, twin.nonFiniteCount);
        close(value.excessBits, twin.bits! - Math.log2(twin.n));
        assert.deepEqual([value.noiseBits, value.halfWidthBits, value.reason], [null, null, null]);
      }
      assert.equal(provenance.n, MAP_SAMPLE_COUNT);
      assert.deepEqual(provenance.parameters, { k: 15, noise: false, interval: false, samplesWithoutMaps: 12 });
      assert.equal(provenance.unit, 'bits');
    });
    it('is of the chosen samples and channels', async () => {
      const { values } = await inter('dCNN(x.label = {0, 2}, layer_1, {1..3}, 2)', { k: 5 });
      const samples = upTo(MAP_SAMPLE_COUNT).filter((sample) => run.labels[sample] !== 1);
      close(values[0].bits, twinOf(1, 2, samples, [1, 2, 3], { k: 5 }).bits!);
      assert.equal(values[0].n, samples.length);
    });
    it('follows predictions from epoch to epoch', async () => {
      const { values } = await inter('dCNN(x.label ≠ y, layer_1, -, -)', { k: 3 });
      for (const { epoch, bits, n } of values) {
        const predictions = run.predictionsOf(epoch);
        const samples = upTo(MAP_SAMPLE_COUNT).filter((sample) => predictions[sample] !== run.labels[sample]);
        assert.equal(n, samples.length);
        close(bits, twinOf(1, epoch, samples, upTo(4), { k: 3 }).bits!);
      }
    });
    it('leaves out samples with a NaN and says how many', async () => {
      const { values } = await inter('dCNN(-, layer_2, -, 2)');
      assert.deepEqual([values[0].nonFiniteCount, values[0].n], [1, MAP_SAMPLE_COUNT - 1]);
    });
    it('brings noise of equal N and D and the interval when asked', async () => {
      const { values } = await inter('dCNN(-, layer_3, -, {1, 2})', { noise: true, interval: true });
      const twin = twinOf(3, 1, upTo(MAP_SAMPLE_COUNT), upTo(5), { interval: true });
      close(values[0].halfWidthBits, twin.halfWidthBits!);
      assert.equal(values[0].noiseBits, values[1].noiseBits);
      assert.ok(values[0].noiseBits! > 0 && values[0].noiseBits! < 2 * Math.log2(MAP_SAMPLE_COUNT));
    });
    it('of too few samples is null with the reason', async () => {
      const { values } = await inter('dCNN({0, 1}, layer_1, -, 0)');
      assert.equal(values[0].bits, null);
      assert.match(values[0].reason!, /at least 3/);
      const beyond = await inter('dCNN({50..59}, layer_1, -, 0)');
      assert.equal(beyond.values[0].reason, 'only the probes 0 to 47 have maps');
    });
    it('takes layers that have the channels, where layers are named together', async () => {
      const { values } = await inter('dCNN(-, -, 4, 0)');
      assert.deepEqual(
        values.map(({ layer }) => layer),
        [3],
      );
    });
    it('refuses a k that no graph can have', async () => {
      await assert.rejects(inter('dCNN(-, -, -, 0)', { k: 1 }), isFailure('bad-input', /k is 1/));
    });
  });

  for (const measure of [
    'inter',
    'intra',
    'distance-mi',
    'layer-mi',
    'cka',
    'redundancy',
    'slice',
    'intrinsic',
  ] as const)
    it(`${measure} of kept maps says how many of its samples have none, and that they are rounded`, async () => {
      const rounded = await syntheticRun({ plan: { precision: 'float16' }, id: `20250131-120000-${measure}` });
      const { provenance } = await engine.measure(rounded.folder, { query: 'dCNN({0..50}, layer_1, -, 1)', measure });
      const { samplesWithoutMaps, maps } = provenance.parameters;
      assert.deepEqual([samplesWithoutMaps, maps, provenance.n], [3, 'float16', MAP_SAMPLE_COUNT]);
    });

  describe('intra-sample entropy', () => {
    for (const range of ['map', 'channel'] as const) {
      it(`of whole classes is what was recorded, over each ${range}’s range`, async () => {
        const result = await intra('dCNN(-, layer_1, -, 1)', { range });
        assert.equal(result.computedFrom, 'statistics');
        assert.deepEqual(
          result.values.map(({ classIndex }) => classIndex),
          [null, 0, 1, 2],
        );
        for (const value of result.values) {
          const moments = momentsOf(1, 1, upTo(60), range, 32);
          value.channels.forEach((channel, i) => {
            const expected = moments(value.classIndex, channel);
            assert.equal(value.bits[i], expected.mean);
            assert.equal(value.variance[i], expected.variance);
            assert.equal(value.n[i], expected.n);
          });
        }
        assert.equal(result.values[0].bits[DEAD_CHANNEL], 0);
      });
    }
    it('of one class is that class alone; of several, first the slice and then each', async () => {
      const one = await intra('dCNN(x.label = 1, layer_1, {0, 3}, 2)');
      assert.deepEqual(
        one.values.map(({ classIndex, channels }) => [classIndex, channels]),
        [[1, [0, 3]]],
      );
      const two = await intra('dCNN(x.label ≠ 1, layer_1, 0, 2)');
      assert.equal(two.computedFrom, 'statistics');
      assert.deepEqual(
        two.values.map(({ classIndex }) => classIndex),
        [null, 0, 2],
      );
      const [slice, zero, second] = two.values;
      close(
        slice.bits[0],
        (zero.bits[0]! * zero.n[0] + second.bits[0]! * second.n[0]) / (zero.n[0] + second.n[0]),
        1e-12,
      );
      const samples = upTo(60).filter((sample) => run.labels[sample] !== 1);
      close(slice.variance[0], momentsOf(1, 2, samples, 'map', 32)(null, 0).variance, 1e-12);
    });
    it('of other slices or bins is computed from kept maps, and says so', async () => {
      const samples = upTo(10);
      const result = await intra('dCNN({0..9}, layer_1, {1..3}, 3)', { bins: 8, range: 'channel' });
      assert.deepEqual([result.computedFrom, result.bins, result.values.length], ['maps', 8, 1]);
      const expected = momentsOf(1, 3, samples, 'channel', 8);
      result.values[0].channels.forEach((channel, i) =>
        close(result.values[0].bits[i], expected(null, channel).mean, 1e-9),
      );
      assert.deepEqual(result.values[0].n, [10, 10, 10]);
    });
    it('of all samples written as a range is that of all: from statistics of every probe', async () => {
      const [all, range] = [await intra('dCNN(-, layer_1, -, 1)'), await intra('dCNN({0..59}, layer_1, -, 1)')];
      assert.deepEqual([range.computedFrom, range.values], ['statistics', all.values]);
    });
    it('of units is one value, that of the whole vector', async () => {
      const { values } = await intra('dCNN(-, layer_3, -, 0)');
      assert.deepEqual(values[0].channels, [-1]);
      assert.equal(values[0].meanBits, values[0].bits[0]);
    });
    it('leaves out maps with a NaN', async () => {
      const { values } = await intra('dCNN({0..9}, layer_2, -, 2)');
      assert.deepEqual(values[0].n, [9, 10, 10, 10]);
    });
  });

  /** Moments of a slice by the twins: (class or all, channel). The channel's range is over all probes. */
  const momentsOf = (layer: number, epoch: number, samples: number[], range: 'map' | 'channel', bins: number) => {
    const shape = run.manifest.layers[layer];
    const { channelCount } = shape;
    const mapLength = lengthOf(shape.mapShape);
    const all = run.mapsOf(layer, epoch);
    const ranges = upTo(channelCount).flatMap((channel) => {
      const values = sliceMaps(all, shape, upTo(60), [channel]);
      return [Math.min(...values), Math.max(...values)];
    });
    const maps = sliceMaps(all, shape, samples, upTo(channelCount));
    const place = { maps, sampleCount: samples.length, channelCount, mapLength };
    const entropies = mapEntropies(place, bins, range === 'channel' ? ranges : undefined);
    const table = entropyMoments(
      entropies,
      channelCount,
      samples.map((sample) => run.labels[sample]),
      3,
    );
    return (classIndex: number | null, channel: number) => {
      const at = (classIndex ?? 3) * channelCount + channel;
      return { mean: table[at], variance: table[4 * channelCount + at], n: table[8 * channelCount + at] };
    };
  };

  describe('labels and metrics', () => {
    it('are counted for each split and for all', async () => {
      const { values } = (await engine.measure(run.folder, {
        query: 'dCNN(-, -, -, {1..2})',
        measure: 'label',
      })) as LabelResult;
      assert.deepEqual(
        values.map(({ epoch, split }) => [epoch, split]),
        [1, 2].flatMap((epoch) => [
          [epoch, 'train'],
          [epoch, 'validation'],
          [epoch, 'all'],
        ]),
      );
      const total = (counts: readonly (readonly number[])[]) => counts.flat().reduce((a, b) => a + b, 0);
      assert.deepEqual(
        values.slice(0, 3).map(({ counts }) => total(counts)),
        [20, 40, 60],
      );
      const predictions = run.predictionsOf(1);
      const expected = upTo(60).filter((i) => run.labels[i] === 0 && predictions[i] === 1).length;
      assert.equal(values[2].counts[0][1], expected);
    });
    it('a layer that has wholly died is marked beside its H, which is that of copies', async () => {
      const { folder } = await syntheticRun({ id: '20250131-120000-dead-layer' }, (maps, { index }, epoch) => {
        if (index === 1 && epoch > 0) maps.fill(0);
      });
      const { values } = (await engine.measure(folder, {
        query: 'dCNN(-, {1, 2}, -, {0, 1})',
        measure: 'inter',
      })) as InterResult;
      const marked = values.filter(({ isDead }) => isDead).map(({ layer, epoch }) => [layer, epoch]);
      assert.deepEqual(marked, [[1, 1]]);
      assert.ok(values.every(({ bits }) => bits !== null));
    });
    it('metrics are as they were reported, null where there was none', async () => {
      const result = (await engine.measure(run.folder, {
        query: 'dCNN(-, -, -, -)',
        measure: 'metrics',
      })) as MetricsResult;
      assert.deepEqual(result.names, ['loss', 'val_loss', 'held_out_accuracy']);
      const heldOut = (epoch: number): number =>
        upTo(60).filter((i) => run.splits[i] === 1 && run.labels[i] === run.predictionsOf(epoch)[i]).length / 40;
      assert.deepEqual(result.values[0].values, [null, null, heldOut(0)]);
      assert.deepEqual(result.values[2].values, [1 / 2, 1 / 3, heldOut(2)], 'of the 40 that were not trained on');
      const { unit, parameters } = result.provenance;
      assert.deepEqual(
        [unit, parameters],
        ['own', { loss: 'mse', validationCount: 20, probeCount: 60, judgedCount: 40 }],
      );
    });
    it('only cross-entropies are told in nats', async () => {
      const { folder } = await syntheticRun({ loss: 'categoricalCrossentropy', id: '20250131-120000-nats' });
      const { provenance } = await engine.measure(folder, { query: 'dCNN(-, -, -, -)', measure: 'metrics' });
      assert.deepEqual([provenance.unit, provenance.parameters['lossUnit']], ['own', 'nats']);
    });
    it('a training without a loss of its own names none', async () => {
      const { folder } = await syntheticRun({ loss: '', id: '20250131-120000-no-loss' });
      const { provenance } = await engine.measure(folder, { query: 'dCNN(-, -, -, -)', measure: 'metrics' });
      assert.ok(!('loss' in provenance.parameters), JSON.stringify(provenance.parameters));
    });
    it('labels of a regression are a failure that says what to ask instead', async () => {
      const regression = await syntheticRun({ classNames: [], id: '20250131-120000-regression' });
      await assert.rejects(
        engine.measure(regression.folder, { query: 'dCNN(-, -, -, -)', measure: 'label' }),
        isFailure('unsupported', /not a classification|have no labels/),
      );
      const { applicable } = await engine.estimate(regression.folder, { query: 'dCNN(-, -, -, -)', measure: 'inter' });
      assert.deepEqual(applicable, ['inter', 'intra', 'metrics', ...OF_MAPS]);
      const { values } = (await engine.measure(regression.folder, {
        query: 'dCNN(-, layer_1, -, 0)',
        measure: 'intra',
      })) as IntraResult;
      assert.deepEqual(
        values.map(({ classIndex }) => classIndex),
        [null],
      );
    });
  });

  describe('the report of layers', () => {
    it('has a row a layer at the last epoch, with dead channels since when', async () => {
      const reports = await engine.report(run.folder, null);
      assert.deepEqual(
        reports.map(({ layer, epoch }) => [layer, epoch]),
        upTo(4).map((layer) => [layer, 3]),
      );
      assert.deepEqual(reports[1].channels, { layer: 1, epoch: 3, dead: [DEAD_CHANNEL], deadSince: [1] });
      assert.deepEqual(reports[0].channels.dead, []);
      close(reports[1].inter!.bits, twinOf(1, 3, upTo(MAP_SAMPLE_COUNT), upTo(4)).bits!);
    });
    it('gives the mean over channels and probes by epoch, with a half width', async () => {
      const [, layer] = await engine.report(run.folder, 2);
      const expected = momentsOf(1, 2, upTo(60), 'channel', 32);
      const channels = upTo(4).map((channel) => expected(null, channel));
      close(
        layer.intraBits,
        channels.reduce((sum, { mean }) => sum + mean / 4, 0),
        1e-12,
      );
      close(
        layer.intraHalfWidthBits,
        (1.959963984540054 * channels.reduce((sum, { variance }) => sum + Math.sqrt(variance / 59), 0)) / 4,
        1e-12,
      );
      assert.deepEqual(
        layer.intraByEpoch.map(({ epoch }) => epoch),
        [0, 1, 2, 3],
      );
      assert.equal(layer.intraByEpoch[2].bits, layer.intraBits);
      assert.equal(layer.intraProvenance.n, 60);
    });
    it('of an epoch that was not recorded is a failure', async () => {
      await assert.rejects(engine.report(run.folder, 9), isFailure('not-found', /epoch 9/));
    });
  });

  describe('pictures', () => {
    it('of classes are the mean inputs', async () => {
      const { width, height, count, values, n, planes } = await engine.about('classMeans', run.folder, {});
      assert.deepEqual([width, height, count, planes, n], [6, 6, 3, 1, [20, 20, 20]]);
      const inputs = run.mapsOf(0, 0);
      const mean = upTo(20).reduce((sum, i) => sum + inputs[(3 * i + 1) * 36 + 7], 0) / 20;
      close(values[36 + 7], mean, 1e-6);
    });
    it('of channels are the mean maps of the first layer over the samples', async () => {
      const { width, height, count, values, n } = await engine.about('channelMeans', run.folder, {
        query: 'dCNN({0..3}, layer_1, {1, 3}, -)',
        epoch: 2,
      });
      assert.deepEqual([width, height, count, n], [5, 5, 2, [4, 4]]);
      const slice = sliceMaps(run.mapsOf(1, 2), run.manifest.layers[1], upTo(4), [3]);
      close(values[25 + 11], upTo(4).reduce((sum, i) => sum + slice[i * 25 + 11], 0) / 4, 1e-6);
    });
  });

  describe('arrays', () => {
    it('give the twin’s inter-sample entropy', async () => {
      const maps = run.mapsOf(2, 2);
      const value = await engine.interOfArray(maps, 60, 12, { k: 7, interval: true, noise: true });
      const twin = interSampleEntropy(maps, 60, 12, { k: 7, interval: true });
      close(value.bits, twin.bits!);
      close(value.halfWidthBits, twin.halfWidthBits!);
      assert.deepEqual([value.n, value.d, value.k, value.nonFiniteCount], [59, 12, 7, 1]);
      assert.ok(value.noiseBits !== null);
    });
    it('give the twin’s intra-sample entropies by channel and class', async () => {
      const maps = run.mapsOf(1, 0);
      const result = await engine.intraOfArray(maps, {
        sampleCount: 60,
        channelCount: 4,
        mapLength: 25,
        labels: run.labels,
        range: 'channel',
      });
      const expected = momentsOf(1, 0, upTo(60), 'channel', 32);
      result.perChannel.forEach((bits, channel) => close(bits, expected(null, channel).mean));
      assert.deepEqual(Object.keys(result.perClass), ['0', '1', '2']);
      result.perClass['2'].forEach((bits, channel) => close(bits, expected(2, channel).mean));
    });
    it('of another length than their shape are refused', async () => {
      await assert.rejects(engine.interOfArray(new Float32Array(10), 3, 4), isFailure('bad-input', /it has 10 values/));
    });
  });

  it('measures a run that is reached by way of a link', async () => {
    const link = `${run.folder}-link`;
    await symlink(run.folder, link, 'junction');
    const query = 'dCNN(-, layer_1, -, last)';
    const linked = (await engine.measure(link, { query, measure: 'intra' })) as IntraResult;
    assert.deepEqual(linked.values, (await intra(query)).values);
    await rm(link);
  });
  it('an estimate says what a request would read, and prints the query canonically', async () => {
    const fresh = await syntheticRun({ id: '20250131-120000-fresh' });
    const request = { query: 'dcnn(–, {layer_1}, {0,1}, 2)', measure: 'inter' as const };
    const before = await engine.estimate(fresh.folder, request);
    assert.deepEqual(
      [before.canonical, before.valueCount, before.cachedCount, before.bytes],
      ['dCNN(-, layer_1, {0..1}, 2)', 1, 0, 4 * MAP_SAMPLE_COUNT * 50],
    );
    assert.ok(before.seconds > 0 && before.seconds < 1);
    assert.deepEqual(before.applicable, ['inter', 'intra', 'label', 'metrics', ...OF_MAPS]);
    await engine.measure(fresh.folder, request);
    const after = await engine.estimate(fresh.folder, request);
    assert.deepEqual([after.cachedCount, after.bytes], [1, 0]);
  });

  it('names what a query asks for and the run does not have', async () => {
    await assert.rejects(
      inter('dCNN(-, layer_9, -, -)'),
      isFailure('bad-input', /column 9: layer layer_9: the run has layer_0, layer_1, layer_2, layer_3/),
    );
    await assert.rejects(inter('dCNN(-, 7, -, -)'), isFailure('not-found', /layer 7: the run has layers 0 to 3/));
    await assert.rejects(
      inter('dCNN(-, layer_1, 4, -)'),
      isFailure('not-found', /channel 4: layer layer_1 has channels 0 to 3/),
    );
    await assert.rejects(
      inter('dCNN(60, layer_1, -, -)'),
      isFailure('not-found', /sample 60: the run has probes 0 to 59/),
    );
    await assert.rejects(inter('dCNN(-, -, -, 4)'), isFailure('not-found', /epoch 4/));
    await assert.rejects(
      inter('dCNN(x.label = fox, -, -, -)'),
      isFailure('bad-input', /class fox: the run has cat, dog, eel/),
    );
    await assert.rejects(inter('dCNN(-, -, -'), isFailure('bad-input', /column 13: expected/));
  });
  it('a folder that is no run is a failure', async () => {
    await assert.rejects(engine.report('/nowhere/at/all', null), isFailure('not-found', /./));
  });
});

function isFailure(kind: string, wrong: RegExp) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof Failure, String((error as Error).stack ?? error));
    assert.equal(error.kind, kind);
    assert.match(error.wrong, wrong);
    return true;
  };
}
