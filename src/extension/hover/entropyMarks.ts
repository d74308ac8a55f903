/** The marks of the hover's picture: cells, bars, the dead, labels and the scale. */
import type { Localize } from '../localize.js';
import { colourAt, type PictureTheme } from './colours.js';
import { isValue, TOP, WIDTH, type Geometry, type PictureData } from './pictureGeometry.js';
import { escapeText, number, rect, text } from './svgText.js';

export function cells(data: PictureData, geometry: Geometry, theme: PictureTheme): string {
  const { left, cellWidth, cellHeight, columns, rowCount, maximum } = geometry;
  const gap = cellWidth > 4 ? 1 : 0;
  const stroke = theme.cellBorder && gap > 0 ? ` stroke="${theme.cellBorder}" stroke-width="0.5"` : '';
  const rects: string[] = [];
  for (let row = 0; row < rowCount; row++) {
    columns.forEach((channel, column) => {
      const bits = data.bits[row]?.[channel] ?? null;
      const fill = isValue(bits) ? colourAt(theme.scale, maximum > 0 ? bits / maximum : 0) : 'url(#none)';
      const box = rect(left + column * cellWidth, TOP + row * cellHeight, cellWidth - gap, cellHeight - 1);
      rects.push(`<rect ${box} fill="${fill}"${stroke}/>`);
    });
  }
  return rects.join('');
}

/** One value a class: bars from 0, whose lengths say more than colours of one column would. */
export function unitBars(
  data: PictureData,
  { left, cellHeight, rowCount, maximum }: Geometry,
  theme: PictureTheme,
): string {
  const longest = WIDTH - left - 40;
  const bars: string[] = [];
  for (let row = 0; row < rowCount; row++) {
    const bits = data.bits[row]?.[0] ?? null;
    const y = TOP + row * cellHeight;
    const length = isValue(bits) && maximum > 0 ? (longest * bits) / maximum : 0;
    const fill = isValue(bits) ? theme.scale[1] : 'url(#none)';
    bars.push(`<rect ${rect(left, y, isValue(bits) ? length : longest, cellHeight - 1)} fill="${fill}"/>`);
    if (isValue(bits) && cellHeight >= 8) bars.push(text(left + length + 5, y + cellHeight / 2 + 3, bits.toFixed(2)));
  }
  return bars.join('');
}

/** Dead channels stand apart at the right as one hatched column: they have no entropy to colour. */
export function deadColumn(
  { left, cellWidth, cellHeight, columns, deadCount, rowCount }: Geometry,
  theme: PictureTheme,
  t: Localize,
): string {
  if (deadCount === 0) return '';
  const x = left + columns.length * cellWidth + 6;
  const height = rowCount * cellHeight;
  const [middleX, middleY] = [x + 12, TOP + height / 2];
  const label = deadCount === 1 ? t('dead') : t('{0} dead', deadCount);
  const box = `<rect ${rect(x, TOP, 24, Math.max(34, height) - 1)} fill="url(#none)" stroke="${theme.secondary}" stroke-dasharray="3 2"/>`;
  return `${box}<text x="${number(middleX)}" y="${number(middleY)}" transform="rotate(-90 ${number(middleX)} ${number(middleY)})" text-anchor="middle" dominant-baseline="central" fill="${theme.foreground}">${escapeText(label)}</text>`;
}

export function columnLabels(data: PictureData, geometry: Geometry, theme: PictureTheme, t: Localize): string {
  const { left, cellWidth, columns } = geometry;
  if (data.ofUnits) return text(left, 11, t('bits, all units as one vector'));
  const step = Math.max(1, Math.ceil(18 / cellWidth));
  const labels = columns.map((channel, at) =>
    at % step === 0 ? text(left + (at + 0.5) * cellWidth, 11, String(channel), 'middle') : '',
  );
  const [only] = data.dead;
  const dead =
    data.dead.length === 1 && only !== undefined
      ? text(left + columns.length * cellWidth + 18, 11, String(only), 'middle')
      : '';
  return `<g fill="${theme.foreground}">${text(left - 5, 11, t('ch.'), 'end')}${labels.join('')}${dead}</g>`;
}

export function rowLabels(
  data: PictureData,
  { left, cellHeight, rowCount }: Geometry,
  theme: PictureTheme,
  t: Localize,
): string {
  const step = Math.max(1, Math.ceil(9 / cellHeight));
  const labels = data.rows
    .slice(0, rowCount)
    .map((label, row) =>
      row % step === 0 ? text(left - 5, TOP + (row + 0.5) * cellHeight + 3.5, shorten(label), 'end') : '',
    );
  const middle = TOP + (rowCount * cellHeight) / 2;
  const axis =
    rowCount > 1
      ? `<text x="9" y="${number(middle)}" transform="rotate(-90 9 ${number(middle)})" text-anchor="middle">${escapeText(t('class'))}</text>`
      : '';
  return `${axis}<g fill="${theme.foreground}">${labels.join('')}</g>`;
}

export function scaleBar(
  data: PictureData,
  { left, maximum, columns }: Geometry,
  theme: PictureTheme,
  y: number,
  t: Localize,
): string {
  const stops = [0, 0.25, 0.5, 0.75, 1].map(
    (share) => `<stop offset="${share}" stop-color="${colourAt(theme.scale, share)}"/>`,
  );
  const gradient = `<defs><linearGradient id="scale">${stops.join('')}</linearGradient></defs>`;
  const border = theme.cellBorder ? ` stroke="${theme.cellBorder}" stroke-width="0.5"` : '';
  const live = data.channelMeans.length - data.dead.length;
  const range = t('0 to {0} bits', maximum.toFixed(2));
  const shown = columns.length < live && !data.ofUnits ? `, ${t('{0} of {1} channels', columns.length, live)}` : '';
  return `${gradient}<rect ${rect(left, y - 5, 60, 7)} fill="url(#scale)"${border}/>${text(left + 66, y + 2, range + shown)}`;
}

function shorten(label: string): string {
  return label.length > 10 ? `${label.slice(0, 9)}…` : label;
}
