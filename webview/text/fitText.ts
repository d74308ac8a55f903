/** Names cut to a width in pixels, in the page's own font. */
import { themeVersion } from '../theme/theme.js';
import { shortWords } from './words.js';

/** What was measured with one font family: a computed style for each name cost more than all names. */
interface Measured {
  readonly theme: number;
  readonly family: string;
  readonly paint: CanvasRenderingContext2D;
  readonly cut: Map<string, string>;
}

let measured: Measured | null = null;
const MOST_KEPT = 5000;

/** `font` as CSS writes it without the family: "600 12px". */
export function fitText(text: string, width: number, font: string): string {
  const kept = current();
  if (!kept) return text;
  const key = `${font} ${Math.floor(width)} ${text}`;
  const known = kept.cut.get(key);
  if (known !== undefined) return known;
  kept.paint.font = `${font} ${kept.family}`;
  const cut = cutToWidth(text, Math.floor(width), (some) => kept.paint.measureText(some).width);
  if (kept.cut.size >= MOST_KEPT) kept.cut.clear();
  kept.cut.set(key, cut);
  return cut;
}

/** Pixels; 0 without a canvas. */
export function textWidth(text: string, font: string): number {
  const kept = current();
  if (!kept) return 0;
  kept.paint.font = `${font} ${kept.family}`;
  return kept.paint.measureText(text).width;
}

/** Null without a canvas. The family is asked for again when the theme changes, with which VS Code changes fonts. */
function current(): Measured | null {
  const theme = themeVersion.peek();
  if (measured?.theme === theme) return measured;
  const paint = measured?.paint ?? document.createElement('canvas').getContext('2d');
  if (!paint) return null;
  const { fontFamily } = getComputedStyle(document.body);
  const cut = measured?.family === fontFamily ? measured.cut : new Map<string, string>();
  return (measured = { theme, family: fontFamily, paint, cut });
}

/** The longest shortening that fits; at least three letters, however narrow the room. */
export function cutToWidth(text: string, width: number, measure: (text: string) => number): string {
  if (measure(text) <= width) return text;
  let fits = 3;
  let tooLong = [...text].length;
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2);
    if (measure(shortWords(text, middle)) <= width) fits = middle;
    else tooLong = middle;
  }
  return shortWords(text, fits);
}
