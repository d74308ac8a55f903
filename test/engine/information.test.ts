/** Distance MI, layer MI, CKA and redundancy of a recorded run with known answers, against the plain twins. */
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AnalysisEngine } from '../../src/analysis/engine.js';
import { binDistances, distanceMutualInformation } from '../../src/analysis/measures/distanceMutualInformation.js';
import { alignment, hollowGram } from '../../src/analysis/measures/centredKernelAlignment.js';
import {
  binnedInformation,
  jointStates,
  kernelDensityBounds,
  totalVariance,
} from '../../src/analysis/measures/layerMutualInformation.js';
import { ksg, ross } from '../../src/analysis/measures/nearestNeighbourMutualInformation.js';
import { channelCorrelations } from '../../src/analysis/measures/redundancy.js';
import { pairedSamples } from '../../src/analysis/measures/chosenSamples.js';
import { lengthOf } from '../../src/analysis/run/mapShape.js';
import {
  conditionalsOf,
  type CkaResult,
  type DistanceMiResult,
  type LayerMiResult,
  type MeasureOptions,
  type RedundancyResult,
  type SliceEntropyResult,
} from '../../src/protocol/measure.js';
import { removeFolders } from '../store/sampleRun.js';
import { buildWorker, type BuiltWorker } from './builtWorker.js';
import { DEAD_CHANNEL, MAP_SAMPLE_COUNT, sliceMaps, syntheticRun, type SyntheticRun } from './syntheticRun.js';

const upTo = (count: number): number[] => [...Array(count).keys()];
const near = (actual: number | null | undefined, expected: number | null, tolerance = 1e-9): void =>
  assert.ok(
    actual === expected ||
      (typeof actual === 'number' && expected !== null && Math.abs(actual - expected) <= tolerance),
    `${actual} is not ${expected}`,
  );
/** Of layer 1: channel 3 repeats channel 0. */
const COPY = { of: 0, in: 3 };

