import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { readNpy, readNpyFile } from '../../src/data/npy.js';
import { Failure } from '../../src/protocol/failure.js';
import { Files, floats, npy } from './makeFiles.js';
import { refused } from './refused.js';

const fixtures = new URL('../fixtures/data/', import.meta.url);
const expected = JSON.parse(readFileSync(new URL('expected.json', fixtures), 'utf8')) as Record<
  'fortran' | 'half',
  number[]
>;
const files = new Files();

describe('.npy files', () => {
  const read = (bytes: Uint8Array) => readNpy(files.write('a.npy', bytes));
  const fixture = (name: string) => readNpy(new URL(name, fixtures).pathname);

  it('are read in row-major order', async () => {
    const { shape, values } = await read(npy('<f4', [2, 3], floats(1, 2, 3, 4, 5, 6)));
    assert.deepEqual(
      [shape, [...values]],
      [
        [2, 3],
        [1, 2, 3, 4, 5, 6],
      ],
    );
  });

  it('in Fortran order, big-endian, of three axes are read as NumPy reads them', async () => {
    const { shape, values } = await fixture('fortran.npy');
    assert.deepEqual([shape, [...values]], [[3, 4, 2], expected.fortran]);
  });

  it('of half precision are read as NumPy reads them', async () => {
    assert.deepEqual([...(await fixture('half.npy')).values], expected.half);
  });

  it('of both byte orders and all numeric types agree', async () => {
    const big = Buffer.alloc(8);
    big.writeFloatBE(1.5, 0);
    big.writeFloatBE(-2, 4);
    assert.deepEqual([...(await read(npy('>f4', [2], big))).values], [1.5, -2]);
    assert.deepEqual([...(await read(npy('|u1', [3], Uint8Array.of(0, 7, 255)))).values], [0, 7, 255]);
    assert.deepEqual([...(await read(npy('<i8', [1], new Uint8Array(new BigInt64Array([-9n]).buffer)))).values], [-9]);
    const halves = new Uint8Array(new Uint16Array([0x3c00, 0xc000, 0x7c00, 0x0001, 0x7e00]).buffer);
    assert.deepEqual([...(await read(npy('<f2', [5], halves))).values], [1, -2, Infinity, 2 ** -24, NaN]);
  });

  it('of bytes stay bytes for those who can use them', async () => {
    const { values } = await readNpyFile(files.write('a.npy', npy('|u1', [2], Uint8Array.of(1, 2))));
    assert.deepEqual(values, Uint8Array.of(1, 2));
    const truths = await readNpyFile(files.write('a.npy', npy('|b1', [2], Uint8Array.of(1, 0))));
    assert.deepEqual(truths.values, Float32Array.of(1, 0));
  });

  it('larger than a block arrive whole', async () => {
    const values = Float32Array.from({ length: 200_003 }, (_, i) => i);
    const array = await read(npy('<f4', [200_003], new Uint8Array(values.buffer)));
    assert.deepEqual(array.values, values);
  });

  it('with Python objects are not opened', async () => {
    for (const name of ['objects.npy', 'records.npy'])
      await refused(() => fixture(name), /can run code, so it is not opened/);
  });
  it('shorter than their shape are refused', () =>
    refused(
      () => read(npy('<f4', [9], floats(1, 2))),
      /a\.npy: at offset 128: shape \(9\) needs 36 bytes of data, but the file has 8/,
    ));
  it('longer than their shape are refused', () => refused(() => read(npy('<f4', [1], floats(1, 2))), /needs 4 bytes/));
  it('of text are refused', () => refused(() => read(npy('<U5', [1], floats(1))), /not numeric/));
  it('that are something else are refused', () =>
    refused(() => read(Buffer.from('PK\x03\x04 not numpy')), /offset 0.*signature/));
  it('cut off in the header are refused at the offset where they end', () =>
    refused(() => read(npy('<f4', [1], floats(1)).subarray(0, 40)), /at offset 40: the header is cut off/));

  it('with impossible shapes are refused without memory: 5,000 cases', async () => {
    const lengths = [
      '1000000000000',
      '9007199254740993',
      '4294967296',
      '-1',
      '1e12',
      'NaN',
      '0',
      '99999999999999999999',
    ];
    const side = fc.oneof(fc.constantFrom(...lengths), fc.nat(2 ** 31 - 1).map(String));
    let most = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(side, { minLength: 1, maxLength: 8 }),
        fc.constantFrom('<f4', '|u1', '>f8'),
        async (shape, type) => {
          const needed = shape.reduce((product, length) => product * Number(length), Number(type[2]));
          fc.pre(needed !== 12); // that is what the file holds
          const file = files.write('a.npy', npy(type, shape, floats(1, 2, 3)));
          const before = process.memoryUsage();
          // Shapes with a 0 hold nothing, and 12 bytes are more than that.
          await refused(() => readNpy(file), /needs|lacks the order or the shape|is invalid/);
          most = Math.max(most, process.memoryUsage().arrayBuffers - before.arrayBuffers);
        },
      ),
      { numRuns: 5000 },
    );
    assert.ok(most <= 16 * 2 ** 20, `${most} bytes`);
  });

  it('cut off or altered anywhere give an array or a Failure, never another error', async () => {
    const whole = npy('<f4', [2, 2], floats(1, 2, 3, 4));
    const mutation = fc.record({ length: fc.nat(whole.length), at: fc.nat(whole.length - 1), byte: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(mutation, async ({ length, at, byte }) => {
        const bytes = Buffer.from(whole.subarray(0, length));
        if (at < bytes.length) bytes[at] = byte;
        const outcome = await read(bytes).catch((error: unknown) => error);
        if (outcome instanceof Failure) return;
        const { shape, values } = outcome as Awaited<ReturnType<typeof readNpy>>;
        assert.equal(
          values.length,
          shape.reduce((product, count) => product * count, 1),
        );
      }),
      { numRuns: 2000 },
    );
  });
});
