/** .npz archives, and archives and pictures made to do harm (TRUST: sizes are counted as they come, not believed). */
import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { DEFAULT_LIMITS } from '../../src/data/dataSet.js';
import { readIdx } from '../../src/data/idx.js';
import { readImage } from '../../src/data/image/decodeImage.js';
import { readNpz } from '../../src/data/npz.js';
import { Files, floats, idx, npy, png, zip, type ZipEntry } from './makeFiles.js';
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
      /array x\.npy: .*contains code, not opened/,
    ));

  it('whose bytes are others than their checksum says are refused', () =>
    refused(
      () => readZip([{ name: 'x.npy', data: array, claims: { crc: 1 } }]),
      /entry x\.npy: .*its checksum is another/,
    ));
  it('that are no archives, hold none, or are cut off are refused', async () => {
    await refused(() => readNpz(files.write('a.npz', 'nothing of the kind'), all), /a\.npz: it is no zip archive/);
    await refused(() => readZip([{ name: 'a.txt', data: array }]), /no \.npy array/);
    await refused(
      () => readNpz(files.write('a.npz', zip([{ name: 'x.npy', data: array }]).subarray(20)), all),
      /a\.npz/,
    );
  });
});

describe('bombs', () => {
  const zeros = Buffer.alloc(40 * 2 ** 20);
  const small = { ...DEFAULT_LIMITS, arrayBytes: 2 ** 20 };
  const bombs: [string, () => Promise<unknown>, RegExp][] = [];
  const bomb = (name: string, read: () => Promise<unknown>, words: RegExp) => bombs.push([name, read, words]);

  for (const uncompressed of [0, 1, 127, 139, 141, 2 ** 20, 2 ** 31, 2 ** 32 - 2]) {
    bomb(
      `a deflated entry that claims ${uncompressed} bytes`,
      () => readZip([{ name: 'x.npy', data: array, claims: { uncompressed } }]),
      /a\.npz/,
    );
  }
  for (const uncompressed of [1, 128, 2 ** 31]) {
    bomb(
      `a stored entry that claims ${uncompressed}`,
      () => readZip([{ name: 'x.npy', data: array, stored: true, claims: { uncompressed } }]),
      /a\.npz/,
    );
  }
  for (const compressed of [0, 1, 30, 2 ** 20, 2 ** 32 - 2]) {
    bomb(
      `an entry that claims ${compressed} packed bytes`,
      () => readZip([{ name: 'x.npy', data: array, claims: { compressed } }]),
      /a\.npz/,
    );
  }
  for (const length of [100, 139, 1000]) {
    bomb(
      `40 MB of zeros as ${length} bytes`,
      () => readZip([{ name: 'x.npy', data: zeros, claims: { uncompressed: length } }]),
      /a\.npz/,
    );
  }
  bomb(
    '40 MB of zeros, honestly, above the limit',
    () => readNpz(files.write('b.npz', zip([{ name: 'x.npy', data: zeros }])), all, small),
    /unpacks to/,
  );
  for (const count of [2, 20, 500]) {
    const overlapping = Array.from({ length: count }, (_, i) => ({
      name: `x${i}.npy`,
      data: array,
      claims: { offset: 0 },
    }));
    bomb(`${count} entries over the same bytes`, () => readZip(overlapping), /overlaps|damaged/);
  }
  bomb('two entries of one name', () => readZip([{ name: 'x.npy', data: array }, { name: 'x.npy', data: array }]), /one name/); // prettier-ignore
  bomb(
    'an encrypted entry',
    () => readZip([{ name: 'x.npy', data: array, claims: { flags: 1 } }]),
    /encrypted|damaged/,
  );
  for (const name of ['../x.npy', '/x.npy', 'C:\\x.npy', 'a\\b.npy'])
    bomb(`an entry named ${name}`, () => readZip([{ name, data: array }]), /a\.npz/);
  for (const shape of [[2 ** 32 - 1], [2 ** 31, 2 ** 31], [60_000, 28, 28], [2 ** 20]]) {
    bomb(
      `compressed IDX of (${shape.join(', ')})`,
      () => readIdx(files.write('a-idx', gzipSync(idx(shape, Buffer.alloc(10))))),
      /a-idx/,
    );
  }
  bomb(
    'compressed IDX with 40 MB more than it says',
    () => readIdx(files.write('a-idx', gzipSync(idx([10], zeros)))),
    /there is more than/,
  );
  bomb(
    'compressed IDX above the limit',
    () => readIdx(files.write('a-idx', gzipSync(idx([zeros.length], zeros))), small),
    /the limit is/,
  );
  for (const [width, height] of [
    [2 ** 31 - 1, 2 ** 31 - 1],
    [60_000, 60_000],
    [5000, 5000],
    [0, 4],
  ] as const) {
    bomb(
      `PNG of ${width} × ${height}`,
      () => readImage(files.write('a.png', png({ width, height, raw: Buffer.alloc(64) }))),
      /a\.png.*claims/,
    );
  }
  bomb(
    'interlaced PNG that unpacks to 40 MB',
    () => readImage(files.write('a.png', png({ width: 4, height: 4, colour: 0, interlaced: true, raw: zeros }))),
    /cannot be decoded/,
  );
  for (const excess of [100_000, 40 * 2 ** 20]) {
    const raw = Buffer.concat([Buffer.from([0, 7]), Buffer.alloc(excess)]);
    bomb(
      `PNG with ${excess} bytes more than its pixel needs`,
      () => readImage(files.write('a.png', png({ width: 1, height: 1, colour: 0, raw }))),
      /cannot be decoded/,
    );
  }
  for (const extra of ['x.npy', 'y.npy', 'z.npy']) {
    bomb(
      `a good array and ${extra} with 40 MB of zeros that claim 200 bytes`,
      () =>
        readZip([
          { name: 'a.npy', data: array },
          { name: extra, data: zeros, claims: { uncompressed: 200 } },
        ]),
      /a\.npz/,
    );
  }
  for (const [width, height] of [
    [65_535, 65_535],
    [20_000, 20_000],
    [3000, 3000],
  ] as const) {
    bomb(
      `JPEG of ${width} × ${height}`,
      () => readImage(files.write('a.jpg', jpegOf(width, height))),
      /a\.jpg: at offset .*claims/,
    );
  }
  for (const depth of [2, 3, 4])
    bomb(
      `an archive within ${depth} archives`,
      () => readNpz(files.write('n.npz', nested(depth)), all),
      /no \.npy array/,
    );

  it('there are fifty', () => assert.ok(bombs.length >= 50, `${bombs.length}`));

  for (const [name, read, words] of bombs) {
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

function jpegOf(width: number, height: number): Buffer {
  const bytes = Buffer.from(readFileSync(new URL('grey.jpg', fixtures)));
  const frame = bytes.indexOf(Buffer.from([0xff, 0xc0]));
  bytes.writeUInt16BE(height, frame + 5);
  bytes.writeUInt16BE(width, frame + 7);
  return bytes;
}

function nested(depth: number): Buffer {
  return depth === 0 ? array : zip([{ name: `${depth}.zip`, data: nested(depth - 1) }]);
}
