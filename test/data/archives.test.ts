/** .npz archives, and archives and pictures made to do harm (TRUST: sizes are counted as they come, not believed). */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readNpz } from '../../src/data/npz.js';
import { bombs } from './bombs.js';
import { Files, floats, npy, zip, type ZipEntry } from './makeFiles.js';
import { refused } from './refused.js';

const fixtures = new URL('../fixtures/data/', import.meta.url);
const expected = JSON.parse(readFileSync(new URL('expected.json', fixtures), 'utf8')) as Record<
  'x_train' | 'y_train',
  number[]
>;
const files = new Files();
const all = (names: readonly string[]): readonly string[] => names;
const readZip = (entries: readonly ZipEntry[]) => readNpz(files.write('a.npz', zip(entries)), all);
const array = npy('<f4', [3], floats(1, 2, 3));

describe('.npz archives', () => {
  it('of NumPy are read, compressed or not', async () => {
    const named = await readNpz(new URL('named.npz', fixtures).pathname, all);
    assert.deepEqual([...named.keys()].sort(), ['x_test', 'x_train', 'y_test', 'y_train']);
    assert.deepEqual([...(named.get('x_train')?.values ?? [])], expected.x_train);
    const stored = await readNpz(new URL('stored.npz', fixtures).pathname, all);
    assert.deepEqual([...(stored.get('arr_1')?.values ?? [])], expected.y_train);
  });

  it('read only the arrays that are asked for', async () => {
    const arrays = await readNpz(new URL('objects.npz', fixtures).pathname, () => ['y']);
    assert.deepEqual([...arrays.keys()], ['y']);
  });

  it('with Python objects are not opened', () =>
    refused(
      () => readNpz(new URL('objects.npz', fixtures).pathname, () => ['x']),
      /array x\.npy: .*can run code, so it is not opened/,
    ));

  it('whose bytes are others than their checksum says are refused', () =>
    refused(
      () => readZip([{ name: 'x.npy', data: array, claims: { crc: 1 } }]),
      /entry x\.npy: .*its checksum does not match/,
    ));
  it('that are no archives, hold none, or are cut off are refused', async () => {
    await refused(() => readNpz(files.write('a.npz', 'nothing of the kind'), all), /a\.npz: it is not a zip archive/);
    await refused(() => readZip([{ name: 'a.txt', data: array }]), /no \.npy array/);
    await refused(
      () => readNpz(files.write('a.npz', zip([{ name: 'x.npy', data: array }]).subarray(20)), all),
      /a\.npz/,
    );
  });
});

describe('bombs', () => {
  const all = bombs(files);
  it('there are fifty', () => assert.ok(all.length >= 50, `${all.length}`));

  for (const [name, read, words] of all) {
    it(`refused: ${name}`, async () => {
      const before = process.memoryUsage();
      const started = performance.now();
      await refused(read, words);
      const grown = process.memoryUsage().arrayBuffers - before.arrayBuffers;
      // Making the bomb's file is within these, too.
      assert.ok(performance.now() - started <= 2000 && grown <= 256 * 2 ** 20, `${grown} bytes`);
    });
  }
});
