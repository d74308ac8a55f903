/** What holds of the entropies of binned values: of maps, of slices and of labels. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { mapEntropies as kernelEntropies } from '../../src/analysis/kernelHost/intraSampleEntropy.js';
import { type Kernels } from '../../src/analysis/kernelHost/kernels.js';
import { binCodes } from '../../src/analysis/measures/binCodes.js';
import { channelRanges, mapEntropies } from '../../src/analysis/measures/intraSampleEntropy.js';
import { confusionCounts, labelEntropies } from '../../src/analysis/measures/labelEntropies.js';
import { countValues, entropyOfCounts, rangeOfValues } from '../../src/analysis/measures/sliceEntropy.js';
import { shuffledIndices } from '../../src/analysis/measures/standardNormal.js';
import { builtKernels } from '../measures/builtKernels.js';
import { CASES, labelsOf, samples, type Samples } from './arbitraries.js';
import { near, nearAll, within } from './claims.js';

const bins = fc.integer({ min: 1, max: 70 });
const finite = samples({ n: [1, 6], d: [1, 40] });
/** Each sample as one map of one channel. */
const asMaps = ({ values, n, d }: Samples) => ({ maps: values, sampleCount: n, channelCount: 1, mapLength: d });

describe('intra-sample entropy, always', () => {
  let kernels: Kernels;
  before(async () => (kernels = await builtKernels()));

  it('is between 0 and log2 of the bins and of the values, and 0 for a constant map', () => {
    fc.assert(
      fc.property(finite, bins, (one, count) => {
        for (const bits of mapEntropies(asMaps(one), count)) {
          within(bits, 0, Math.log2(Math.min(count, one.d)));
          if (one.kind === 'constant') assert.equal(bits, 0);
        }
      }),
      CASES,
    );
  });

  it('does not depend on where in the map values are, nor on the order of maps', () => {
    fc.assert(
      fc.property(finite, bins, fc.nat(1000), (one, count, seed) => {
        const [places, rows] = [shuffledIndices(one.d, seed), shuffledIndices(one.n, seed)];
        const moved = one.values.map((_, at) => one.values[rows[Math.floor(at / one.d)] * one.d + places[at % one.d]]);
        const entropies = mapEntropies(asMaps(one), count);
        nearAll(
          mapEntropies(asMaps({ ...one, values: moved }), count),
          Float64Array.from(rows, (row) => entropies[row]),
        );
      }),
      CASES,
    );
  });

  it('does not depend on the scale', () => {
    fc.assert(
      fc.property(finite, bins, fc.integer({ min: -20, max: 20 }), (one, count, power) => {
        const scaled = { ...one, values: one.values.map((value) => value * 2 ** power) };
        nearAll(mapEntropies(asMaps(scaled), count), mapEntropies(asMaps(one), count));
      }),
      CASES,
    );
  });

  it('in WebAssembly is the twin’s: NaN, ±Inf, constants, duplicates, no map, one value, empty maps', () => {
    const any = samples({ n: [0, 8], d: [0, 40], notFinite: true });
    fc.assert(
      fc.property(any, bins, fc.boolean(), (one, count, isChannelRange) => {
        const maps = asMaps(one);
        const ranges = isChannelRange ? channelRanges(maps) : undefined;
        const twin = mapEntropies(maps, count, ranges);
        nearAll(kernelEntropies(kernels, maps, count, ranges && Float32Array.from(ranges)), twin);
        if (!isChannelRange) nearAll(mapEntropies({ ...maps, maps: binCodes(maps, count, 'map') }, count), twin);
      }),
      CASES,
    );
  });
});

describe('the entropy of a slice, always', () => {
  const entropy = (values: Float32Array, count: number) =>
    entropyOfCounts(countValues(values, rangeOfValues(values), count).counts);

  it('is between 0 and log2 of the bins; NaN and ±Inf are counted and not binned; nothing has none', () => {
    fc.assert(
      fc.property(samples({ n: [0, 6], d: [0, 20], notFinite: true }), bins, ({ values }, count) => {
        const finiteCount = values.filter(Number.isFinite).length;
        const found = entropy(values, count);
        const { nonFiniteCount } = countValues(values, rangeOfValues(values), count);
        assert.equal(nonFiniteCount, values.length - finiteCount);
        if (finiteCount === 0) return assert.equal(found, null);
        assert.equal(found!.total, finiteCount);
        within(found!.bits, 0, Math.log2(Math.min(count, finiteCount)));
        assert.ok(found!.millerMadowBits >= found!.bits);
      }),
      CASES,
    );
  });

  it('is that of one map of the same values, in any order and scale', () => {
    fc.assert(
      fc.property(finite, bins, fc.nat(1000), (one, count, seed) => {
        const order = shuffledIndices(one.values.length, seed);
        const moved = Float32Array.from(order, (i) => one.values[i] * 4);
        const whole = { ...one, n: 1, d: one.values.length };
        near(entropy(moved, count)!.bits, mapEntropies(asMaps(whole), count)[0]);
      }),
      CASES,
    );
  });
});

describe('label entropies, always', () => {
  const decided = fc.record({ n: fc.nat(40), classes: fc.integer({ min: 1, max: 6 }), seed: fc.nat(2 ** 20) });

  it('are between 0 and log2 of the classes, and missing for a class that is never predicted or never there', () => {
    fc.assert(
      fc.property(decided, ({ n, classes, seed }) => {
        const [labels, predictions] = [labelsOf(n, classes, seed), labelsOf(n, classes, seed + 1)];
        const found = labelEntropies(confusionCounts(labels, predictions, classes));
        const check = (bits: number | null, isThere: boolean) => {
          assert.equal(bits !== null, isThere);
          if (bits !== null) within(bits, 0, Math.log2(classes));
        };
        found.labelGivenPrediction.forEach((bits, i) => check(bits, predictions.includes(i)));
        found.predictionGivenLabel.forEach((bits, i) => check(bits, labels.includes(i)));
      }),
      CASES,
    );
  });

  it('do not depend on the order of samples; exchanging label and prediction exchanges the two; certainty is 0', () => {
    fc.assert(
      fc.property(decided, ({ n, classes, seed }) => {
        const [labels, predictions] = [labelsOf(n, classes, seed), labelsOf(n, classes, seed + 1)];
        const found = labelEntropies(confusionCounts(labels, predictions, classes));
        const order = shuffledIndices(n, seed);
        const take = (values: Int32Array) => Int32Array.from(order, (i) => values[i]);
        assert.deepEqual(labelEntropies(confusionCounts(take(labels), take(predictions), classes)), found);
        const exchanged = labelEntropies(confusionCounts(predictions, labels, classes));
        assert.deepEqual(exchanged.labelGivenPrediction, found.predictionGivenLabel);
        for (const bits of labelEntropies(confusionCounts(labels, labels, classes)).labelGivenPrediction)
          assert.ok(bits === null || bits === 0);
      }),
      CASES,
    );
  });
});
