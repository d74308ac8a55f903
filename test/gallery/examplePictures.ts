/** Pictures for the gallery: blurred digits from a 5 × 7 dot matrix, and filters that make maps of them. */
import type { PictureStack } from '../../src/protocol/viewer.js';

const DOTS = [
  '01110 10001 10011 10101 11001 10001 01110',
  '00100 01100 00100 00100 00100 00100 01110',
  '01110 10001 00001 00010 00100 01000 11111',
  '01110 10001 00001 00110 00001 10001 01110',
  '00010 00110 01010 10010 11111 00010 00010',
  '11111 10000 11110 00001 00001 10001 01110',
  '00110 01000 10000 11110 10001 10001 01110',
  '11111 00001 00010 00100 01000 01000 01000',
  '01110 10001 10001 01110 10001 10001 01110',
  '01110 10001 10001 01111 00001 00010 01100',
].map((rows) => rows.split(' ').map((row) => [...row].map(Number)));

/** A digit as ink 0…1 at a point of the unit square, soft at its edges. */
function digitInk(digit: number, x: number, y: number): number {
  const column = (x - 0.25) * 10 - 0.5;
  const row = (y - 0.15) * 10 - 0.5;
  let ink = 0;
  for (let r = Math.floor(row) - 1; r <= row + 2; r++) {
    for (let c = Math.floor(column) - 1; c <= column + 2; c++) {
      const dot = DOTS[digit][r]?.[c] ?? 0;
      ink += dot * Math.exp(-1.4 * ((row - r) ** 2 + (column - c) ** 2));
    }
  }
  return Math.min(1, ink);
}

export function classPictures(classCount: number, side: number, n: readonly number[]): PictureStack {
  const values = new Float32Array(classCount * side * side);
  for (let index = 0; index < classCount; index++) {
    for (let i = 0; i < side * side; i++) {
      values[index * side * side + i] = digitInk(
        index % 10,
        ((i % side) + 0.5) / side,
        (Math.floor(i / side) + 0.5) / side,
      );
    }
  }
  return { width: side, height: side, planes: 1, count: classCount, values, minimum: 0, maximum: 1, n: [...n] };
}

/** A map a channel: the digit's gradient in a direction of the channel's own, rectified. */
export function channelPictures(
  digit: number,
  channelCount: number,
  shape: readonly [number, number],
  dead: readonly number[],
  n: number,
): PictureStack {
  const key = JSON.stringify([digit, channelCount, shape, dead, n]);
  const known = drawn.get(key) ?? drawChannels(digit, channelCount, shape, dead, n);
  drawn.set(key, known);
  return known;
}

/** So that a page that asks again at every epoch is not slowed by its example. */
const drawn = new Map<string, PictureStack>();

function drawChannels(
  digit: number,
  channelCount: number,
  [height, width]: readonly [number, number],
  dead: readonly number[],
  n: number,
): PictureStack {
  const size = width * height;
  const values = new Float32Array(channelCount * size);
  for (let channel = 0; channel < channelCount; channel++) {
    if (dead.includes(channel)) continue;
    const angle = channel * 2.4;
    const blur = 0.03 + 0.02 * (channel % 4);
    for (let i = 0; i < size; i++) {
      const x = ((i % width) + 0.5) / width;
      const y = (Math.floor(i / width) + 0.5) / height;
      const [dx, dy] = [blur * Math.cos(angle), blur * Math.sin(angle)];
      const edge = digitInk(digit, x + dx, y + dy) - digitInk(digit, x - dx, y - dy);
      values[channel * size + i] = Math.max(0, edge + (0.3 + 0.1 * (channel % 3)) * digitInk(digit, x, y));
    }
  }
  const maximum = values.reduce((most, value) => Math.max(most, value), 0) || 1;
  return {
    width,
    height,
    planes: 1,
    count: channelCount,
    values,
    minimum: 0,
    maximum,
    n: new Array<number>(channelCount).fill(n),
  };
}
