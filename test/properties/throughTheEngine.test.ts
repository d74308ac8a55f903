/**
 * The measures between arrays as the product computes them – worker threads, WebAssembly, samples that are
 * not finite left out – equal their twins over the samples that remain.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AnalysisEngine } from '../../src/analysis/engine.js';
import { alignment, hollowGram } from '../../src/analysis/measures/centredKernelAlignment.js';
import { binDistances, distanceMutualInformation } from '../../src/analysis/measures/distanceMutualInformation.js';
import { finiteRows } from '../../src/analysis/measures/interSampleEntropy.js';
import {
  binnedInformation,
  jointStates,
  kernelDensityBounds,
  totalVariance,
} from '../../src/analysis/measures/layerMutualInformation.js';
import { ross } from '../../src/analysis/measures/nearestNeighbourMutualInformation.js';
import { buildWorker, type BuiltWorker } from '../engine/builtWorker.js';
import { CASES, labelsOf, pairs, samples, type Samples } from './arbitraries.js';
import { near } from './claims.js';

const part = (samples: Samples) => ({ channelCount: 1, mapLength: samples.d });
const arrays = (a: Samples, b: Samples) => ({
  values: Float32Array.from([...a.values, ...b.values]),
  n: a.n,
  parts: [part(a), part(b)],
});
const rowsOf = (all: Samples, rows: readonly number[]) =>
  Float32Array.from(rows.flatMap((row) => [...all.values.subarray(row * all.d, (row + 1) * all.d)]));
const finiteInBoth = (a: Samples, b: Samples): number[] => {
  const right = new Set(finiteRows(b.values, b.n, b.d));
  return finiteRows(a.values, a.n, a.d).filter((row) => right.has(row));
};

describe('through worker threads and WebAssembly, with NaN, ±Inf, constants, duplicates and few samples', () => {
  let built: BuiltWorker;
  let engine: AnalysisEngine;
  before(async () => {
    built = await buildWorker();
    engine = new AnalysisEngine({ ...built, threads: 1 });
  });
  after(async () => {
    await engine.dispose();
    await built.remove();
  });

  const both = pairs({ n: [1, 14], d: [1, 5], notFinite: true });

  it('distance MI is the twin’s, undefined below 3 finite samples', async () => {
    await fc.assert(
      fc.asyncProperty(both, fc.integer({ min: 1, max: 40 }), async ({ a, b }, bins) => {
        const [value] = (await engine.measureArrays('distance-mi', arrays(a, b), { bins })).values;
        const rows = finiteInBoth(a, b);
        assert.deepEqual([value.n, value.nonFiniteCount], [rows.length, a.n - rows.length]);
        if (rows.length < 3) return assert.equal(value.bits[0], null);
        const [left, right] = [a, b].map((one) => binDistances(rowsOf(one, rows), rows.length, one.d, bins));
        const twin = distanceMutualInformation(left, right);
        near(value.bits[0], twin.bits);
        near(value.entropyRows[0], twin.entropyA);
        near(value.share[0], twin.shareOfSmaller);
      }),
      CASES,
    );
  });

  it('CKA is the twin’s, undefined for a constant layer and below 4 finite samples', async () => {
    await fc.assert(
      fc.asyncProperty(both, async ({ a, b }) => {
        const [value] = (await engine.measureArrays('cka', arrays(a, b))).values;
        const rows = finiteInBoth(a, b);
        assert.equal(value.n, rows.length);
        const grams = [a, b].map((one) => hollowGram(rowsOf(one, rows), rows.length, one.d));
        const twin = rows.length < 4 ? null : alignment(grams[0], grams[1], rows.length);
        // The kernel rounds what lies about the mean to float32, and a far outlier draws the mean away from all others.
        near(value.values[1], twin, [a, b].some(({ kind }) => kind === 'far outliers') ? 1e-3 : 1e-6);
      }),
      CASES,
    );
  });

  it('layer MI is the twin’s by each estimator', async () => {
    const wanted = samples({ n: [1, 14], d: [1, 4], notFinite: true });
    const estimators = fc.constantFrom('binned', 'kde', 'ksg');
    await fc.assert(
      fc.asyncProperty(wanted, estimators, fc.nat(1000), async (all, estimator, seed) => {
        const labels = labelsOf(all.n, 3, seed);
        const found = await engine.measureArrays(
          'layer-mi',
          { values: all.values, n: all.n, parts: [part(all)], labels },
          { estimator, bins: 6 },
        );
        const rows = finiteRows(all.values, all.n, all.d);
        const [value] = found.values;
        assert.equal(value.n, rows.length);
        if (value.reason !== null) return assert.deepEqual([value.inputBits, value.labelBits], [null, null]);
        const twin = twinOf(
          rowsOf(all, rows),
          rows.length,
          all.d,
          Int32Array.from(rows, (row) => labels[row]),
          estimator,
        );
        assert.equal(value.nonFiniteCount, all.n - rows.length);
        near(value.inputBits, twin.withInput, 1e-5);
        near(value.labelBits, twin.withLabel, 1e-5);
      }),
      CASES,
    );
  });
});

/** Of a single unit for ksg: the first one. */
function twinOf(values: Float32Array, n: number, d: number, labels: Int32Array, estimator: string) {
  if (estimator === 'ksg')
    return {
      withInput: null,
      withLabel: ross(
        Float64Array.from({ length: n }, (_, i) => values[i * d]),
        labels,
      ),
    };
  const range = { minimum: Math.min(...values), maximum: Math.max(...values) };
  if (estimator === 'binned') return binnedInformation(jointStates(values, n, d, range, 6), labels);
  const noise = 0.05 * totalVariance(values, n, d);
  return kernelDensityBounds(values, n, d, labels, noise > 0 ? noise : 1).lower;
}
