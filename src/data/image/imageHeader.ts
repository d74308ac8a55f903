/**
 * Which kind of picture a file is and how large it claims to be, read before any of it is decoded. A size
 * that its compressed bytes cannot fill is a lie and refused.
 */
import { badData } from '../dataFailure.js';
import type { DataLimits } from '../dataSet.js';
import { DEFLATE_RATIO } from '../openBytes.js';

export interface ImageHeader {
  readonly format: 'png' | 'jpeg';
  readonly width: number;
  readonly height: number;
}

/** JPEG codes each 8 × 8 block of its finest component in no less than one bit. */
const JPEG_PIXELS_PER_BYTE = 512;

/** Throws a Failure that names the file and the offset. */
export function readImageHeader(bytes: Buffer, file: string, limits: DataLimits): ImageHeader {
  const header = isPng(bytes) ? pngHeader(bytes, file) : isJpeg(bytes) ? jpegHeader(bytes, file) : null;
  if (!header)
    throw badData(file, 'offset 0', `it is neither PNG nor JPEG${otherKind(bytes)}`, 'Convert it to PNG or JPEG.');
  const { width, height } = header;
  if (width === 0 || height === 0)
    throw badData(file, null, `it claims ${width} × ${height} pixels`, 'Save the image again.');
  if (width * height > limits.imagePixels) {
    const wrong = `it claims ${width} × ${height} pixels; the limit is ${limits.imagePixels}`;
    throw badData(file, null, wrong, 'Make the image smaller.');
  }
  return header;
}

function isPng(bytes: Buffer): boolean {
  return bytes.length >= 8 && bytes.readUInt32BE(0) === 0x89504e47 && bytes.readUInt32BE(4) === 0x0d0a1a0a;
}

function isJpeg(bytes: Buffer): boolean {
  return bytes.length >= 3 && bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
}

function otherKind(bytes: Buffer): string {
  const start = bytes.toString('latin1', 0, 12);
  if (start.startsWith('GIF8')) return ' (it is a GIF)';
  if (start.startsWith('RIFF') && start.endsWith('WEBP')) return ' (it is a WebP)';
  if (start.startsWith('BM')) return ' (it may be a BMP)';
  return '';
}

/** Values of a pixel by PNG's colour type. */
const PNG_SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

function pngHeader(bytes: Buffer, file: string): ImageHeader {
  if (bytes.length < 33 || bytes.toString('latin1', 12, 16) !== 'IHDR') {
    throw badData(file, 'offset 8', 'it has no header chunk', 'Save the image again.');
  }
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const bitsPerPixel = (bytes[24] ?? 0) * (PNG_SAMPLES[bytes[25] ?? -1] ?? 0);
  const needed = (width * height * bitsPerPixel) / 8;
  if (needed > bytes.length * DEFLATE_RATIO) throw lie(file, 'offset 16', width, height, bytes.length);
  return { format: 'png', width, height };
}

/** Walks the markers to the frame header. */
function jpegHeader(bytes: Buffer, file: string): ImageHeader {
  for (let at = 2; at + 4 <= bytes.length;) {
    if (bytes[at] !== 0xff) throw badData(file, `offset ${at}`, 'there is no marker', 'Save the image again.');
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === 0xda) break;
    if (isFrame(marker) && at + 9 <= bytes.length) return jpegFrame(bytes, file, at);
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  throw badData(file, null, 'it has no frame header', 'Save the image again.');
}

function jpegFrame(bytes: Buffer, file: string, at: number): ImageHeader {
  const [height, width] = [bytes.readUInt16BE(at + 5), bytes.readUInt16BE(at + 7)];
  if (width * height > bytes.length * JPEG_PIXELS_PER_BYTE)
    throw lie(file, `offset ${at + 5}`, width, height, bytes.length);
  return { format: 'jpeg', width, height };
}

/** SOF0 … SOF15, without DHT, JPG and DAC, which lie among them. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

function lie(file: string, at: string, width: number, height: number, held: number) {
  return badData(
    file,
    at,
    `it claims ${width} × ${height} pixels, which its ${held} bytes cannot contain`,
    'Copy or download the image again.',
  );
}
