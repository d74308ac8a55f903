/**
 * Pictures with their object or their background taken away, by a rule that looks at nothing but the
 * picture: the background's colour is the median of the border, and a pixel belongs to the object where it
 * is farther from that colour than Otsu's threshold. The object is widened by one pixel in 28, so that its
 * soft edge does not stay behind. What is taken away gets the background's colour.
 */
import type { Condition } from '../../protocol/control.js';
import { fillStandardNormal } from '../measures/standardNormal.js';
import { otsuThreshold } from './otsu.js';

/** (channel, y, x), row-major. */
export interface PictureShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

export interface Altered {
  readonly values: Float32Array;
  /** Share of pixels that were replaced. */
  readonly replacedShare: number;
  /** Whether an object was found; true where none is looked for. */
  readonly hasObject: boolean;
}

/** `seed` is of the noise, another one for each picture. A picture without contrast has no object: all is background. */
export function alteredInput(values: Float32Array, shape: PictureShape, condition: Condition, seed: number): Altered {
  if (condition === 'original') return { values, replacedShare: 0, hasObject: true };
  if (condition === 'noise') return { values: noiseLike(values, shape, seed), replacedShare: 1, hasObject: true };
  const colour = borderColour(values, shape);
  const object = foregroundOf(values, shape, colour);
  const size = shape.height * shape.width;
  const replaced = (at: number): boolean => (object?.[at] === 1) === (condition === 'foreground');
  const altered = values.map((value, i) => (replaced(i % size) ? colour[Math.floor(i / size)] : value));
  const count = Array.from({ length: size }, (_, at) => at).filter(replaced).length;
  return { values: altered, replacedShare: count / size, hasObject: object !== null };
}

/** Median of the outermost pixels, by channel. */
function borderColour(values: Float32Array, { channels, height, width }: PictureShape): Float32Array {
  return Float32Array.from({ length: channels }, (_, channel) => {
    const border: number[] = [];
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        if (y === 0 || x === 0 || y === height - 1 || x === width - 1)
          border.push(values[(channel * height + y) * width + x]);
    border.sort((a, b) => a - b);
    return (border[(border.length - 1) >> 1] + border[border.length >> 1]) / 2;
  });
}

/** 1 where the object is, widened; null where the picture has no contrast. */
function foregroundOf(values: Float32Array, shape: PictureShape, colour: Float32Array): Uint8Array | null {
  const size = shape.height * shape.width;
  const distance = Float64Array.from({ length: size }, (_, at) =>
    Math.sqrt(colour.reduce((sum, value, channel) => sum + (values[channel * size + at] - value) ** 2, 0)),
  );
  const threshold = otsuThreshold(distance);
  if (threshold === null) return null;
  const object = Uint8Array.from(distance, (one) => (one > threshold ? 1 : 0));
  return widened(object, shape, Math.max(1, Math.round(Math.min(shape.height, shape.width) / 28)));
}

/** By a square of side 2r + 1. */
function widened(object: Uint8Array, { height, width }: PictureShape, radius: number): Uint8Array {
  const result = new Uint8Array(object.length);
  object.forEach((is, at) => {
    if (!is) return;
    const [row, column] = [Math.floor(at / width), at % width];
    for (let y = Math.max(0, row - radius); y <= Math.min(height - 1, row + radius); y++)
      result.fill(1, y * width + Math.max(0, column - radius), y * width + Math.min(width - 1, column + radius) + 1);
  });
  return result;
}

/** Normal noise with each channel's own mean and standard deviation. */
function noiseLike(values: Float32Array, { channels, height, width }: PictureShape, seed: number): Float32Array {
  const size = height * width;
  const noise = new Float32Array(values.length);
  fillStandardNormal(noise, seed);
  for (let channel = 0; channel < channels; channel++) {
    const own = values.subarray(channel * size, (channel + 1) * size);
    const mean = own.reduce((sum, value) => sum + value, 0) / size;
    const deviation = Math.sqrt(own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / size);
    for (let at = channel * size; at < (channel + 1) * size; at++) noise[at] = mean + deviation * noise[at];
  }
  return noise;
}
