/** The hover's small line: how the layer's mean entropy went over the epochs. */
import type { Localize } from '../localize.js';
import type { PictureTheme } from './colours.js';
import { isValue, WIDTH, type PictureData } from './pictureGeometry.js';
import { number, text } from './svgText.js';

/** The layer's mean over the epochs, over its own range, which is written behind it. */
export function epochLine(data: PictureData, theme: PictureTheme, y: number, t: Localize): string {
  const points = data.epochs.flatMap(({ epoch, bits }) => (isValue(bits) ? [{ epoch, bits }] : []));
  if (points.length < 2) return '';
  const [first, last] = [data.epochs[0]?.epoch ?? 0, data.epochs[data.epochs.length - 1]?.epoch ?? 1];
  const low = Math.min(...points.map(({ bits }) => bits));
  const high = Math.max(...points.map(({ bits }) => bits));
  const label = t('epochs {0}–{1}: {2} to {3}', first, last, low.toFixed(2), high.toFixed(2));
  // Text is at most about 6 pixels a character in any system font of this size.
  const [width, height] = [70, 13];
  const right = WIDTH - 4 - label.length * 6;
  const x = (epoch: number): number => right - 8 - width + (width * (epoch - first)) / Math.max(1, last - first);
  const top = (bits: number): number => y + 5 - height * (high > low ? (bits - low) / (high - low) : 0.5);
  const path = segments(data.epochs).map((run) =>
    run.map(({ epoch, bits }, at) => `${at === 0 ? 'M' : 'L'}${number(x(epoch))} ${number(top(bits))}`).join(''),
  );
  const end = points[points.length - 1] as { epoch: number; bits: number };
  return [
    `<path d="${path.join('')}" fill="none" stroke="${theme.line}" stroke-width="1.5"/>`,
    `<circle cx="${number(x(end.epoch))}" cy="${number(top(end.bits))}" r="2" fill="${theme.line}"/>`,
    text(WIDTH - 4, y + 2, label, 'end'),
  ].join('');
}

/** Stretches of epochs that have a value. */
function segments(epochs: PictureData['epochs']): { epoch: number; bits: number }[][] {
  const runs: { epoch: number; bits: number }[][] = [[]];
  for (const { epoch, bits } of epochs) {
    if (isValue(bits)) runs[runs.length - 1]?.push({ epoch, bits });
    else runs.push([]);
  }
  return runs.filter((run) => run.length > 0);
}
