/**
 * Small pictures as marks. A picture is drawn as ink on the page: opacity follows the value, so the same
 * marks suit light and dark. In SVG the pixels of one level are one path, which saves without any image.
 */
import type { PictureStack } from '../../src/protocol/viewer.js';

/** Values of picture `index` as opacities 0…1, over its own range or the stack's; null has no value. */
export function inkOf(stack: PictureStack, index: number, range: 'own' | 'shared'): Float32Array | null {
  if (index < 0 || index >= stack.count || stack.n[index] === 0) return null;
  const size = stack.width * stack.height;
  const from = index * size * stack.planes;
  const ink = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    let value = 0;
    for (let plane = 0; plane < stack.planes; plane++) value += stack.values[from + i * stack.planes + plane];
    ink[i] = value / stack.planes;
  }
  const [low, high] = range === 'own' ? finiteRange(ink) : [stack.minimum, stack.maximum];
  const scale = high > low ? 1 / (high - low) : 0;
  return ink.map((value) => (Number.isFinite(value) ? Math.max(0, Math.min(1, (value - low) * scale)) : 0));
}

function finiteRange(values: Float32Array): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

/** RGBA bytes for a canvas: ink of one colour, or the picture's own three planes. */
export function pixelsOf(
  stack: PictureStack,
  index: number,
  range: 'own' | 'shared',
  ink: readonly [number, number, number],
): Uint8ClampedArray<ArrayBuffer> | null {
  const opacity = inkOf(stack, index, range);
  if (!opacity) return null;
  const size = stack.width * stack.height;
  const out = new Uint8ClampedArray(size * 4);
  const from = index * size * stack.planes;
  const span = stack.maximum - stack.minimum || 1;
  for (let i = 0; i < size; i++) {
    const inColour = stack.planes === 3;
    for (let plane = 0; plane < 3; plane++) {
      out[i * 4 + plane] = inColour ? (255 * (stack.values[from + i * 3 + plane] - stack.minimum)) / span : ink[plane];
    }
    out[i * 4 + 3] = inColour ? 255 : 255 * opacity[i];
  }
  return out;
}

export interface InkLevel {
  readonly opacity: number;
  readonly path: string;
}

/** A thumbnail of at most `cells` × `cells` squares in `levels` steps of ink, in a box of side `side`. */
export function inkPaths(
  ink: Float32Array,
  width: number,
  height: number,
  side: number,
  cells = 14,
  levels = 6,
): InkLevel[] {
  const columns = Math.min(width, cells);
  const rows = Math.min(height, cells);
  const step = side / Math.max(columns, rows);
  const paths: string[] = new Array<string>(levels + 1).fill('');
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = meanOver(ink, width, height, column / columns, row / rows, 1 / columns, 1 / rows);
      const level = Math.round(value * levels);
      paths[level] += `M${round(column * step)},${round(row * step)}h${round(step)}v${round(step)}h${-round(step)}z`;
    }
  }
  return paths.flatMap((path, level) => (level === 0 || path === '' ? [] : [{ opacity: level / levels, path }]));
}

function meanOver(
  ink: Float32Array,
  width: number,
  height: number,
  left: number,
  top: number,
  across: number,
  down: number,
): number {
  const fromX = Math.floor(left * width);
  const toX = Math.max(fromX + 1, Math.floor((left + across) * width));
  const fromY = Math.floor(top * height);
  const toY = Math.max(fromY + 1, Math.floor((top + down) * height));
  let total = 0;
  for (let y = fromY; y < toY; y++) for (let x = fromX; x < toX; x++) total += ink[y * width + x];
  return total / ((toX - fromX) * (toY - fromY));
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Steps of each of red, green and blue: as many paths as a picture needs, at most this cubed. */
const COLOUR_STEPS = 8;

/** Picture `index` of three planes in a box of side `side`: the pixels of one colour are one path. */
export function colourPaths(
  stack: PictureStack,
  index: number,
  side: number,
): { readonly colour: string; readonly opacity: 1; readonly path: string }[] {
  const { width, height, values, minimum, maximum } = stack;
  const from = index * width * height * 3;
  const step = side / Math.max(width, height);
  const byColour = new Map<string, string>();
  const share = (at: number): number => (values[at] - minimum) / (maximum - minimum || 1);
  const byte = (at: number): number =>
    Math.round((255 * Math.round(share(at) * (COLOUR_STEPS - 1))) / (COLOUR_STEPS - 1)) || 0;
  for (let i = 0; i < width * height; i++) {
    const at = from + 3 * i;
    const colour = `rgb(${byte(at)},${byte(at + 1)},${byte(at + 2)})`;
    const square = `M${round((i % width) * step)},${round(Math.floor(i / width) * step)}h${round(step)}v${round(step)}h${-round(step)}z`;
    byColour.set(colour, (byColour.get(colour) ?? '') + square);
  }
  return [...byColour].map(([colour, path]) => ({ colour, opacity: 1, path }));
}
