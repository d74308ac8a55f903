import assert from 'node:assert/strict';
import fc from 'fast-check';
import { interSampleEntropy } from '../../src/analysis/kernelHost/interSampleEntropy.js';
import { searchInterSample } from '../../src/analysis/kernelHost/interSample/candidates.js';
import { finishInterSample } from '../../src/analysis/kernelHost/interSample/entropy.js';
import { interSampleBytes, layOutInterSample } from '../../src/analysis/kernelHost/interSample/job.js';
import { refineInterSample } from '../../src/analysis/kernelHost/interSample/neighbours.js';
import { prepareInterSample } from '../../src/analysis/kernelHost/interSample/preparation.js';
import { type Kernels } from '../../src/analysis/kernelHost/kernels.js';
import { interSampleEntropy as twin, type InterSampleOptions } from '../../src/analysis/measures/interSampleEntropy.js';
import { fillStandardNormal } from '../../src/analysis/measures/standardNormal.js';
import { Failure } from '../../src/protocol/failure.js';
import { builtKernels } from './builtKernels.js';

let kernels: Kernels;
before(async () => {
  kernels = await builtKernels();
});

function normal(n: number, d: number, change: (value: number, at: number) => number = (value) => value): Float32Array {
  const values = new Float32Array(n * d);
  fillStandardNormal(values, 5);
  return values.map(change);
}

/** The first third of the samples is one sample. */
function duplicated(n: number, d: number): Float32Array {
  const values = normal(n, d);
  for (let i = 0; i < n / 3; i++) values.copyWithin(i * d, (n - 1) * d, n * d);
  return values;
}

const inputs: Record<string, [values: Float32Array, n: number, d: number]> = {
  'normal noise': [normal(300, 50), 300, 50],
  'more than two blocks of rows': [normal(290, 5), 290, 5],
  'more than one piece of the depth': [normal(130, 1203), 130, 1203],
  'a depth of whole pages': [normal(110, 1024), 110, 1024],
  'one dimension': [normal(200, 1), 200, 1],
  'N = 3': [normal(3, 2), 3, 2],
  'N = k': [normal(15, 4), 15, 4],
  'N = k + 1': [normal(16, 4), 16, 4],
  'N = k + 2': [normal(17, 4), 17, 4],
  duplicates: [duplicated(300, 10), 300, 10],
  'all samples equal': [new Float32Array(60 * 7).fill(3), 60, 7],
  'many ties': [normal(300, 4, (value) => Math.round(value * 2)), 300, 4],
  'binary values': [normal(250, 6, (value) => (value > 0 ? 1 : 0)), 250, 6],
  'an offset that hides the differences from float32 products': [normal(200, 20, (value) => value + 4000), 200, 20],
  'values whose squares are beyond float32': [normal(150, 30, (value) => value * 1e30), 150, 30],
  'subnormal values': [normal(150, 30, (value) => value * 1e-40), 150, 30],
  'one sample far away': [normal(200, 10, (value, at) => (at < 10 ? value * 1e8 : value)), 200, 10],
  'a cluster that one far sample makes tiny': [normal(200, 3, (value, at) => (at < 3 ? 1e20 : value)), 200, 3],
  'NaN and ±Inf': [normal(100, 8, (value, at) => ({ 17: NaN, 300: Infinity, 700: -Infinity })[at] ?? value), 100, 8],
};

describe('inter-sample entropy in kernels equals its plain twin', () => {
  const settings: InterSampleOptions[] = [
    {},
    { interval: true },
    { k: 2 },
    { k: 40 },
    { k: 15, rho: true, symmetrise: 'union', targetNeighbours: 16 },
  ];
  for (const [name, [values, n, d]] of Object.entries(inputs)) {
    it(name, () => {
      for (const options of settings) {
        const actual = interSampleEntropy(kernels, values, n, d, options);
        const expected = twin(values, n, d, options);
        assert.ok(
          Math.abs(actual.bits! - expected.bits!) < 1e-9,
          `${JSON.stringify(options)}: ${actual.bits}, ${expected.bits}`,
        );
        assert.ok(Math.abs((actual.halfWidthBits ?? 0) - (expected.halfWidthBits ?? 0)) < 1e-9);
        const counted = { bits: 0, halfWidthBits: null };
        assert.deepEqual({ ...actual, ...counted }, { ...expected, ...counted });
      }
    });
  }
});

