/** The cases of test/fixtures/measures: inputs, and what independent libraries compute from them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { dataFolder } from '../setup/data.mjs';

export interface Case {
  readonly name: string;
  readonly labels: readonly number[];
  readonly inter: {
    readonly bits: number;
    readonly n: number;
    readonly k: number;
    readonly tieCount: number;
    readonly zeroScaleCount: number;
    readonly nonFiniteCount: number;
  };
  readonly umapBits?: number;
  readonly layer: {
    /** (sample, channel) */
    readonly own?: readonly (number | null)[];
    readonly entropy: readonly (number | null)[];
    readonly values: readonly (number | null)[];
    readonly histogram: readonly (readonly number[])[];
  };
}

export interface Samples {
  /** (sample, channel, y, x) */
  readonly shape: readonly [sampleCount: number, channelCount: number, height: number, width: number];
  readonly values: Float32Array;
}

type Stored = { readonly shape: Samples['shape']; readonly float32: string };
type Named = { readonly mnist: { readonly images: readonly number[]; readonly divisor: number } };

const folder = new URL('../fixtures/measures/', import.meta.url);
export const cases = (
  JSON.parse(readFileSync(new URL('fixtures.json', folder), 'utf8')) as { cases: (Case & (Stored | Named))[] }
).cases;

const mnist = dataFolder('mnist');

/** Null where the case needs MNIST and it is not there. */
export function samplesOf(one: Case & (Stored | Named)): Samples | null {
  if ('float32' in one) {
    const bytes = Buffer.from(one.float32, 'base64');
    return { shape: one.shape, values: new Float32Array(Uint8Array.from(bytes).buffer) };
  }
  if (!mnist) return null;
  const pixels = gunzipSync(readFileSync(join(mnist, 't10k-images-idx3-ubyte.gz'))).subarray(16);
  const { images, divisor } = one.mnist;
  const values = new Float32Array(images.length * 784);
  images.forEach((image, i) => {
    for (let pixel = 0; pixel < 784; pixel++) values[i * 784 + pixel] = pixels[image * 784 + pixel] / divisor;
  });
  return { shape: [images.length, 1, 28, 28], values };
}

/** Largest difference of two lists of numbers; a missing value (NaN, null) equals only another. */
export function largestDifference(actual: ArrayLike<number>, expected: ArrayLike<number | null>): number {
  let largest = actual.length === expected.length ? 0 : Infinity;
  for (let i = 0; i < expected.length; i++) {
    const wanted = expected[i] ?? NaN;
    if (Number.isNaN(wanted) && Number.isNaN(actual[i])) continue;
    const difference = Math.abs(actual[i] - wanted);
    largest = difference <= largest ? largest : Number.isNaN(difference) ? Infinity : difference;
  }
  return largest;
}
