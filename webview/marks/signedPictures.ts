/**
 * Projections back to the input as marks: signed, 0 is the background. One plane is ink in two colours, a
 * path for each level and sign; three planes are colours about a middle grey (pictures.ts).
 */
import type { DeconvnetProjection, DeconvnetResult } from '../../src/protocol/deconvnet.js';
import type { PictureStack } from '../../src/protocol/viewer.js';

/** A stack over the scale −m…m, m the largest absolute value. Planes other than three are added up. */
export function projectionStack({ inputShape, inputChannels, values, projections }: DeconvnetResult): PictureStack {
  const width = inputShape.at(-1) ?? 1;
  const pixels = values.length / Math.max(1, inputChannels);
  const planes = inputChannels === 3 ? 3 : 1;
  const drawn = planes === inputChannels ? values : addedUp(values, inputChannels);
  const most = drawn.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  return {
    width,
    height: pixels / Math.max(1, projections.length) / width,
    planes,
    count: projections.length,
    values: drawn,
    minimum: -most,
    maximum: most,
    n: projections.map(() => 1),
  };
}

/** The three planes as their colours show them: the root of each share, −1…1. */
export function rootedColours(stack: PictureStack): PictureStack {
  const values = stack.values.map((value) => signedShare(value, stack.maximum));
  return { ...stack, values, minimum: -1, maximum: 1 };
}

function addedUp(values: Float32Array, channels: number): Float32Array {
  return Float32Array.from({ length: values.length / channels }, (_, pixel) => {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += values[pixel * channels + channel];
    return sum;
  });
}

export interface SignedLevel {
  readonly sign: 'negative' | 'positive';
  readonly opacity: number;
  readonly path: string;
}

const LEVELS = 8;

/** The square root keeps in sight what is faint: most of a projection is far below its largest value. */
export function signedShare(value: number, most: number): number {
  return most > 0 ? Math.sign(value) * Math.sqrt(Math.min(1, Math.abs(value) / most)) : 0;
}

/** Picture `index` in a box of side `side`, one plane; at most `cells` squares a side, of their extreme value. */
export function signedPaths(stack: PictureStack, index: number, side: number, cells = 64): SignedLevel[] {
  const { width, height, maximum } = stack;
  const block = Math.max(1, Math.ceil(Math.max(width, height) / cells));
  const step = (side / Math.max(width, height)) * block;
  const paths = new Map<number, string>();
  for (let row = 0; row * block < height; row++) {
    for (let column = 0; column * block < width; column++) {
      const level = Math.round(
        signedShare(extreme(stack, index, column * block, row * block, block), maximum) * LEVELS,
      );
      if (level === 0) continue;
      const square = `M${round(column * step)},${round(row * step)}h${round(step)}v${round(step)}h${-round(step)}z`;
      paths.set(level, (paths.get(level) ?? '') + square);
    }
  }
  return [...paths].map(([level, path]) => ({
    sign: level < 0 ? 'negative' : 'positive',
    opacity: Math.abs(level) / LEVELS,
    path,
  }));
}

function extreme({ width, height, values }: PictureStack, index: number, x: number, y: number, block: number): number {
  const from = index * width * height;
  let found = 0;
  for (let row = y; row < Math.min(height, y + block); row++) {
    for (let column = x; column < Math.min(width, x + block); column++) {
      const value = values[from + row * width + column];
      if (Math.abs(value) > Math.abs(found)) found = value;
    }
  }
  return found;
}

/** Strokes through the pixels of a one-plane picture that hold no number; null where all do. */
export function missingPath(stack: PictureStack, index: number, side: number): string | null {
  const { width, height, values } = stack;
  const step = side / Math.max(width, height);
  const size = width * height * stack.planes;
  let path = '';
  for (let pixel = 0; pixel < width * height; pixel++) {
    if (!Number.isNaN(values[index * size + pixel * stack.planes])) continue;
    const [x, y] = [(pixel % width) * step, Math.floor(pixel / width) * step];
    path += `M${round(x + step)},${round(y)}L${round(x)},${round(y + step)}`;
  }
  return path === '' ? null : path;
}

export interface PixelBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** [from, to) of each spatial axis, [y, x] or [x], as a box over a picture of side `side`. */
export function fieldBox(
  field: readonly (readonly [from: number, to: number])[],
  { width, height }: Pick<PictureStack, 'width' | 'height'>,
  side: number,
): PixelBox {
  const step = side / Math.max(width, height);
  const [left, right] = field.at(-1) ?? [0, width];
  const [top, bottom] = field.at(-2) ?? [0, height];
  return { x: left * step, y: top * step, width: (right - left) * step, height: (bottom - top) * step };
}

/** Whether a box is a part of the picture: one around all of it says nothing. */
export function isPart(
  box: PixelBox,
  { width, height }: Pick<PictureStack, 'width' | 'height'>,
  side: number,
): boolean {
  const step = side / Math.max(width, height);
  return box.width < width * step - 1e-6 || box.height < height * step - 1e-6;
}

/** A part of each picture of a stack, all of one size. */
export interface PictureParts {
  readonly width: number;
  readonly height: number;
  /** Of each picture, the part's upper left pixel. */
  readonly corners: readonly { readonly x: number; readonly y: number }[];
}

type Field = DeconvnetProjection['field'];

/** What each unit sees, to be enlarged: null where that is more than half of a side of the input. */
export function fieldParts(
  fields: readonly Field[],
  { width, height }: Pick<PictureStack, 'width' | 'height'>,
): PictureParts | null {
  const boxes = fields.map((field) => fieldBox(field, { width, height }, Math.max(width, height)));
  const wide = Math.max(1, ...boxes.map((box) => box.width));
  const tall = Math.max(1, ...boxes.map((box) => box.height));
  if (boxes.length === 0 || 2 * wide > width || 2 * tall > height) return null;
  const corners = boxes.map(({ x, y }) => ({
    x: Math.max(0, Math.min(x, width - wide)),
    y: Math.max(0, Math.min(y, height - tall)),
  }));
  return { width: wide, height: tall, corners };
}

/** The parts as pictures, on the scale of the whole. */
export function partsOf(stack: PictureStack, { width, height, corners }: PictureParts): PictureStack {
  const row = width * stack.planes;
  const values = new Float32Array(corners.length * height * row);
  corners.forEach(({ x, y }, at) => {
    for (let line = 0; line < height; line++) {
      const from = ((at * stack.height + y + line) * stack.width + x) * stack.planes;
      values.set(stack.values.subarray(from, from + row), (at * height + line) * row);
    }
  });
  return { ...stack, width, height, values };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
