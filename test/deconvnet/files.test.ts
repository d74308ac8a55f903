/** The files that `cnnslicer deconv` writes: read back by other code than wrote them. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { readNpy } from '../../src/data/npy.js';
import { npyBytes, pngBytes } from '../../src/cli/pictureFiles.js';
import { projectionPixels, projectionScale, SIGNED_COLOURS } from '../../src/cli/projectionPixels.js';

describe('files of projections', () => {
  it('npy holds shape and values, whatever the number of axes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cnnslicer-npy-'));
    const file = join(folder, 'values.npy');
    for (const shape of [[4], [2, 3], [3, 2, 2]]) {
      const values = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i / 3 - 1);
      await writeFile(file, npyBytes(shape, values));
      const read = await readNpy(file);
      assert.deepEqual([[...read.shape], [...read.values]], [shape, [...values]]);
    }
    await rm(folder, { recursive: true });
  });

  it('png holds its size and every pixel, in chunks whose checksums are right', () => {
    const sizes = fc.record({ width: fc.integer({ min: 1, max: 9 }), height: fc.integer({ min: 1, max: 9 }) });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 0, max: 255 }), ({ width, height }, seed) => {
        const pixels = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 37 + seed) % 256);
        const { header, rows } = readPng(pngBytes(width, height, pixels));
        assert.deepEqual([header.readUInt32BE(0), header.readUInt32BE(4)], [width, height]);
        const line = 1 + 3 * width;
        const read = rows.filter((_, i) => i % line !== 0);
        assert.deepEqual([...read], [...pixels]);
      }),
    );
  });

  it('colours are the background at 0, orange above, blue below, and grey at 0 of three planes', () => {
    const values = Float32Array.of(0, 4, -4, 1);
    assert.equal(projectionScale(values, 1), 4);
    const pixels = projectionPixels(values, 1, 4, SIGNED_COLOURS);
    const at = (i: number): number[] => [...pixels.subarray(3 * i, 3 * i + 3)];
    const { background, negative, positive } = SIGNED_COLOURS;
    assert.deepEqual([at(0), at(1), at(2)], [[...background], [...positive], [...negative]]);
    assert.deepEqual([...projectionPixels(Float32Array.of(0, 2, -2), 3, 2, SIGNED_COLOURS)], [128, 255, 0]);
    assert.equal(projectionScale(Float32Array.of(1, -3, 2, 2), 2), 4);
    assert.deepEqual([...projectionPixels(Float32Array.of(0), 1, 0, SIGNED_COLOURS)], [...background]);
  });
});

/** The chunks of a PNG, each against the CRC of the standard's annex D, computed bit by bit. */
function readPng(bytes: Buffer): { header: Buffer; rows: Buffer } {
  assert.equal(bytes.subarray(1, 4).toString('latin1'), 'PNG');
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    const body = bytes.subarray(at + 4, at + 8 + length);
    assert.equal(bytes.readUInt32BE(at + 8 + length), crc(body));
    chunks.set(body.subarray(0, 4).toString('latin1'), body.subarray(4));
    at += length + 12;
  }
  assert.deepEqual([...chunks.keys()], ['IHDR', 'IDAT', 'IEND']);
  const chunk = (name: string): Buffer => chunks.get(name) ?? Buffer.alloc(0);
  return { header: chunk('IHDR'), rows: inflateSync(chunk('IDAT')) };
}

function crc(bytes: Buffer): number {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return (value ^ 0xffffffff) >>> 0;
}
