import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { alteredInput } from '../../src/analysis/control/maskInputs.js';
import { otsuThreshold } from '../../src/analysis/control/otsu.js';

const { otsu } = JSON.parse(readFileSync('test/fixtures/compare/expected.json', 'utf8')) as {
  otsu: { values: number[]; threshold: number }[];
};

describe('Otsu’s threshold', () => {
  it('is that of an independent script', () => {
    for (const { values, threshold } of otsu) assert.ok(Math.abs((otsuThreshold(values) ?? NaN) - threshold) < 1e-9);
  });
  it('is none where nothing differs, or is no number', () =>
    assert.deepEqual([otsuThreshold([2, 2]), otsuThreshold([1, NaN])], [null, null]));
});

describe('a masked picture', () => {
  const shape = { channels: 3, height: 28, width: 28 };
  const colours = [0.2, 0.5, 0.8];
  /** A bright square of 8 × 8 on a coloured ground. */
  const square = Float32Array.from({ length: 3 * 784 }, (_, i) => {
    const [y, x] = [Math.floor((i % 784) / 28), i % 28];
    return y >= 10 && y < 18 && x >= 10 && x < 18 ? 1 : (colours[Math.floor(i / 784)] ?? 0);
  });

  it('without its object is ground alone, the soft edge with it', () => {
    const { values, replacedShare, hasObject } = alteredInput(square, shape, 'foreground', 1);
    const ground = Float32Array.from(square, (_, i) => colours[Math.floor(i / 784)] ?? 0);
    assert.deepEqual([hasObject, replacedShare], [true, 100 / 784]);
    assert.deepEqual(values, ground);
  });
  it('without its background keeps the object as it was', () => {
    const { values, replacedShare } = alteredInput(square, shape, 'background', 1);
    assert.deepEqual(values, square);
    assert.equal(replacedShare, 684 / 784);
  });
  it('loses object or background, and never both or neither', () =>
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 36, maxLength: 36 }), (pixels) => {
        const small = { channels: 1, height: 6, width: 6 };
        const shares = (['foreground', 'background'] as const).map(
          (mask) => alteredInput(Float32Array.from(pixels), small, mask, 1).replacedShare,
        );
        assert.ok(Math.abs((shares[0] ?? 0) + (shares[1] ?? 0) - 1) < 1e-12);
      }),
    ));
  it('of one colour has no object', () => {
    const flat = new Float32Array(3 * 784).fill(0.5);
    const { values, hasObject } = alteredInput(flat, shape, 'foreground', 1);
    assert.deepEqual([hasObject, values], [false, flat]);
  });
  it('of noise has the picture’s mean and deviation by channel, the same for the same seed', () => {
    const noise = alteredInput(square, shape, 'noise', 5).values;
    assert.deepEqual(noise, alteredInput(square, shape, 'noise', 5).values);
    assert.notDeepEqual(noise, alteredInput(square, shape, 'noise', 6).values);
    for (const channel of [0, 1, 2]) {
      const of = (values: Float32Array): number[] => {
        const own = [...values.subarray(channel * 784, (channel + 1) * 784)];
        const mean = own.reduce((a, b) => a + b, 0) / 784;
        return [mean, Math.sqrt(own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 784)];
      };
      const [[mean = 0, deviation = 0], [wanted = 0, spread = 0]] = [of(noise), of(square)];
      assert.ok(Math.abs(mean - wanted) < (4 * spread) / 28 && Math.abs(deviation / spread - 1) < 0.15);
    }
  });
});
