/**
 * `tf.node.decodeImage` and its kin without libtensorflow: PNG and BMP to the last bit as there, JPEG as its
 * own decoder rounds (up to 4 of 255 apart). Scaled JPEGs and GIFs are refused.
 */
import type * as core from '@tensorflow/tfjs-core';
import * as jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { decodeBitmap } from './bitmap.js';
import { givePixels, type Pixels } from './pixels.js';

/** 0 stands for the picture's own number of channels. */
export type Channels = 0 | 1 | 3 | 4;

/** Values of a pixel by PNG's colour type; a palette is RGB, or RGBA where it has transparency. */
const PNG_CHANNELS: Readonly<Record<number, 1 | 2 | 3 | 4>> = { 0: 1, 2: 3, 3: 3, 4: 2, 6: 4 };

/** Most memory that a JPEG may take while it is decoded. */
const JPEG_MEBIBYTES = 1024;

export function pictureFunctions(tf: typeof core) {
  const tensor = (pixels: Pixels, channels: Channels): core.Tensor3D => {
    const { values, count } = givePixels(pixels, channels);
    return tf.tensor3d(Int32Array.from(values), [pixels.height, pixels.width, count], 'int32');
  };
  const decodePng = (contents: Uint8Array, channels: Channels = 0) => tensor(readPng(contents), channels);
  const decodeBmp = (contents: Uint8Array, channels: Channels = 0) => tensor(decodeBitmap(contents), channels);
  const decodeJpeg = (contents: Uint8Array, channels: Channels = 0, ratio = 1) => {
    if (ratio !== 1) throw lacking('decodeJpeg with a ratio');
    return tensor(readJpeg(contents), channels);
  };
  return {
    decodePng,
    decodeBmp,
    decodeJpeg,
    decodeGif: (): never => {
      throw lacking('decodeGif');
    },
    decodeImage: (contents: Uint8Array, channels: Channels = 0) => {
      const kind = kindOf(contents);
      if (kind === 'gif') throw lacking('decodeImage of a GIF');
      return { png: decodePng, bmp: decodeBmp, jpeg: decodeJpeg }[kind](contents, channels);
    },
    encodePng: async (image: core.Tensor3D) => writePng(image.shape, await image.data()),
    /** Grey pictures are written as RGB, whatever format is asked for. */
    encodeJpeg: async (image: core.Tensor3D, ...[, quality = 95]: [format?: string, quality?: number]) =>
      writeJpeg(image.shape, await image.data(), quality),
  };
}

export function lacking(what: string): Error {
  return new Error(`tf.node.${what} needs the engine "tensorflow" (the native library of @tensorflow/tfjs-node)`);
}

/** By its first bytes; the words of tfjs-node where it is none of them. */
function kindOf(bytes: Uint8Array): 'png' | 'jpeg' | 'bmp' | 'gif' {
  const start = Buffer.from(bytes.subarray(0, 3)).toString('latin1');
  if (start === '\xff\xd8\xff') return 'jpeg';
  if (start === 'GIF') return 'gif';
  if (start.startsWith('BM')) return 'bmp';
  if (start === '\x89PN') return 'png';
  throw new Error('Expected image (BMP, JPEG, PNG, or GIF), but got unsupported image type');
}

function readPng(contents: Uint8Array): Pixels {
  const bytes = Buffer.from(contents);
  const { width, height, data } = PNG.sync.read(bytes);
  const isPalette = bytes[25] === 3;
  const channels = isPalette && bytes.includes('tRNS') ? 4 : (PNG_CHANNELS[bytes[25] ?? 2] ?? 3);
  return { width, height, rgba: data, channels };
}

function readJpeg(contents: Uint8Array): Pixels {
  const { width, height, data } = jpeg.decode(contents, { useTArray: true, maxMemoryUsageInMB: JPEG_MEBIBYTES });
  return { width, height, rgba: data, channels: componentsOf(contents) === 1 ? 1 : 3 };
}

/** From the frame's header: marker C0 to CF but C4, C8 and CC, then length, precision, height, width, components. */
function componentsOf(bytes: Uint8Array): number {
  for (let at = 2; at + 9 < bytes.length;) {
    const marker = bytes[at + 1] as number;
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) return bytes[at + 9] as number;
    at += 2 + (bytes[at + 2] as number) * 256 + (bytes[at + 3] as number);
  }
  return 3;
}

type Values = ArrayLike<number>;

function rgbaOf([height, width, channels]: readonly [number, number, number], values: Values): Buffer {
  const rgba = Buffer.alloc(height * width * 4, 255);
  for (let pixel = 0; pixel < height * width; pixel++) {
    const at = pixel * channels;
    for (let channel = 0; channel < 3; channel++)
      rgba[4 * pixel + channel] = values[channels < 3 ? at : at + channel] as number;
    if (channels === 2 || channels === 4) rgba[4 * pixel + 3] = values[at + channels - 1] as number;
  }
  return rgba;
}

/** As many channels as the tensor has: grey, grey and alpha, RGB, RGBA. */
function writePng(shape: readonly [number, number, number], values: Values): Uint8Array {
  const [height, width, channels] = shape;
  const colorType = ([0, 4, 2, 6] as const)[channels - 1];
  const picture = new PNG({ width, height });
  picture.data = rgbaOf(shape, values);
  return new Uint8Array(PNG.sync.write(picture, { colorType, inputColorType: 6, inputHasAlpha: true } as object));
}

function writeJpeg(shape: readonly [number, number, number], values: Values, quality: number): Uint8Array {
  const [height, width] = shape;
  return new Uint8Array(jpeg.encode({ width, height, data: rgbaOf(shape, values) }, quality).data);
}
