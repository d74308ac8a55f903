/** Intrinsic dimension: its interval, what is left out, and that kernels give what the definition says. */
import assert from 'node:assert/strict';
import { AnalysisEngine } from '../../src/analysis/engine.js';
import { jackknifeGroups } from '../../src/analysis/measures/interSampleEntropy.js';
import { intrinsicDimension } from '../../src/analysis/measures/intrinsicDimension.js';
import { fillStandardNormal } from '../../src/analysis/measures/standardNormal.js';
import type { IntrinsicResult } from '../../src/protocol/measure.js';
import { buildWorker, type BuiltWorker } from '../engine/builtWorker.js';
import { syntheticRun } from '../engine/syntheticRun.js';
import { removeFolders } from '../store/sampleRun.js';

function normal(n: number, d: number, seed = 1): Float32Array {
  const values = new Float32Array(n * d);
  fillStandardNormal(values, seed);
  return values;
}

const near = (actual: number | null, expected: number | null, tolerance: number): void =>
  assert.ok(
    actual !== null && expected !== null && Math.abs(actual - expected) <= tolerance,
    `${actual} is not ${expected}`,
  );

describe('the intrinsic dimension', () => {
  it('of flat samples is the same whatever space they lie in, their scale and their place', () => {
    const flat = normal(200, 2);
    const inSeven = Float32Array.from({ length: 200 * 7 }, (_, at) => {
      const [i, c] = [Math.floor(at / 7), at % 7];
      return c < 2 ? 4 * flat[i * 2 + c] + 8 : 0;
    });
    const [low, high] = [intrinsicDimension(flat, 200, 2), intrinsicDimension(inSeven, 200, 7)];
    near(high.twoNN, low.twoNN, 1e-4);
    near(high.participationRatio, low.participationRatio, 1e-5);
  });
  it('has the interval of measuring anew without each group', () => {
    const [n, d] = [120, 3];
    const samples = normal(n, d, 5);
    const groups = jackknifeGroups(n);
    const without = Array.from({ length: 20 }, (_, group) => {
      const kept = [...groups.keys()].filter((i) => groups[i] !== group);
      const rows = Float32Array.from(kept.flatMap((i) => [...samples.subarray(i * d, (i + 1) * d)]));
      return intrinsicDimension(rows, kept.length, d).twoNN!;
    });
    const mean = without.reduce((sum, one) => sum + one, 0) / 20;
    const spread = without.reduce((sum, one) => sum + (one - mean) ** 2, 0);
    near(intrinsicDimension(samples, n, d, true).halfWidth, 1.959963984540054 * Math.sqrt((19 / 20) * spread), 1e-9);
  });
  it('has no value where there is nothing to measure', () => {
    const equal = intrinsicDimension(new Float32Array(20).fill(3), 10, 2);
    assert.deepEqual(equal, { twoNN: null, halfWidth: null, participationRatio: null, duplicateCount: 10 });
  });
  it('is found with the squares that kernels sum, which are not exact', () => {
    const [n, d] = [90, 4];
    const samples = normal(n, d, 9);
    const exact = intrinsicDimension(samples, n, d, true);
    const squares: number[] = [];
    for (let i = 0; i < n; i++)
      for (let j = i + 1; j < n; j++) {
        let sum = 0;
        for (let c = 0; c < d; c++) sum += (samples[i * d + c] - samples[j * d + c]) ** 2;
        squares.push(sum + 2e-7 * Math.sin(i + 7 * j));
      }
    const found = intrinsicDimension(samples, n, d, true, Float64Array.from(squares));
    assert.equal(found.twoNN, exact.twoNN);
    assert.equal(found.halfWidth, exact.halfWidth);
    near(found.participationRatio, exact.participationRatio, 1e-6);
  });

  describe('through threads and kernels', () => {
    let built: BuiltWorker;
    let engine: AnalysisEngine;

    before(async () => {
      built = await buildWorker();
      engine = new AnalysisEngine({ ...built, threads: 2 });
    });
    after(async () => {
      await engine.dispose();
      await Promise.all([built.remove(), removeFolders()]);
    });

    it('of an array is that of the definition, without samples that are not finite', async () => {
      const [n, d] = [301, 40];
      const values = normal(n, d, 3);
      values.copyWithin(2 * d, 0, d); // sample 2 equals sample 0
      values[5 * d + 7] = NaN;
      const parts = [{ channelCount: d, mapLength: 1 }];
      const [value] = (await engine.measureArrays('intrinsic', { values, n, parts }, { interval: true })).values;
      const finite = Float32Array.from([...values.subarray(0, 5 * d), ...values.subarray(6 * d)]);
      const twin = intrinsicDimension(finite, n - 1, d, true);
      assert.deepEqual([value.n, value.nonFiniteCount, value.duplicateCount, value.reason], [n - 1, 1, 2, null]);
      near(value.twoNN, twin.twoNN, 1e-9);
      near(value.halfWidth, twin.halfWidth, 1e-9);
      near(value.participationRatio, twin.participationRatio, 1e-4);
    });
    it('of layers of a run is told by epoch, kept for the next time, and says why there is none', async () => {
      const run = await syntheticRun();
      const ask = async (query: string): Promise<IntrinsicResult> =>
        (await engine.measure(run.folder, { query, measure: 'intrinsic' })) as IntrinsicResult;
      const { values, provenance } = await ask('dCNN(-, {layer_1, layer_3}, -, -)');
      assert.deepEqual(new Set(values.map(({ layer }) => layer)), new Set([1, 3]));
      assert.ok(values.some(({ twoNN }) => twoNN !== null && twoNN > 0));
      assert.equal(provenance.unit, 'dimensions');
      assert.deepEqual((await ask('dCNN(-, {layer_1, layer_3}, -, -)')).values, values);
      const [few] = (await ask('dCNN({0..2}, layer_1, -, 1)')).values;
      assert.deepEqual([few.twoNN, few.reason], [null, 'fewer than 5 finite samples']);
    });
  });
});
