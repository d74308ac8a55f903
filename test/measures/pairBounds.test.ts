/** Nearest neighbours by bounds that other measures have left: those of the search by itself, to the last bit. */
import assert from 'node:assert/strict';
import { codePairs, pairCountOf, squaresBytes } from '../../src/analysis/kernelHost/distancePairs.js';
import { boundedScratchBytes, nearestInBounds } from '../../src/analysis/kernelHost/interSample/bounded.js';
import { finishInterSample } from '../../src/analysis/kernelHost/interSample/entropy.js';
import { layOutInterSample } from '../../src/analysis/kernelHost/interSample/job.js';
import { sizesOf } from '../../src/analysis/kernelHost/interSample/regions.js';
import { interSampleEntropy } from '../../src/analysis/kernelHost/interSampleEntropy.js';
import { type Kernels } from '../../src/analysis/kernelHost/kernels.js';
import {
  addToSums,
  clearSums,
  headerOf,
  placeBounds,
  placedBytes,
  sumsBytes,
  takeBounds,
  type PairBounds,
} from '../../src/analysis/kernelHost/pairBounds.js';
import { fillStandardNormal } from '../../src/analysis/measures/standardNormal.js';
import { builtKernels } from './builtKernels.js';

interface Data {
  readonly n: number;
  readonly channelCount: number;
  readonly length: number;
  readonly value: (x: number, i: number) => number;
}

const noise = (x: number): number => x;
const DATA: Record<string, Data> = {
  'one value a sample': { n: 5, channelCount: 1, length: 1, value: noise },
  'channels too short for 16 bits': { n: 67, channelCount: 5, length: 9, value: noise },
  'channels in 16 bits': { n: 130, channelCount: 3, length: 64, value: noise },
  'as a rectifier leaves them': { n: 101, channelCount: 4, length: 50, value: (x) => Math.max(0, x) },
  'many ties': { n: 60, channelCount: 2, length: 49, value: (x) => Math.sign(x) },
  duplicates: { n: 48, channelCount: 2, length: 48, value: (x, i) => (i < 2 * 96 * 12 ? 1 : x) },
  'all equal': { n: 40, channelCount: 2, length: 60, value: () => 3 },
  'far from 0': { n: 70, channelCount: 2, length: 100, value: (x) => 1e6 + x },
  'one channel much larger': { n: 90, channelCount: 2, length: 64, value: (x, i) => (i % 128 < 64 ? 1e4 * x : x) },
};

describe('bounds of distances', () => {
  let kernels: Kernels;
  before(async () => (kernels = await builtKernels()));

  for (const [name, data] of Object.entries(DATA)) {
    for (const regionCount of [1, 2]) {
      it(`give the neighbours of ${name} in ${regionCount} parts, without what multiplying would cost`, () =>
        kernels.memory.scoped(() => {
          const samples = samplesOf(kernels, data);
          const bounds = required(boundsOf(kernels, samples, data, regionCount));
          const { n, channelCount, length } = data;
          const d = channelCount * length;
          const values = kernels.memory.float32(samples, n * d);
          assertBelow(values, n, d, bounds);
          const alone = interSampleEntropy(kernels, values, n, d, { interval: true });
          const { bits, tieCount, zeroScaleCount, halfWidthBits } = entropyBy(
            kernels,
            samples,
            data,
            bounds,
            regionCount,
          );
          const { bits: expected, tieCount: ties, zeroScaleCount: zeros, halfWidthBits: width } = alone;
          assert.deepEqual([bits, tieCount, zeroScaleCount, halfWidthBits], [expected, ties, zeros, width]);
        }));
    }
  }

  it('are none where a channel was added twice, left out, or is no number', () =>
    kernels.memory.scoped(() => {
      const data = { n: 20, channelCount: 3, length: 50, value: noise };
      const samples = samplesOf(kernels, data);
      assert.equal(boundsOf(kernels, samples, data, 1, [0, 1, 2, 2]), null);
      assert.equal(boundsOf(kernels, samples, data, 1, [0, 1]), null);
      kernels.memory.float32(samples, 20 * 150).fill(3e38, 0, 150);
      assert.equal(boundsOf(kernels, samples, data, 1), null);
    }));
});

function samplesOf({ memory }: Kernels, { n, channelCount, length, value }: Data): number {
  const count = n * channelCount * length;
  const address = memory.allocate(4 * count);
  const values = memory.float32(address, count);
  fillStandardNormal(values, 7);
  values.forEach((x, i) => (values[i] = value(x, i)));
  return address;
}

/** As tasks of two threads leave them: the channels in turn into one region or several. */
function boundsOf(
  kernels: Kernels,
  address: number,
  { n, channelCount, length }: Data,
  regionCount: number,
  channels = [...Array(channelCount).keys()],
): PairBounds | null {
  const { memory } = kernels;
  const squares = memory.allocate(squaresBytes(n));
  const regions = Array.from({ length: regionCount }, () => memory.allocate(sumsBytes(n)));
  for (const sums of regions) clearSums(headerOf(kernels, sums));
  const codes = [{ address: memory.allocate(pairCountOf(n)), bins: 32 }];
  channels.forEach((channel, turn) => {
    const place = address + 4 * channel * length;
    const sampleLength = channelCount * length;
    codePairs(kernels, { address: place, n, sampleLength, runCount: 1, length }, squares, codes);
    addToSums(kernels, n, squares, regions[turn % regionCount]);
  });
  const values = new SharedArrayBuffer(4 * pairCountOf(n));
  const blur = takeBounds(kernels, n, channelCount, regions, squares, values);
  return blur === null ? null : { values, n, blur };
}

/** Every distance is at least the root of its bound less the blur. */
function assertBelow(samples: Float32Array, n: number, d: number, { values, blur }: PairBounds): void {
  const bounds = new Float32Array(values);
  let pair = 0;
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      let square = 0;
      for (let c = 0; c < d; c++) square += (samples[i * d + c] - samples[j * d + c]) ** 2;
      const least = Math.sqrt(Math.max(0, bounds[pair++])) - blur;
      assert.ok(Math.sqrt(square) >= least, `${i}, ${j}: ${Math.sqrt(square)} is below ${least}`);
    }
  }
}

function entropyBy(
  kernels: Kernels,
  samples: number,
  { n, channelCount, length }: Data,
  bounds: PairBounds,
  partCount: number,
) {
  const { memory } = kernels;
  const job = layOutInterSample(memory, samples, n, channelCount * length, { interval: true }, partCount);
  const address = memory.allocate(placedBytes(n));
  placeBounds(kernels, bounds, address);
  for (let part = 0; part < partCount; part++) {
    const scratch = memory.allocate(boundedScratchBytes(n, sizesOf(job).candidateCount));
    nearestInBounds(kernels, job, { bounds: address, scratch }, part);
  }
  return finishInterSample(kernels, job);
}

function required<T>(value: T | null): T {
  assert.ok(value !== null);
  return value;
}
