/** A canvas for a picture's file. */

export interface PictureCanvas {
  readonly canvas: HTMLCanvasElement;
  /** In pixels of the screen. */
  readonly paint: CanvasRenderingContext2D;
}

/** `width` and `height` in pixels of the screen, each of which takes `scale` pixels of the file; filled with `background`. */
export function pictureCanvas(width: number, height: number, scale: number, background: string): PictureCanvas {
  const canvas = document.createElement('canvas');
  canvas.width = Math.ceil(width * scale);
  canvas.height = Math.ceil(height * scale);
  const paint = canvas.getContext('2d');
  if (!paint) throw new Error('this page has no canvas');
  paint.scale(scale, scale);
  paint.fillStyle = background;
  paint.fillRect(0, 0, width, height);
  return { canvas, paint };
}
