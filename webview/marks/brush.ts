/** One way to draw for two targets: a canvas, and the text of an SVG. Coordinates are pixels. */

export interface Stroke {
  readonly colour: string;
  readonly width: number;
  readonly dash?: readonly number[];
}

export interface TextStyle {
  readonly colour: string;
  readonly size: number;
  readonly bold?: boolean;
  readonly anchor?: 'start' | 'middle' | 'end';
}

/** A part of a picture that is at hand as a canvas. */
export interface PicturePart {
  readonly source: HTMLCanvasElement;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Brush {
  rect(x: number, y: number, width: number, height: number, fill: string | null, stroke?: Stroke): void;
  path(data: string, stroke: Stroke): void;
  text(x: number, y: number, words: string, style: TextStyle): void;
  picture(part: PicturePart, x: number, y: number, width: number, height: number): void;
}

export function canvasBrush(paint: CanvasRenderingContext2D, font: string): Brush {
  const stroked = ({ colour, width, dash }: Stroke, draw: () => void): void => {
    paint.strokeStyle = colour;
    paint.lineWidth = width;
    paint.setLineDash([...(dash ?? [])]);
    draw();
  };
  return {
    rect(x, y, width, height, fill, stroke) {
      if (fill !== null) {
        paint.fillStyle = fill;
        paint.fillRect(x, y, width, height);
      }
      if (stroke) stroked(stroke, () => paint.strokeRect(x, y, width, height));
    },
    path(data, stroke) {
      stroked(stroke, () => paint.stroke(new Path2D(data)));
    },
    text(x, y, words, { colour, size, bold, anchor }) {
      paint.font = `${bold ? 600 : 400} ${size}px ${font}`;
      paint.fillStyle = colour;
      paint.textAlign = anchor === 'middle' ? 'center' : (anchor ?? 'start');
      paint.fillText(words, x, y);
    },
    picture({ source, ...part }, x, y, width, height) {
      // Smoothing would invent pixels where a patch of a few is drawn large.
      paint.imageSmoothingEnabled = part.width > width;
      paint.drawImage(source, part.x, part.y, part.width, part.height, x, y, width, height);
    },
  };
}

export interface SvgBrush extends Brush {
  /** The whole picture as a file. */
  svg(width: number, height: number): string;
}

export function svgBrush(font: string, background: string): SvgBrush {
  const parts: string[] = [];
  const strokeOf = ({ colour, width, dash }: Stroke): string =>
    ` stroke="${escaped(colour)}" stroke-width="${width}"${dash ? ` stroke-dasharray="${dash.join(' ')}"` : ''}`;
  const box = (x: number, y: number, width: number, height: number): string =>
    `x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"`;
  return {
    rect(x, y, width, height, fill, stroke) {
      parts.push(
        `<rect ${box(x, y, width, height)} fill="${escaped(fill ?? 'none')}"${stroke ? strokeOf(stroke) : ''}/>`,
      );
    },
    path(data, stroke) {
      parts.push(`<path d="${data}" fill="none"${strokeOf(stroke)}/>`);
    },
    text(x, y, words, { colour, size, bold, anchor }) {
      const style = `font-size="${size}" fill="${escaped(colour)}"${bold ? ' font-weight="600"' : ''}`;
      parts.push(
        `<text x="${round(x)}" y="${round(y)}" ${style} text-anchor="${anchor ?? 'start'}">${escaped(words)}</text>`,
      );
    },
    picture(part, x, y, width, height) {
      const image = `<image ${box(x, y, width, height)} preserveAspectRatio="none" image-rendering="pixelated"`;
      parts.push(`${image} href="${pictureUrl(part)}"/>`);
    },
    svg: (width, height) =>
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${round(width)} ${round(height)}" width="${round(width)}" height="${round(height)}" font-family="${escaped(font)}">` +
      `<rect width="100%" height="100%" fill="${escaped(background)}"/>${parts.join('')}</svg>`,
  };
}

function pictureUrl({ source, x, y, width, height }: PicturePart): string {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  canvas.getContext('2d')?.drawImage(source, x, y, width, height, 0, 0, width, height);
  return canvas.toDataURL('image/png');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
