/** A decoded picture with its own number of channels, and its change into the channels that are asked for. */

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Four bytes a pixel; grey is three equal colours. */
  readonly rgba: Uint8Array;
  /** What the file has: grey, grey and alpha, RGB, RGBA. */
  readonly channels: 1 | 2 | 3 | 4;
}

/** (y, x, channel) with `asked` channels, or the picture's own where that is 0. Alpha is dropped, not blended. */
export function givePixels({ rgba, channels }: Pixels, asked: 0 | 1 | 3 | 4): { values: Uint8Array; count: number } {
  const count = asked === 0 ? channels : asked;
  const isGrey = channels < 3;
  const pixels = rgba.length / 4;
  const values = new Uint8Array(pixels * count);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const [from, to] = [4 * pixel, count * pixel];
    const [red, green, blue, alpha] = rgba.subarray(from, from + 4) as unknown as [number, number, number, number];
    if (count < 3) values[to] = isGrey ? red : luma(red, green, blue);
    else values.set([red, green, blue], to);
    if (count === 2 || count === 4) values[to + count - 1] = alpha;
  }
  return { values, count };
}

/** As libtensorflow weighs it (ITU-R BT.601), rounded down. */
function luma(red: number, green: number, blue: number): number {
  return Math.floor(0.299 * red + 0.587 * green + 0.114 * blue + 1e-9);
}
