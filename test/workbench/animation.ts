/** Pictures of a window as one animated GIF. A frame holds only what has changed since the frame before. */
import gifenc from 'gifenc';
import { PNG } from 'pngjs';

export interface Frame {
  readonly png: Buffer;
  readonly milliseconds: number;
}

/** One colour of the 256 stands for "as before". */
const MOST_COLOURS = 255;

/** Frames have one size. */
export function animation(frames: readonly Frame[]): Uint8Array {
  const encoder = gifenc.GIFEncoder();
  let before: PNG | null = null;
  for (const { png, milliseconds } of frames) {
    const now = PNG.sync.read(png);
    const isSame = before ? sameAs(before, now) : null;
    const palette = gifenc.quantize(isSame ? changedPixels(now, isSame) : pixelsOf(now), MOST_COLOURS);
    const index = gifenc.applyPalette(pixelsOf(now), palette);
    if (isSame) for (let i = 0; i < index.length; i++) if (isSame[i]) index[i] = palette.length;
    encoder.writeFrame(index, now.width, now.height, {
      palette: [...palette, [0, 0, 0]],
      delay: milliseconds,
      dispose: 1,
      ...(isSame ? { transparent: true, transparentIndex: palette.length } : {}),
    });
    before = now;
  }
  encoder.finish();
  return encoder.bytes();
}

function pixelsOf({ data }: PNG): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** By pixel, 1 where it is as it was. */
function sameAs(before: PNG, now: PNG): Uint8Array {
  const same = new Uint8Array(now.width * now.height);
  const [a, b] = [before, now].map(({ data }) => new Uint32Array(data.buffer, data.byteOffset, same.length));
  for (let i = 0; i < same.length; i++) same[i] = a[i] === b[i] ? 1 : 0;
  return same;
}

function changedPixels(now: PNG, isSame: Uint8Array): Uint8Array {
  const all = new Uint32Array(now.data.buffer, now.data.byteOffset, isSame.length);
  const changed = all.filter((_, i) => !isSame[i]);
  // A picture without a change has one colour.
  return new Uint8Array((changed.length > 0 ? changed : all.slice(0, 1)).buffer);
}
