import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Failure } from '../../src/protocol/failure.js';
import { parseNpy } from '../../src/cli/npy.js';

/** A .npy file of format version 1. */
function npy(descriptor: string, shape: readonly number[], data: Uint8Array, fortran = false): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const order = fortran ? 'True' : 'False';
  const text = `{'descr': '${descriptor}', 'fortran_order': ${order}, 'shape': ${tuple}, }`;
  const padded = text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11) + '\n';
  const head = Buffer.alloc(10);
  head.write('\x93NUMPY\x01\x00', 'latin1');
  head.writeUInt16LE(padded.length, 8);
  return Buffer.concat([head, Buffer.from(padded, 'latin1'), data]);
}

const floats = (...values: number[]): Uint8Array => new Uint8Array(new Float32Array(values).buffer);

describe('.npy files', () => {
  function refused(bytes: Uint8Array, words: RegExp): void {
    assert.throws(
      () => parseNpy(bytes, 'a.npy'),
      (error) => error instanceof Failure && words.test(error.message),
    );
  }

  it('are read in row-major order', () => {
    const array = parseNpy(npy('<f4', [2, 3], floats(1, 2, 3, 4, 5, 6)), 'a.npy');
    assert.deepEqual(
      [array.shape, [...array.values]],
      [
        [2, 3],
        [1, 2, 3, 4, 5, 6],
      ],
    );
  });

  it('in Fortran order are turned to row-major', () => {
    const array = parseNpy(npy('<f4', [2, 3], floats(1, 4, 2, 5, 3, 6), true), 'a.npy');
    assert.deepEqual([...array.values], [1, 2, 3, 4, 5, 6]);
  });

  it('of both byte orders and all numeric types agree', () => {
    const big = Buffer.alloc(8);
    big.writeFloatBE(1.5, 0);
    big.writeFloatBE(-2, 4);
    assert.deepEqual([...parseNpy(npy('>f4', [2], big), 'a').values], [1.5, -2]);
    assert.deepEqual([...parseNpy(npy('|u1', [3], Uint8Array.of(0, 7, 255)), 'a').values], [0, 7, 255]);
    assert.deepEqual([...parseNpy(npy('<i8', [1], new Uint8Array(new BigInt64Array([-9n]).buffer)), 'a').values], [-9]);
    const halves = new Uint8Array(new Uint16Array([0x3c00, 0xc000, 0x7c00, 0x0001, 0x7e00]).buffer);
    assert.deepEqual([...parseNpy(npy('<f2', [5], halves), 'a').values], [1, -2, Infinity, 2 ** -24, NaN]);
  });

  it('with Python objects are not opened', () => refused(npy('|O', [1], floats(1)), /contains code, not opened/));
  it('shorter than their shape are refused', () => refused(npy('<f4', [9], floats(1, 2)), /needs 36 bytes of data, the file holds 8/)); // prettier-ignore
  it('longer than their shape are refused', () => refused(npy('<f4', [1], floats(1, 2)), /needs 4 bytes/));
  it('with a shape beyond any file are refused before allocation', () => refused(npy('<f4', [2 ** 40, 2 ** 40], floats(1)), /more than any file/)); // prettier-ignore
  it('of text are refused', () => refused(npy('<U5', [1], floats(1)), /not numeric/));
  it('that are something else are refused', () => refused(Buffer.from('PK\x03\x04 not a numpy file'), /signature/));

  it('cut off or altered anywhere give an array or a Failure, never another error', () => {
    const whole = npy('<f4', [2, 2], floats(1, 2, 3, 4));
    const mutation = fc.record({ length: fc.nat(whole.length), at: fc.nat(whole.length - 1), byte: fc.nat(255) });
    fc.assert(
      fc.property(mutation, ({ length, at, byte }) => {
        const bytes = Buffer.from(whole.subarray(0, length));
        if (at < bytes.length) bytes[at] = byte;
        try {
          const array = parseNpy(bytes, 'a.npy');
          assert.equal(
            array.values.length,
            array.shape.reduce((product, count) => product * count, 1),
          );
        } catch (error) {
          assert.ok(error instanceof Failure, String(error));
        }
      }),
      { numRuns: 3000 },
    );
  });
});
