/** Archives and pictures made to do harm: sizes that lie, entries over each other, much out of little. */
import { gzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { DEFAULT_LIMITS } from '../../src/data/dataSet.js';
import { readIdx } from '../../src/data/idx.js';
import { readImage } from '../../src/data/image/decodeImage.js';
import { readNpz } from '../../src/data/npz.js';
import { floats, idx, npy, png, zip, type Files, type ZipEntry } from './makeFiles.js';

/** What it is, an attempt to read it, and the words that it must be refused in. */
export type Bomb = readonly [name: string, read: () => Promise<unknown>, words: RegExp];

const fixtures = new URL('../fixtures/data/', import.meta.url);
const all = (names: readonly string[]): readonly string[] => names;
const array = npy('<f4', [3], floats(1, 2, 3));

/** Each writes its file when it is read. */
export function bombs(files: Files): readonly Bomb[] {
  const zeros = Buffer.alloc(40 * 2 ** 20);
  const small = { ...DEFAULT_LIMITS, arrayBytes: 2 ** 20 };
  const bombs: Bomb[] = [];
  const bomb = (name: string, read: () => Promise<unknown>, words: RegExp) => bombs.push([name, read, words]);
  const readZip = (entries: readonly ZipEntry[]) => readNpz(files.write('a.npz', zip(entries)), all);

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
  bomb(
    'two entries of one name',
    () =>
      readZip([
        { name: 'x.npy', data: array },
        { name: 'x.npy', data: array },
      ]),
    /the same name/,
  );
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
  return bombs;
}

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
