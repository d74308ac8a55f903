/** Halves are what numpy makes of the same values, and read back exactly. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { fromFloat16, toFloat16 } from '../../src/store/format/float16.js';

const fixture = JSON.parse(readFileSync(new URL('../fixtures/store/float16.json', import.meta.url), 'utf8')) as Record<
  'float32' | 'float16',
  string
>;
const bytes = (name: 'float32' | 'float16'): ArrayBuffer =>
  Uint8Array.from(Buffer.from(fixture[name], 'base64')).buffer;

function halvesOf(values: Float32Array): Uint16Array {
  const halves = new Uint16Array(values.length);
  toFloat16(values, 0, values.length, halves, 0);
  return halves;
}

function valuesOf(halves: Uint16Array): Float32Array {
  const values = new Float32Array(halves.length);
  fromFloat16(halves, 0, halves.length, values, 0);
  return values;
}

describe('float16', () => {
  it('rounds as numpy does: ties, subnormals, overflow, infinities and NaN', () => {
    const values = new Float32Array(bytes('float32'));
    assert.ok(values.length > 3000);
    assert.deepEqual(halvesOf(values), new Uint16Array(bytes('float16')));
  });

  it('of every half is that half again', () => {
    const all = Uint16Array.from({ length: 2 ** 16 }, (_, half) => half);
    const isNumber = (half: number): boolean => (half & 0x7c00) !== 0x7c00 || (half & 0x3ff) === 0;
    assert.deepEqual(halvesOf(valuesOf(all)).filter(isNumber), all.filter(isNumber));
    assert.ok(valuesOf(all).every((value, half) => Number.isNaN(value) !== isNumber(half)));
  });

  it('is never further off than half a step of the last of its 11 bits', () => {
    fc.assert(
      fc.property(fc.float({ min: Math.fround(-65504), max: Math.fround(65504), noNaN: true }), (value) => {
        const [back = NaN] = valuesOf(halvesOf(Float32Array.of(value)));
        assert.ok(Math.abs(back - value) <= Math.max(2 ** -25, Math.abs(value) * 2 ** -11));
      }),
    );
  });

  it('converts stretches in place, and nothing beside them', () => {
    const halves = new Uint16Array(5);
    toFloat16(Float32Array.of(9, 1, -2, 9), 1, 2, halves, 2);
    assert.deepEqual([...halves], [0, 0, 0x3c00, 0xc000, 0]);
    const values = new Float32Array(4);
    fromFloat16(halves, 2, 2, values, 1);
    assert.deepEqual([...values], [0, 1, -2, 0]);
  });
});
