/**
 * Decodes PNG and JPEG files into bytes. An alpha channel is dropped and 16-bit values become bytes, as
 * Pillow's convert("RGB") and torchvision's image folders do.
 */
import * as jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { inflateSync } from 'node:zlib';
import { badData } from '../dataFailure.js';
import { DEFAULT_LIMITS, type DataLimits } from '../dataSet.js';
import { readSmallFile } from '../openBytes.js';
import type { DecodedImage } from './decodedImage.js';
import { readImageHeader, type ImageHeader } from './imageHeader.js';

const JPEG_MEMORY_MEBIBYTES = 512;

/** Throws a Failure that names the file. */
export async function readImage(file: string, limits: DataLimits = DEFAULT_LIMITS): Promise<DecodedImage> {
  return decodeImage(await readSmallFile(file, limits.imageFileBytes), file, limits);
}

/** `file` is for messages only. */
export function decodeImage(bytes: Buffer, file: string, limits: DataLimits = DEFAULT_LIMITS): DecodedImage {
  const header = readImageHeader(bytes, file, limits);
  try {
    return header.format === 'png' ? decodePng(bytes, header) : decodeJpeg(bytes, header, limits);
  } catch (cause) {
    const wrong = `the image cannot be decoded (${cause instanceof Error ? cause.message : String(cause)})`;
    throw badData(file, null, wrong, 'Copy, download or save the image again.', cause);
  }
}

function decodePng(bytes: Buffer, { width, height }: ImageHeader): DecodedImage {
  const isInterlaced = bytes[28] === 1;
  if (isInterlaced) checkInterlaced(bytes, width * height * 8 + 8 * height + 64);
  const isGrey = bytes[25] === 0 || bytes[25] === 4;
  const { data } = PNG.sync.read(bytes, { checkCRC: true });
  return withoutAlpha({ width, height, data, isGrey });
}

/** pngjs bounds what it unpacks but for interlaced pictures, so those are unpacked once before, bounded. */
function checkInterlaced(bytes: Buffer, mostBytes: number): void {
  const parts: Buffer[] = [];
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = bytes.readUInt32BE(at);
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(bytes.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  inflateSync(Buffer.concat(parts), { maxOutputLength: mostBytes });
}

function decodeJpeg(bytes: Buffer, { width, height }: ImageHeader, limits: DataLimits): DecodedImage {
  const decoded = jpeg.decode(bytes, {
    useTArray: true,
    formatAsRGBA: false,
    tolerantDecoding: false,
    maxResolutionInMP: limits.imagePixels / 1e6,
    maxMemoryUsageInMB: JPEG_MEMORY_MEBIBYTES,
  });
  if (decoded.width !== width || decoded.height !== height) throw new Error('it declares two sizes');
  return { width, height, channels: 3, values: new Uint8Array(decoded.data) };
}

interface Rgba {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
  /** The three colours of every pixel are equal. */
  readonly isGrey: boolean;
}

function withoutAlpha({ width, height, data, isGrey }: Rgba): DecodedImage {
  const channels = isGrey ? 1 : 3;
  const pixels = width * height;
  if (data.length < 4 * pixels) throw new Error('pixels are missing');
  const values = new Uint8Array(pixels * channels);
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let channel = 0; channel < channels; channel++)
      values[pixel * channels + channel] = data[4 * pixel + channel] ?? 0;
  }
  return { width, height, channels, values };
}
