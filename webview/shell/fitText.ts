/** Names cut to a width in pixels, in the page's own font. */
import { shortWords } from './words.js';

let paint: CanvasRenderingContext2D | null | undefined;

/** `font` as CSS writes it without the family: "600 12px". */
export function fitText(text: string, width: number, font: string): string {
  paint ??= document.createElement('canvas').getContext('2d');
  if (!paint) return text;
  const context = paint;
  context.font = `${font} ${getComputedStyle(document.body).fontFamily}`;
  return cutToWidth(text, width, (some) => context.measureText(some).width);
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
