/** Pictures of one answer as one canvas, from which cards and files take their parts. */
import type { PatchSheet } from '../../../src/protocol/network.js';
import type { PictureStack } from '../../../src/protocol/viewer.js';
import type { PicturePart } from '../../marks/brush.js';

export interface Atlas {
  part(index: number): PicturePart;
}

export interface SheetAtlas extends Atlas {
  /** Patches of each channel: their places in the sheet, strongest first. */
  readonly byChannel: ReadonlyMap<number, readonly number[]>;
}

/** Parts of a row; wider canvases are refused by browsers. */
const MOST_WIDTH = 4096;

export function sheetAtlas(sheet: PatchSheet): SheetAtlas {
  const byChannel = new Map<number, number[]>();
  sheet.patches.forEach(({ channel }, i) => byChannel.set(channel, [...(byChannel.get(channel) ?? []), i]));
  return { ...atlasOf({ ...sheet, count: sheet.patches.length }), byChannel };
}

export function stackAtlas(stack: PictureStack): Atlas {
  return atlasOf(stack);
}

/** Black is the smallest value of all, white the largest; NaN stays clear. */
function atlasOf({
  width,
  height,
  planes,
  count,
  values,
  minimum,
  maximum,
}: Pick<PictureStack, 'width' | 'height' | 'planes' | 'count' | 'values' | 'minimum' | 'maximum'>): Atlas {
  const across = Math.max(1, Math.min(count, Math.floor(MOST_WIDTH / width)));
  const canvas = document.createElement('canvas');
  canvas.width = across * width;
  canvas.height = Math.max(1, Math.ceil(count / across)) * height;
  const paint = canvas.getContext('2d');
  const scale = maximum > minimum ? 255 / (maximum - minimum) : 0;
  const placeOf = (index: number): { x: number; y: number } => ({
    x: (index % across) * width,
    y: Math.floor(index / across) * height,
  });
  for (let index = 0; index < count; index++) {
    const pixels = new Uint8ClampedArray(4 * width * height);
    for (let i = 0; i < width * height; i++) {
      const from = (index * width * height + i) * planes;
      for (let plane = 0; plane < 3; plane++)
        pixels[4 * i + plane] = (values[from + (planes === 3 ? plane : 0)] - minimum) * scale;
      pixels[4 * i + 3] = Number.isNaN(values[from]) ? 0 : 255;
    }
    const { x, y } = placeOf(index);
    paint?.putImageData(new ImageData(pixels, width, height), x, y);
  }
  return { part: (index) => ({ source: canvas, ...placeOf(index), width, height }) };
}
