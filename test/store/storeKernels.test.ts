/** The store's kernels give the very bits of their plain twins, at every length and alignment. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { ChecksumAppender, crc32c } from '../../src/store/format/checksum.js';
import { fromFloat16, toFloat16 } from '../../src/store/format/float16.js';
import { storeKernels, useStoreKernels } from '../../src/store/format/storeKernels.js';
import { kernelsFolder } from '../setup/kernels.mjs';

/** Beyond what one call takes. */
const LONGEST = 3 * 2 ** 18 + 5;
const random = Uint8Array.from({ length: LONGEST + 64 }, (_, i) => (Math.imul(i + 1, 2654435761) >>> 13) & 255);

let kernelFolder: string;

/** The same with the twins and with the kernels. */
function both<T>(work: () => T): { twin: T; kernel: T } {
  useStoreKernels(null);
  const twin = work();
  useStoreKernels(kernelFolder);
  assert.ok(storeKernels(), 'dist/kernels holds no kernels of the store');
  return { twin, kernel: work() };
}

function assertSame(work: () => unknown): void {
  const { twin, kernel } = both(work);
  assert.deepEqual(kernel, twin);
}

/** One NaN for all: which bits a NaN has beside is nobody's promise. */
function sameNaN(values: Float32Array): Float32Array {
  return values.map((value) => (Number.isNaN(value) ? NaN : value));
}

describe('the kernels of the store', () => {
  before(async () => {
    kernelFolder = await kernelsFolder();
  });
  after(() => useStoreKernels(null));

  it('take the checksum of any bytes, from any place, after any others', () => {
    const place = fc.nat({ max: 63 });
    const length = fc.oneof(fc.nat({ max: 20_000 }), fc.nat({ max: LONGEST }));
    const check = (at: number, count: number, seed: number): void =>
      assertSame(() => crc32c(random.subarray(at, at + count), seed));
    fc.assert(fc.property(place, length, fc.nat({ max: 2 ** 32 - 1 }), check), { numRuns: 500 });
  });

  it('take it about the lengths where another way begins', () => {
    for (const middle of [4096, 2 * 209 * 16, 2 ** 18, 2 ** 18 + 4096, 2 ** 19])
      for (let length = middle - 33; length <= middle + 33; length++)
        assertSame(() => crc32c(random.subarray(0, length)));
  });

  it('see every bit that flips', () => {
    const { kernel } = both(() => crc32c(random.subarray(0, 2 ** 16)));
    for (let bit = 0; bit < 2 ** 19; bit += 97) {
      const altered = random.slice(0, 2 ** 16);
      altered[bit >> 3]! ^= 1 << (bit & 7);
      assert.notEqual(crc32c(altered), kernel);
    }
  });

  it('round to halves and read them back as the twins do, NaN for NaN', () => {
    const values = new Float32Array(random.buffer, 0, 2 ** 17);
    const halves = new Uint16Array(values.length + 2);
    const back = new Float32Array(values.length + 2);
    assertSame(() => {
      toFloat16(values, 0, values.length, halves, 1);
      return halves.slice();
    });
    assertSame(() => {
      fromFloat16(halves, 1, values.length, back, 2);
      return sameNaN(back);
    });
  });

  it('read all halves exactly, and round about each tie as the twins do', () => {
    const all = Uint16Array.from({ length: 2 ** 16 }, (_, half) => half);
    const values = new Float32Array(all.length);
    assertSame(() => {
      fromFloat16(all, 0, all.length, values, 0);
      return sameNaN(values);
    });
    const bits = new Uint32Array(values.buffer);
    for (const step of [-1, 0, 1, 0xfff, 0x1000, 0x1001]) {
      const near = new Float32Array(bits.map((value) => value + step).buffer);
      assertSame(() => {
        const halves = new Uint16Array(near.length);
        toFloat16(near, 0, near.length, halves, 0);
        return halves;
      });
    }
  });

  it('convert stretches of any length, and nothing beside them', () => {
    const values = Float32Array.from({ length: 400 }, (_, i) => (i - 200) / 7);
    for (let length = 60; length < 200; length++)
      assertSame(() => {
        const halves = new Uint16Array(400).fill(7);
        toFloat16(values, 3, length, halves, 5);
        const back = new Float32Array(400).fill(9);
        fromFloat16(halves, 5, length, back, 2);
        return { halves, back };
      });
  });

  it('fold by a relation that holds: y^209 + y^144 + y^54 + y^39 + y^14 + 1 is 0, y = x^128', () => {
    // Appending zeros multiplies by powers of x, and a seed of 1 is x^31 in the register.
    const power = (blocks: number): number => (blocks === 0 ? 1 : new ChecksumAppender(16 * blocks).append(1, 0));
    const sum = [209, 144, 54, 39, 14, 0].reduce((total, blocks) => total ^ power(blocks), 0);
    assert.equal(sum, 0);
  });

  it('are not needed: where their files are not, the twins answer', () => {
    useStoreKernels(`${kernelFolder}/nothing`);
    assert.equal(storeKernels(), null);
    assert.equal(crc32c(new Uint8Array(8192)), both(() => crc32c(new Uint8Array(8192))).twin);
  });

  it('are in the build under the names that bundles look for', () => {
    for (const name of ['checksum', 'halves']) assert.ok(readFileSync(`${kernelFolder}/${name}.wasm`).length > 100);
  });
});
