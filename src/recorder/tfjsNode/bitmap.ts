/** Uncompressed BMP files of 8, 24 and 32 bits a pixel, which are those that libtensorflow reads. */
import type { Pixels } from './pixels.js';

/** Rows are padded to this many bytes. */
const ROW_ALIGNMENT = 4;

export function decodeBitmap(contents: Uint8Array): Pixels {
  const bytes = Buffer.from(contents);
  if (bytes.length < 54) throw new Error('the BMP is too short for its header');
  const [offset, width, signedHeight, bits] = [
    bytes.readUInt32LE(10),
    bytes.readInt32LE(18),
    bytes.readInt32LE(22),
    bytes.readUInt16LE(28),
  ];
  const channels = ({ 8: 1, 24: 3, 32: 4 } as const)[bits as 8 | 24 | 32] as 1 | 3 | 4 | undefined;
  if (channels === undefined) throw new Error(`a BMP of ${bits} bits per pixel is not supported`);
  const height = Math.abs(signedHeight);
  const rowBytes = Math.ceil((width * channels) / ROW_ALIGNMENT) * ROW_ALIGNMENT;
  if (width <= 0 || offset + rowBytes * height > bytes.length)
    throw new Error('the BMP is shorter than its header says');
  const rgba = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    // A negative height means that the first row is the top one.
    const row = offset + rowBytes * (signedHeight < 0 ? y : height - 1 - y);
    for (let x = 0; x < width; x++) rgba.set(colours(bytes, row + x * channels, channels), 4 * (y * width + x));
  }
  return { width, height, rgba, channels };
}

/** BGR on disk. */
function colours(bytes: Buffer, at: number, channels: 1 | 3 | 4): [number, number, number, number] {
  const [first = 0, second = 0, third = 0, fourth = 0] = bytes.subarray(at, at + channels);
  if (channels === 1) return [first, first, first, 255];
  return [third, second, first, channels === 4 ? fourth : 255];
}
