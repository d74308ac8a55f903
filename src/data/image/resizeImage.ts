/**
 * Resizes a picture with a triangle filter that widens with the reduction (bilinear, antialiased), as Pillow's
 * BILINEAR does: first along x, then along y, rounding to bytes after each.
 */
import type { DecodedImage } from './decodedImage.js';

/** Weights of one output pixel over consecutive input pixels; they sum to 1. */
interface Tap {
  readonly first: number;
  readonly weights: Float64Array;
}

export function resizeImage(image: DecodedImage, width: number, height: number): DecodedImage {
  const { channels } = image;
  let values = image.values;
  if (width !== image.width) {
    values = resample(values, taps(image.width, width), {
      rows: image.height,
      length: image.width,
      step: channels,
      channels,
    });
  }
  if (height !== image.height) {
    // Along y a "pixel" is a whole row.
    values = resample(values, taps(image.height, height), {
      rows: 1,
      length: image.height,
      step: width * channels,
      channels: width * channels,
    });
  }
  return { width, height, channels, values };
}

/** How the resized axis lies in memory: `rows` blocks of `length` positions, `step` values apart. */
interface Axis {
  readonly rows: number;
  readonly length: number;
  readonly step: number;
  readonly channels: number;
}

function resample(values: Uint8Array, along: readonly Tap[], axis: Axis): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(axis.rows * along.length * axis.channels);
  let at = 0;
  for (let row = 0; row < axis.rows; row++) {
    const begin = row * axis.length * axis.step;
    for (const { first, weights } of along) {
      for (let channel = 0; channel < axis.channels; channel++) {
        let sum = 0;
        let from = begin + first * axis.step + channel;
        for (let i = 0; i < weights.length; i++, from += axis.step)
          sum += (weights[i] as number) * (values[from] as number);
        out[at++] = Math.min(255, Math.floor(sum + 0.5));
      }
    }
  }
  return out;
}

function taps(from: number, to: number): Tap[] {
  const scale = from / to;
  const support = Math.max(1, scale);
  return Array.from({ length: to }, (_, index) => {
    const centre = (index + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - support + 0.5));
    const end = Math.min(from, Math.floor(centre + support + 0.5));
    const weights = Float64Array.from({ length: Math.max(1, end - first) }, (_, i) =>
      Math.max(0, 1 - Math.abs((first + i + 0.5 - centre) / support)),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}
