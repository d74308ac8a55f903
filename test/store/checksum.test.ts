/** Checksums, and records that carry their own. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import * as v from 'valibot';
import { ChecksumAppender, checksumText, crc32c } from '../../src/store/format/checksum.js';
import { seal, unseal, Unsealed } from '../../src/store/format/sealedRecord.js';

const bytes = fc.uint8Array({ maxLength: 300 });

/** CRC-32C bit by bit, as RFC 3720 (appendix B.4) describes it. */
function slowChecksum(data: Uint8Array): number {
  let remainder = 0xffffffff;
  for (const byte of data) {
    remainder ^= byte;
    for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ 0x82f63b78 : remainder >>> 1;
  }
  return ~remainder >>> 0;
}

describe('the checksum', () => {
  it('is CRC-32C: the check value of the catalogue and the examples of RFC 3720', () => {
    assert.equal(checksumText(crc32c(Buffer.from('123456789'))), 'e3069283');
    assert.equal(checksumText(crc32c(new Uint8Array(32))), '8a9136aa');
    assert.equal(checksumText(crc32c(new Uint8Array(32).fill(255))), '62a8ab43');
    assert.equal(checksumText(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))), '46dd794e');
  });

  it('is the same as bit by bit', () => {
    fc.assert(fc.property(bytes, (data) => assert.equal(crc32c(data), slowChecksum(data))));
  });

  it('of a concatenation follows from those of its parts', () => {
    const check = (a: Uint8Array, b: Uint8Array): void => {
      const whole = crc32c(Buffer.concat([a, b]));
      assert.equal(new ChecksumAppender(b.length).append(crc32c(a), crc32c(b)), whole);
      assert.equal(crc32c(b, crc32c(a)), whole);
    };
    fc.assert(fc.property(bytes, bytes, check));
  });

  it('over values followed by their checksum says nothing of the values, so records leave it out', () => {
    const sealed = (values: Uint8Array): number => {
      const file = new Uint8Array(values.length + 4);
      file.set(values);
      new DataView(file.buffer).setUint32(values.length, crc32c(values), true);
      return crc32c(file);
    };
    fc.assert(fc.property(bytes, bytes, (a, b) => assert.equal(sealed(a), sealed(b))));
  });
});

describe('a sealed record', () => {
  const schema = v.object({ name: v.string(), list: v.array(v.number()) });
  const record = { name: 'Ünïcödé "quoted"', list: [1, 2.5, -3] };

  it('opens to what was sealed, and is plain JSON', () => {
    assert.deepEqual(unseal(seal(record), schema), record);
    assert.equal((JSON.parse(Buffer.from(seal(record)).toString()) as { name: string }).name, record.name);
  });

  it('shows any one bit that flipped, and any cut', () => {
    const sealed = seal(record);
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const altered = Uint8Array.from(sealed);
      altered[bit >> 3]! ^= 1 << (bit & 7);
      assert.throws(() => unseal(altered, schema), Unsealed, `bit ${bit}`);
    }
    for (let length = 0; length < sealed.length; length++)
      assert.throws(() => unseal(sealed.subarray(0, length), schema), Unsealed);
  });

  it('is refused when it has another form', () =>
    assert.throws(() => unseal(seal({ name: 1 }), schema), /unexpected form/));
});
