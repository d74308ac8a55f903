/** Files of what a brush draws: for pictures that are on the screen as elements and canvases, not as one SVG. */
import { canvasBrush, svgBrush, type Brush } from '../marks/brush.js';
import { pictureCanvas } from './pictureCanvas.js';
import type { ShownFiles } from './SaveLinks.js';

/** `width` and `height` in pixels. */
export interface Painting {
  readonly width: number;
  readonly height: number;
  readonly font: string;
  readonly background: string;
  readonly paint: (brush: Brush) => void;
}

const MOST_PIXELS = 2 ** 26;

export function paintedFiles(painting: () => Painting): Required<Pick<ShownFiles, 'svg' | 'png'>> {
  return { svg: () => paintedSvg(painting()), png: async () => paintedPng(painting()) };
}

function paintedSvg({ width, height, font, background, paint }: Painting): string {
  const brush = svgBrush(font, background);
  paint(brush);
  return brush.svg(width, height);
}

/** Base64. Twice the size of the screen, or as much of it as a canvas holds. */
function paintedPng({ width, height, font, background, paint }: Painting): string {
  const scale = Math.min(2, Math.sqrt(MOST_PIXELS / Math.max(1, width * height)));
  const { canvas, paint: context } = pictureCanvas(width, height, scale, background);
  paint(canvasBrush(context, font));
  return canvas.toDataURL('image/png').replace(/^data:[^,]*,/, '');
}
