/** What is measured: MNIST where it is there, seeded numbers otherwise. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { fillStandardNormal } from '../../src/analysis/measures/standardNormal.js';
import { dataFolder } from '../../test/setup/data.mjs';

const mnist = dataFolder('mnist');

/** (n, 784), n ≤ 10,000. */
export function mnistOrNoise(n: number): { name: string; samples: Float32Array } {
  const samples = new Float32Array(n * 784);
  if (!mnist) {
    fillStandardNormal(samples, 1);
    return { name: 'noise', samples };
  }
  const pixels = gunzipSync(readFileSync(join(mnist, 't10k-images-idx3-ubyte.gz'))).subarray(16);
  return { name: 'MNIST', samples: samples.map((_, at) => pixels[at] / 255) };
}

/** Feature maps after a ReLU: half zeros, half the positive side of a normal distribution. */
export function rectifiedNoise(length: number): Float32Array {
  const some = new Float32Array(2 ** 20);
  fillStandardNormal(some, 2);
  return new Float32Array(length).map((_, at) => Math.max(0, some[at & (2 ** 20 - 1)]));
}
