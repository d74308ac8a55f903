/** A picture in memory, and its change into the channels that a model takes. */

export interface DecodedImage {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** (y, x, channel), 0 to 255. */
  readonly values: Uint8Array<ArrayBuffer>;
}

/** Grey becomes three equal channels; colour becomes luma as ITU-R BT.601 weighs it, in 16-bit fixed point as Pillow's "L". */
export function withChannels(image: DecodedImage, channels: 1 | 3): DecodedImage {
  if (image.channels === channels) return image;
  const pixels = image.width * image.height;
  const values = new Uint8Array(pixels * channels);
  const given = image.values;
  for (let pixel = 0; pixel < pixels; pixel++) {
    if (channels === 3) values.fill(given[pixel] ?? 0, 3 * pixel, 3 * pixel + 3);
    else values[pixel] = luma(given[3 * pixel] ?? 0, given[3 * pixel + 1] ?? 0, given[3 * pixel + 2] ?? 0);
  }
  return { ...image, channels, values };
}

function luma(red: number, green: number, blue: number): number {
  return (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
}