describe('inter-sample entropy', () => {
  it('is the same to the last bit however many parts share the work', () => {
    for (const name of ['normal noise', 'many ties', 'duplicates']) {
      const [values, n, d] = inputs[name];
      const inParts = (partCount: number) =>
        kernels.memory.scoped(() => {
          const address = kernels.memory.allocate(values.byteLength);
          kernels.memory.float32(address, values.length).set(values);
          const before = kernels.memory.mark();
          const job = layOutInterSample(kernels.memory, address, n, d, { interval: true }, partCount);
          assert.ok(kernels.memory.mark() - before <= interSampleBytes(job));
          prepareInterSample(kernels, job);
          for (let part = partCount - 1; part >= 0; part--) searchInterSample(kernels, job, part);
          searchInterSample(kernels, job, 0); // a part that is done twice
          for (let part = 0; part < partCount; part++) refineInterSample(kernels, job, part);
          return finishInterSample(kernels, job);
        });
      const alone = inParts(1);
      assert.deepEqual(inParts(2), alone);
      assert.deepEqual(inParts(5), alone);
    }
  });

  it('compares no row of ordinary data with all samples: float32 bounds suffice', () => {
    const [values, n, d] = inputs['normal noise'];
    const compared = kernels.memory.scoped(() => {
      const address = kernels.memory.allocate(values.byteLength);
      kernels.memory.float32(address, values.length).set(values);
      const job = layOutInterSample(kernels.memory, address, n, d, {}, 1);
      prepareInterSample(kernels, job);
      searchInterSample(kernels, job, 0);
      return refineInterSample(kernels, job, 0);
    });
    assert.equal(compared, 0);
  });

  it('is undefined with a reason, and never NaN, for too few samples or none', () => {
    for (const entropy of [twin, interSampleEntropy.bind(null, kernels)]) {
      for (const n of [0, 1, 2]) {
        const { bits, reason } = entropy(normal(n, 4), n, 4);
        assert.equal(bits, null);
        assert.match(reason ?? '', /at least 3/);
      }
      assert.match(entropy(new Float32Array(0), 5, 0).reason ?? '', /no values/);
      const lost = entropy(new Float32Array(40).fill(NaN), 10, 4);
      assert.deepEqual([lost.bits, lost.n, lost.nonFiniteCount], [null, 0, 10]);
    }
  });

  it('refuses a k that is no whole number from 2', () => {
    for (const k of [1, 0, -3, 2.5, NaN]) {
      assert.throws(() => interSampleEntropy(kernels, normal(20, 2), 20, 2, { k }), Failure);
    }
  });

  it('of a ring of equal gaps is known: every pair has its share in closed form', () => {
    // k = 2: both neighbours are equally far, so each has ½ and each of the 2N ordered pairs 1/2N.
    const n = 64;
    const ring = new Float32Array(2 * n);
    for (let i = 0; i < n; i++) ring.set([Math.cos((2 * Math.PI * i) / n), Math.sin((2 * Math.PI * i) / n)], 2 * i);
    const { bits } = interSampleEntropy(kernels, ring, n, 2, { k: 2 });
    assert.ok(Math.abs(bits! - Math.log2(2 * n)) < 1e-6);
  });

  it('gives samples without a scale to their duplicates alone', () => {
    // Five copies each of two points, k = 4: log2 4 = 2 ≤ 4 neighbours at 0, so all 2·5·4 pairs are equal.
    const values = Float32Array.from({ length: 20 }, (_, at) => (at < 10 ? 0 : 1));
    const { bits, zeroScaleCount, tieCount } = interSampleEntropy(kernels, values, 10, 2, { k: 4 });
    assert.ok(Math.abs(bits! - Math.log2(40)) < 1e-12);
    assert.deepEqual([zeroScaleCount, tieCount], [10, 0]);
  });

  const cloud = fc.record({
    n: fc.integer({ min: 4, max: 60 }),
    d: fc.integer({ min: 2, max: 9 }),
    seed: fc.integer(),
  });
  const draw = ({ n, d, seed }: { n: number; d: number; seed: number }) => {
    const values = new Float32Array(n * d);
    fillStandardNormal(values, seed);
    return values;
  };

  it('lies between log2 of the fewest and of the most pairs that a graph can have', () => {
    fc.assert(
      fc.property(cloud, (shape) => {
        const { bits, k, n } = interSampleEntropy(kernels, draw(shape), shape.n, shape.d);
        return bits! > 0 && bits! <= Math.log2(2 * n * k) + 1e-12;
      }),
      { numRuns: 60 },
    );
  });

  it('does not change with the scale of the data', () => {
    fc.assert(
      fc.property(cloud, fc.integer({ min: -60, max: 60 }), (shape, exponent) => {
        const values = draw(shape);
        const scaled = values.map((value) => value * 2 ** exponent);
        const [one, other] = [values, scaled].map((some) => interSampleEntropy(kernels, some, shape.n, shape.d).bits!);
        return Math.abs(one - other) < 1e-9;
      }),
      { numRuns: 60 },
    );
  });

  it('does not change with the order of samples or of dimensions', () => {
    fc.assert(
      fc.property(cloud, (shape) => {
        const { n, d } = shape;
        const values = draw(shape);
        const reversed = values.map((_, at) => values[(n - 1 - Math.floor(at / d)) * d + (d - 1 - (at % d))]);
        const [one, other] = [values, reversed].map((some) => interSampleEntropy(kernels, some, n, d).bits!);
        return Math.abs(one - other) < 1e-9;
      }),
      { numRuns: 60 },
    );
  });

  it('has a jackknife interval about as wide as new samples scatter', () => {
    const drawn = Array.from({ length: 24 }, (_, seed) => {
      const values = new Float32Array(300 * 8);
      fillStandardNormal(values, 1000 + seed);
      return interSampleEntropy(kernels, values, 300, 8, { interval: true });
    });
    const mean = drawn.reduce((sum, { bits }) => sum + bits!, 0) / drawn.length;
    const deviation = Math.sqrt(drawn.reduce((sum, { bits }) => sum + (bits! - mean) ** 2, 0) / (drawn.length - 1));
    const halfWidth = drawn.reduce((sum, { halfWidthBits }) => sum + halfWidthBits!, 0) / drawn.length;
    assert.ok(halfWidth > 1.96 * deviation * 0.6 && halfWidth < 1.96 * deviation * 3, `${halfWidth}, ${deviation}`);
  });
});

describe('seeded standard normal numbers', () => {
  it('are the same bits everywhere', () => {
    const values = new Float64Array(5);
    fillStandardNormal(values, 1);
    const ours = [
      0.4180795031581312, 1.5474222789943106, 0.9990483178021029, -0.02560401304198978, -0.021726761641548742,
    ];
    assert.deepEqual([...values], ours);
    // The published generator written in Python, with its math.log.
    const python = [
      0.41807950315813114, 1.5474222789943104, 0.9990483178021029, -0.02560401304198978, -0.021726761641548742,
    ];
    assert.ok(python.every((value, i) => Math.abs(value / ours[i] - 1) < 3e-16));
  });

  it('have mean 0, variance 1 and the tails of the normal distribution', () => {
    const values = new Float64Array(200_001);
    fillStandardNormal(values, 2);
    const share = (holds: (value: number) => boolean) => values.filter(holds).length / values.length;
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    assert.ok(Math.abs(mean) < 0.01 && Math.abs(variance - 1) < 0.015, `${mean}, ${variance}`);
    assert.ok(Math.abs(share((value) => Math.abs(value) > 1.959964) - 0.05) < 0.002);
    assert.ok(Math.abs(share((value) => value < -0.6744898) - 0.25) < 0.004);
  });
});
