/** The example's digits as arrays, for tests that need real data: 1,797 images of 8×8, values 0–16. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const folder = new URL('../examples/digits/data/', import.meta.url);

/** (1797, 64), row-major. */
export function digitImages(): Float32Array {
  return Float32Array.from(gunzipSync(readFileSync(new URL('images-idx3-ubyte.gz', folder))).subarray(16));
}

export function digitLabels(): Int32Array {
  return Int32Array.from(gunzipSync(readFileSync(new URL('labels-idx1-ubyte.gz', folder))).subarray(8));
}
