/** PNG and JPEG against what Pillow (libjpeg, libpng) reads from the same files; resizing against Pillow's BILINEAR. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { decodeImage, readImage } from '../../src/data/image/decodeImage.js';
import { withChannels } from '../../src/data/image/decodedImage.js';
import { resizeImage } from '../../src/data/image/resizeImage.js';
import { adam7, Files, png } from './makeFiles.js';
import { refused } from './refused.js';

interface Expected {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly values: readonly number[];
}
const fixtures = new URL('../fixtures/data/', import.meta.url);
const expected = JSON.parse(readFileSync(new URL('expected.json', fixtures), 'utf8')) as {
  readonly pictures: Readonly<Record<string, Expected>>;
  readonly resized: Readonly<Record<string, Expected>>;
  readonly luma: Expected;
};
const files = new Files();

/** Largest and mean difference in levels of 255. */
function difference(actual: ArrayLike<number>, wanted: readonly number[]): { most: number; mean: number } {
  assert.equal(actual.length, wanted.length);
  const gaps = wanted.map((value, i) => Math.abs(value - (actual[i] as number)));
  return { most: Math.max(...gaps), mean: gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length };
}

describe('pictures', () => {
  // libjpeg smooths enlarged chroma and rounds its IDCT in integers; the decoder here repeats and rounds otherwise.
  const tolerated = (name: string): { most: number; mean: number } =>
    name.endsWith('.png')
      ? { most: 0, mean: 0 }
      : name === 'chroma420.jpg'
        ? { most: 16, mean: 4 }
        : { most: 3, mean: 0.6 };

  for (const [name, wanted] of Object.entries(expected.pictures)) {
    it(`${name} is decoded as Pillow decodes it`, async () => {
      const image = await readImage(new URL(name, fixtures).pathname);
      assert.deepEqual([image.width, image.height, image.channels], [wanted.width, wanted.height, wanted.channels]);
      const gap = difference(image.values, wanted.values);
      assert.ok(gap.most <= tolerated(name).most && gap.mean <= tolerated(name).mean, JSON.stringify(gap));
    });
  }

  it('that are interlaced are put together from their passes', () => {
    const valueAt = (x: number, y: number): number => 17 * x + 3 * y;
    const image = decodeImage(
      png({ width: 11, height: 9, colour: 0, interlaced: true, raw: adam7(11, 9, valueAt) }),
      'a.png',
    );
    assert.deepEqual(
      [...image.values],
      Array.from({ length: 99 }, (_, i) => valueAt(i % 11, Math.floor(i / 11))),
    );
  });

  it('of 16 bits become bytes', () => {
    const image = decodeImage(
      png({ width: 2, height: 1, colour: 0, depth: 16, raw: Uint8Array.of(0, 0xff, 0xff, 0x80, 0x00) }),
      'a.png',
    );
    assert.deepEqual([...image.values], [255, 128]);
  });

  it('lose their colour as luma, and grey ones get three equal channels', async () => {
    const colour = await readImage(new URL('rgb.png', fixtures).pathname);
    const grey = withChannels(colour, 1);
    assert.deepEqual(difference(grey.values, expected.luma.values).most, 0);
    assert.deepEqual(
      [...withChannels({ width: 2, height: 1, channels: 1, values: Uint8Array.of(3, 9) }, 3).values],
      [3, 3, 3, 9, 9, 9],
    );
  });

  for (const [size, wanted] of Object.entries(expected.resized)) {
    it(`are resized to ${size} as Pillow resizes them`, async () => {
      const image = resizeImage(await readImage(new URL('rgb.png', fixtures).pathname), wanted.width, wanted.height);
      assert.ok(difference(image.values, wanted.values).most <= 1);
    });
  }

  it('of other kinds are refused by name', async () => {
    await refused(() => readImage(files.write('a.png', 'GIF89a...........')), /a\.png: at offset 0: .*it is a GIF/);
    await refused(() => readImage(files.write('a.png', '')), /neither PNG nor JPEG/);
  });

  it('cut off anywhere are refused, or shown whole when only the end mark is missing', async () => {
    for (const name of ['rgb.png', 'quality90.jpg']) {
      const whole = readFileSync(new URL(name, fixtures));
      for (let length = 0; length < whole.length - 14; length++) {
        await refused(
          () => readImage(files.write(name, whole.subarray(0, length))),
          new RegExp(name.replace('.', '\\.')),
        );
      }
    }
  });
});