describe('measures between channels and layers', () => {
  let built: BuiltWorker;
  let engine: AnalysisEngine;
  let run: SyntheticRun;

  before(async () => {
    built = await buildWorker();
    run = await syntheticRun({}, (maps, { index, channelCount, mapShape }) => {
      const length = lengthOf(mapShape);
      for (let at = 0; index === 1 && at < maps.length; at += channelCount * length)
        maps.copyWithin(at + COPY.in * length, at + COPY.of * length, at + (COPY.of + 1) * length);
    });
    engine = new AnalysisEngine({ ...built, threads: 2 });
  });
  after(async () => {
    await engine.dispose();
    await built.remove();
    await removeFolders();
  });

  const distanceMi = async (query: string, options: MeasureOptions = {}): Promise<DistanceMiResult> =>
    (await engine.measure(run.folder, { query, measure: 'distance-mi', options })) as DistanceMiResult;
  const valuesOf = (layer: number, epoch: number, samples: number[], channels: number[]): Float32Array =>
    sliceMaps(run.mapsOf(layer, epoch), run.manifest.layers[layer], samples, channels);
  const binsOf = (layer: number, epoch: number, samples: number[], channels: number[], bins = 32) => {
    const d = channels.length * lengthOf(run.manifest.layers[layer].mapShape);
    return binDistances(valuesOf(layer, epoch, samples, channels), samples.length, d, bins);
  };

  describe('distance mutual information', () => {
    it('of channels of two layers is that of the twin, without the samples that are not finite', async () => {
      const { values, of, bins } = await distanceMi('dCNN(-, {layer_1, layer_2}, -, -)');
      assert.deepEqual([of, bins, values.length], ['channels', 32, 4]);
      for (const value of values) {
        const left = value.epoch === 2 ? upTo(MAP_SAMPLE_COUNT).filter((i) => i !== 5) : upTo(MAP_SAMPLE_COUNT);
        assert.deepEqual([value.n, value.nonFiniteCount], [left.length, MAP_SAMPLE_COUNT - left.length]);
        value.rows.forEach((a, row) =>
          value.columns.forEach((b, column) => {
            const twin = distanceMutualInformation(
              binsOf(1, value.epoch, left, [a.channel!]),
              binsOf(2, value.epoch, left, [b.channel!]),
            );
            const at = row * value.columns.length + column;
            near(value.bits[at], twin.bits);
            near(value.millerMadowBits[at], twin.millerMadowBits);
            near(value.share[at], twin.shareOfSmaller);
            near(conditionalsOf(value, row, column)!.aGivenB, twin.conditionalA);
            near(conditionalsOf(value, row, column)!.bGivenA, twin.conditionalB);
          }),
        );
      }
    });
    it('of a channel with its copy is its entropy, and stands out of the null', async () => {
      const options = { permutations: 40, interval: true };
      const [value] = (await distanceMi('dCNN(-, layer_1, -, 0)', options)).values;
      const at = COPY.of * value.columns.length + COPY.in;
      near(value.bits[at], value.entropyRows[COPY.of]);
      near(value.share[at], 1);
      assert.equal(value.null!.p[at], 1 / 41);
      assert.ok(value.bits[at]! > value.null!.maximumBits);
      assert.ok(value.halfWidthBits![at]! > 0 && value.halfWidthBits![at]! < value.bits[at]!);
      assert.equal(value.bits[at], value.bits[COPY.in * value.columns.length + COPY.of]);
    });
    it('of whole layers is a matrix of the layers, flattened', async () => {
      const [value] = (await distanceMi('dCNN(0..19, -, -, 1)', { bins: 8 })).values;
      assert.equal(value.bits.length, 16);
      const whole = (layer: number) => binsOf(layer, 1, upTo(20), upTo(run.manifest.layers[layer].channelCount), 8);
      for (const a of upTo(4))
        for (const b of upTo(4)) {
          // The twin sums over all values of a sample at once, the engine channel by channel.
          near(value.bits[4 * a + b], distanceMutualInformation(whole(a), whole(b)).bits, 1e-9);
        }
    });
    it('is the same on any number of threads, from the cache, and by the name of the other layer', async () => {
      const options = { permutations: 19, seed: 9, interval: true, sensitivity: true };
      const first = await distanceMi('dCNN(x.split = validation, {layer_1, layer_3}, -, 1)', options);
      const request = {
        query: 'dCNN(x.split = validation, layer_1, -, 1)',
        measure: 'distance-mi',
        options: { ...options, other: 'layer_3' },
      } as const;
      assert.deepEqual(await engine.measure(run.folder, request), first);
      await rm(join(run.folder, 'cache'), { recursive: true });
      for (const threads of [1, 3]) {
        const others = new AnalysisEngine({ ...built, threads });
        const again = await others.measure(run.folder, request).finally(() => others.dispose());
        assert.deepEqual(again, first);
        await rm(join(run.folder, 'cache'), { recursive: true });
      }
    });
    it('says how much hangs on the bins and on the samples', async () => {
      const [value] = (await distanceMi('dCNN(-, {layer_1, layer_3}, -, 1)', { sensitivity: true })).values;
      assert.deepEqual(
        value.sensitivity.map(({ bins, n }) => [bins, n]),
        [16, 32, 64].flatMap((bins) => [12, 24, 48].map((n) => [bins, n])),
      );
      const asComputed = value.sensitivity.find(({ bins, n }) => bins === 32 && n === 48)!;
      near(asComputed.meanBits, value.bits.reduce<number>((sum, bits) => sum + bits!, 0) / value.bits.length);
      assert.ok(value.sensitivity[6].meanBits > value.sensitivity[2].meanBits, 'more bins, fewer samples: more bits');
    });
    it('of independent layers lies inside the null band at the stated rate', async () => {
      let inside = 0;
      const options = { permutations: 59, bins: 8 };
      for (let from = 0; from < 24; from += 1) {
        const query = `dCNN(${from}..${from + 23}, {layer_1, layer_3}, 0, -)`;
        for (const value of (await distanceMi(query, options)).values)
          if (value.nonFiniteCount === 0 && value.bits[0]! <= value.null!.maximumBits) inside++;
      }
      assert.ok(inside >= 0.9 * 96, `${inside} of 96 are inside`);
    });
    it('can be cancelled among its permutations, and tells how far it is', async () => {
      const controller = new AbortController();
      const fractions: number[] = [];
      const progress = ({ fraction }: { fraction: number }): void => {
        fractions.push(fraction);
        if (fraction > 0.01) controller.abort();
      };
      const request = {
        query: 'dCNN(-, layer_1, -, 3)',
        measure: 'distance-mi',
        options: { permutations: 5000 },
      } as const;
      const asked = engine.measure(run.folder, request, { signal: controller.signal, progress });
      await assert.rejects(asked, (error: Error) => error.name === 'AbortError' || /cancel/i.test(String(error)));
      assert.ok(fractions.at(-1)! < 0.9, `stopped at ${fractions.at(-1)}`);
    });
    it('that would need more memory than is allowed says so and computes nothing', async () => {
      const small = new AnalysisEngine({ ...built, threads: 1, memoryLimitBytes: 2 ** 18 });
      const request = { query: 'dCNN(-, layer_1, -, 1)', measure: 'distance-mi', options: { seed: 77 } } as const;
      const { values } = (await small.measure(run.folder, request).finally(() => small.dispose())) as DistanceMiResult;
      assert.match(values[0].reason!, /^it needs [\d.]+ [KM]iB of memory; the limit is 256 KiB$/);
      assert.equal(values[0].bits[0], null);
    });
    it('says what it cannot do: three layers by channel, too few samples, a wrong bin count', async () => {
      await assert.rejects(distanceMi('dCNN(-, {layer_1, layer_2, layer_3}, -, 1)', { of: 'channels' }), /3 layers/);
      await assert.rejects(
        distanceMi('dCNN(-, {1, 2}, -, 1)', { other: 'layer_3' }),
        /2 layers, and layer_3 is given as the other/,
      );
      await assert.rejects(distanceMi('dCNN(-, 1, -, 1)', { other: '2', of: 'layers' }), /matrix of whole layers/);
      await assert.rejects(distanceMi('dCNN(-, layer_1, -, 1)', { bins: 300 }), /bins is 300/);
      await assert.rejects(distanceMi('dCNN(-, layer_1, -, 1)', { permutations: 18 }), /permutations is 18/);
      const [value] = (await distanceMi('dCNN({0, 1}, layer_1, -, 1)')).values;
      assert.equal(value.reason, 'fewer than 3 samples');
      const [left] = (await distanceMi('dCNN({4..6}, layer_2, -, 2)')).values;
      assert.deepEqual([left.reason, left.n, left.nonFiniteCount], ['fewer than 3 finite samples', 2, 1]);
      assert.ok(value.bits.every((bits) => bits === null));
    });
  });

  describe('redundancy', () => {
    const redundancy = async (query: string, options: MeasureOptions = {}): Promise<RedundancyResult> =>
      (await engine.measure(run.folder, { query, measure: 'redundancy', options })) as RedundancyResult;

    it('lists the copied channel with r = 1 and MI = H, and the dead one with its first epoch', async () => {
      const { values } = await redundancy('dCNN(-, layer_1, -, -)', { permutations: 19 });
      for (const value of values) {
        const [pair, ...rest] = value.pairs;
        assert.deepEqual([pair.a, pair.b, rest.length], [COPY.of, COPY.in, 0]);
        near(pair.r, 1);
        near(pair.share, 1);
        assert.ok(pair.nullShare! < 0.9, 'permuted samples share less');
        assert.deepEqual(value.dead, value.epoch >= 1 ? [DEAD_CHANNEL] : []);
        assert.deepEqual(value.deadSince, value.epoch >= 1 ? [1] : []);
        // Four channels: one is a copy and, from epoch 1 on, one is dead.
        assert.equal(value.recommendedCount, value.epoch >= 1 ? 2 : 3);
        assert.equal(value.stable, value.epoch >= 2);
      }
    });
    it('correlates the maps as the twin does', async () => {
      const [value] = (await redundancy('dCNN(-, layer_1, {0, 1}, 0)', { correlation: 1e-6, permutations: 0 })).values;
      const maps = valuesOf(1, 0, upTo(MAP_SAMPLE_COUNT), [0, 1]);
      const twin = channelCorrelations(maps, MAP_SAMPLE_COUNT, 2, maps.length / (2 * MAP_SAMPLE_COUNT));
      near(value.pairs[0].r, twin[1], 1e-6);
      assert.equal(value.pairs[0].nullShare, null);
    });
  });

  describe('centred kernel alignment', () => {
    const cka = async (query: string, options: MeasureOptions = {}): Promise<CkaResult> =>
      (await engine.measure(run.folder, { query, measure: 'cka', options })) as CkaResult;
    const gramOf = (layer: number, epoch: number, samples: number[]) => {
      const channels = upTo(run.manifest.layers[layer].channelCount);
      const values = valuesOf(layer, epoch, samples, channels);
      return hollowGram(values, samples.length, values.length / samples.length);
    };

    it('between layers is that of the twin, without the sample that is not finite in one of them', async () => {
      const { values, between } = await cka('dCNN(-, -, -, {1, 2})', { interval: true });
      assert.equal(between, 'layers');
      for (const value of values) {
        const left = value.epoch === 2 ? upTo(MAP_SAMPLE_COUNT).filter((i) => i !== 5) : upTo(MAP_SAMPLE_COUNT);
        assert.deepEqual([value.items, value.n], [upTo(4), left.length]);
        for (const a of upTo(4))
          for (const b of upTo(4)) {
            const twin = alignment(gramOf(a, value.epoch!, left), gramOf(b, value.epoch!, left), left.length);
            near(value.values[4 * a + b], twin, 1e-6);
          }
        near(value.halfWidths![0], 0);
        assert.ok(value.halfWidths![1]! > 0);
      }
    });
    it('says that samples must be finite in all that are compared', async () => {
      const query = 'dCNN({3..6}, layer_2, -, -)';
      const { values } = (await engine.measure(run.folder, { query, measure: 'cka' })) as CkaResult;
      assert.deepEqual([values[0].reason, values[0].n], ['fewer than 4 samples are finite in all 4 compared', 3]);
    });
    it('between epochs of the inputs is 1, and of noise near 0', async () => {
      const { values } = await cka('dCNN(-, {layer_0, layer_3}, -, {0, 1})', { between: 'epochs' });
      assert.deepEqual(
        values.map(({ layer, items }) => [layer, items]),
        [
          [0, [0, 1]],
          [3, [0, 1]],
        ],
      );
      for (const one of values[0].values) near(one, 1);
      assert.ok(Math.abs(values[1].values[1]!) < 0.2);
    });
  });

  describe('the entropy of a slice', () => {
    it('is that of all its values in the bins of their common range, and of each layer and epoch', async () => {
      const result = (await engine.measure(run.folder, {
        query: 'dCNN(0..9, {layer_1, layer_2}, -, {1, 2})',
        measure: 'slice',
      })) as SliceEntropyResult;
      const cells = [1, 2].flatMap((layer) => [1, 2].map((epoch) => [layer, epoch] as const));
      const valuesAt = ([layer, epoch]: readonly [number, number]) =>
        valuesOf(layer, epoch, upTo(10), upTo(run.manifest.layers[layer].channelCount));
      const everything = cells.flatMap((cell) => [...valuesAt(cell)]).filter(Number.isFinite);
      const range = [Math.min(...everything), Math.max(...everything)] as const;
      const entropyOf = (values: number[]): number => {
        const counts = new Array<number>(32).fill(0);
        for (const value of values)
          counts[Math.min(31, Math.floor((32 * (value - range[0])) / (range[1] - range[0])))]++;
        return counts.reduce((sum, c) => (c === 0 ? sum : sum - (c / values.length) * Math.log2(c / values.length)), 0);
      };
      near(result.bits, entropyOf(everything));
      assert.equal(result.valueCount, everything.length);
      result.values.forEach((value, i) => {
        near(value.bits, entropyOf([...valuesAt(cells[i])].filter(Number.isFinite)));
        assert.equal(value.nonFiniteCount, i === 3 ? 1 : 0);
        assert.ok(value.millerMadowBits! > value.bits!);
      });
    });
  });

  describe('layer mutual information', () => {
    const layerMi = async (query: string, options: MeasureOptions = {}): Promise<LayerMiResult> =>
      (await engine.measure(run.folder, { query, measure: 'layer-mi', options })) as LayerMiResult;
    const labels = () => Int32Array.from(upTo(MAP_SAMPLE_COUNT), (sample) => run.labels[sample]);

    it('binned is that of the twin over the layer’s range at all epochs, under its ceilings', async () => {
      const { values, converged } = await layerMi('dCNN(-, layer_3, -, -)', {
        bins: 3,
        permutations: 40,
        interval: true,
      });
      const everything = upTo(4).flatMap((epoch) => [...run.mapsOf(3, epoch)]);
      const range = { minimum: Math.min(...everything), maximum: Math.max(...everything) };
      for (const value of values) {
        const maps = valuesOf(3, value.epoch, upTo(MAP_SAMPLE_COUNT), upTo(5));
        const twin = binnedInformation(jointStates(maps, MAP_SAMPLE_COUNT, 5, range, 3), labels());
        near(value.inputBits, twin.withInput);
        near(value.labelBits, twin.withLabel);
        near(value.inputCeilingBits, Math.log2(MAP_SAMPLE_COUNT));
        near(value.labelCeilingBits, Math.log2(3));
        assert.ok(value.inputBits! <= value.inputCeilingBits && value.labelBits! <= value.labelCeilingBits!);
        assert.ok(value.inputMillerMadowBits! > value.inputBits!);
        assert.equal(value.inputNull!.permutations, 39);
        assert.ok(value.labelNull!.lowBits <= value.labelBits! && value.labelBits! <= value.labelNull!.highBits + 0.1);
        assert.ok(value.inputHalfWidthBits! > 0 && value.labelHalfWidthBits! > 0);
      }
      assert.deepEqual([converged[0].layer, converged[0].unit], [3, null]);
    });
    it('by kernel density is that of the twin, lower bound below upper', async () => {
      const [value] = (await layerMi('dCNN(-, layer_1, -, 1)', { estimator: 'kde', permutations: 39 })).values;
      const maps = valuesOf(1, 1, upTo(MAP_SAMPLE_COUNT), upTo(4));
      const d = maps.length / MAP_SAMPLE_COUNT;
      const noise = 0.05 * totalVariance(maps, MAP_SAMPLE_COUNT, d);
      const twin = kernelDensityBounds(maps, MAP_SAMPLE_COUNT, d, labels(), noise);
      near(value.noiseVariance, noise, 1e-6);
      near(value.inputBits, twin.lower.withInput, 1e-6);
      near(value.inputUpperBits, twin.upper.withInput, 1e-6);
      near(value.labelBits, twin.lower.withLabel, 1e-6);
      near(value.labelUpperBits, twin.upper.withLabel, 1e-6);
      assert.equal(value.labelNull!.permutations, 39);
    });
    it('by nearest neighbours is of single units and their pairs', async () => {
      const { values, pairs } = await layerMi('dCNN(-, layer_3, {0, 2}, 1)', { estimator: 'ksg' });
      assert.deepEqual(
        values.map(({ unit, d }) => [unit, d]),
        [
          [0, 1],
          [2, 1],
        ],
      );
      const unit = (channel: number) => Float64Array.from(valuesOf(3, 1, upTo(MAP_SAMPLE_COUNT), [channel]));
      near(values[1].labelBits, ross(unit(2), labels()));
      near(pairs[0].bits, ksg(unit(0), unit(2)));
      assert.deepEqual([values[0].inputBits, pairs.length], [null, 1]);
    });
  });

  it('above 4,096 samples distance MI is of the pairs of so many, and says so', async () => {
    const n = 4200;
    const a = Float32Array.from({ length: n }, (_, i) => Math.sin(i * 1.7));
    const values = Float32Array.from({ length: 2 * n }, (_, i) => a[i % n]);
    const part = { channelCount: 1, mapLength: 1 };
    const { provenance, values: found } = await engine.measureArrays('distance-mi', { values, n, parts: [part, part] });
    const chosen = pairedSamples(n);
    const twin = binDistances(
      Float32Array.from(chosen, (i) => a[i]),
      4096,
      1,
    );
    assert.deepEqual([provenance.n, provenance.parameters['samplesOf'], found[0].nonFiniteCount], [4096, n, 0]);
    assert.match(provenance.estimator, /4096 samples chosen at random of 4200/);
    near(found[0].bits[0], distanceMutualInformation(twin, twin).bits);
  });

  it('of arrays keep to the memory that is allowed', async () => {
    const small = new AnalysisEngine({ ...built, threads: 1, memoryLimitBytes: 2 ** 20 });
    try {
      const samples = Float32Array.from({ length: 2000 * 100 }, (_, i) => Math.sin(i));
      assert.match((await small.interOfArray(samples, 2000, 100)).reason!, /of memory; the limit is 1\.0 MiB/);
      const part = { channelCount: 1, mapLength: 100 };
      const { values } = await small.measureArrays('distance-mi', { values: samples, n: 2000, parts: [part] });
      assert.match(values[0].reason!, /of memory; the limit is 1\.0 MiB/);
    } finally {
      await small.dispose();
    }
  });
});
