/** What is measured: MNIST where ../shared/data is there, seeded numbers otherwise. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { fillStandardNormal } from '../../src/analysis/measures/standardNormal.js';

const mnist = fileURLToPath(new URL('../../../shared/data/mnist/t10k-images-idx3-ubyte.gz', import.meta.url));

/** (n, 784), n ≤ 10,000. */
export function mnistOrNoise(n: number): { name: string; samples: Float32Array } {
  const samples = new Float32Array(n * 784);
  if (!existsSync(mnist)) {
    fillStandardNormal(samples, 1);
    return { name: 'noise', samples };
  }
  const pixels = gunzipSync(readFileSync(mnist)).subarray(16);
  return { name: 'MNIST', samples: samples.map((_, at) => pixels[at] / 255) };
}

/** Feature maps after a ReLU: half zeros, half the positive side of a normal distribution. */
export function rectifiedNoise(length: number): Float32Array {
  const some = new Float32Array(2 ** 20);
  fillStandardNormal(some, 2);
  return new Float32Array(length).map((_, at) => Math.max(0, some[at & (2 ** 20 - 1)]));
}
