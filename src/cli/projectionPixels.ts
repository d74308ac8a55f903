/**
 * A projection as pixels of a file: 0 is the background, and the scale is symmetric
 * about it. One channel runs from blue (negative) over the background to orange (positive); three are
 * red, green and blue about a middle grey, as Zeiler and Fergus draw them.
 */

export type Rgb = readonly [red: number, green: number, blue: number];

export interface SignedColours {
  readonly background: Rgb;
  /** At −1. */
  readonly negative: Rgb;
  /** At +1. */
  readonly positive: Rgb;
}

/** Colour-blind safe: Okabe and Ito's blue and vermilion, darker than they are for contrast at the ends. */
export const SIGNED_COLOURS: SignedColours = {
  background: [255, 255, 255],
  negative: [0, 84, 148],
  positive: [176, 72, 0],
};
const GREY = 127.5;

/** `share` of the scale, −1…1. */
function signedColour(share: number, { background, negative, positive }: SignedColours): Rgb {
  const bounded = Math.max(-1, Math.min(1, share));
  const end = bounded < 0 ? negative : positive;
  // The square root keeps what is faint in sight: most of a projection is far below its largest value.
  const part = Math.sqrt(Math.abs(bounded));
  const mixed = (i: 0 | 1 | 2): number => Math.round(background[i] + (end[i] - background[i]) * part);
  return [mixed(0), mixed(1), mixed(2)];
}

/** (pixel, channel) → (pixel, 3). `scale`: what −1 and +1 stand for. Channels other than three are added up. */
export function projectionPixels(
  values: Float32Array,
  channels: number,
  scale: number,
  colours: SignedColours,
): Uint8Array {
  const pixels = new Uint8Array((values.length / channels) * 3);
  const factor = scale > 0 ? 1 / scale : 0;
  for (let pixel = 0; pixel * 3 < pixels.length; pixel++) {
    if (channels === 3) {
      for (let plane = 0; plane < 3; plane++) {
        const share = Math.max(-1, Math.min(1, values[pixel * 3 + plane] * factor));
        pixels[pixel * 3 + plane] = Math.round(GREY + GREY * share);
      }
      continue;
    }
    pixels.set(signedColour(summed(values, pixel, channels) * factor, colours), pixel * 3);
  }
  return pixels;
}

function summed(values: Float32Array, pixel: number, channels: number): number {
  let sum = 0;
  for (let channel = 0; channel < channels; channel++) sum += values[pixel * channels + channel];
  return sum;
}

/** The largest absolute value that `projectionPixels` draws. */
export function projectionScale(values: Float32Array, channels: number): number {
  let most = 0;
  if (channels === 3) {
    for (const value of values) most = Math.max(most, Math.abs(value));
    return most;
  }
  for (let pixel = 0; pixel * channels < values.length; pixel++) {
    most = Math.max(most, Math.abs(summed(values, pixel, channels)));
  }
  return most;
}
