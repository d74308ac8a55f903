/**
 * The hover's picture: intra-sample entropy by class and channel as a heatmap, the layer's mean over the
 * epochs below it. Data in, SVG text out; every text that comes from a recording is escaped.
 */
import type { Localize } from '../localize.js';
import { colourAt, PICTURE_THEMES, type PictureTheme, type ThemeKind } from './colours.js';

export interface PictureData {
  /** Labels of the rows, from the top. */
  readonly rows: readonly string[];
  /** bits[row][channel]; null where there is no value. */
  readonly bits: readonly (readonly (number | null)[])[];
  /** Mean over all inputs by channel: the order of the columns, from the largest. */
  readonly channelMeans: readonly (number | null)[];
  /** Channels that are dead at this epoch. */
  readonly dead: readonly number[];
  /** The whole vector of units is the one column. */
  readonly ofUnits: boolean;
  readonly epochs: readonly { readonly epoch: number; readonly bits: number | null }[];
}

const WIDTH = 470;
const TOP = 16;
/** VS Code gives a hover 250 pixels of height: title, caption and links take the other 100. */
const ROWS_HEIGHT = 100;
/** More columns than this could not be told apart at 460 pixels. */
const COLUMN_LIMIT = 128;
const ROW_LIMIT = 40;

interface Geometry {
  readonly left: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
  /** Channel of each live column. */
  readonly columns: readonly number[];
  readonly deadCount: number;
  readonly rowCount: number;
  readonly maximum: number;
}

export function entropyPicture(
  data: PictureData,
  kind: ThemeKind,
  t: Localize,
): { svg: string; width: number; height: number } {
  const theme = PICTURE_THEMES[kind];
  const geometry = geometryOf(data);
  const band = TOP + geometry.rowCount * geometry.cellHeight + 15;
  const height = band + 10;
  const marks = [
    columnLabels(data, geometry, theme, t),
    rowLabels(data, geometry, theme, t),
    data.ofUnits ? unitBars(data, geometry, theme) : cells(data, geometry, theme),
    deadColumn(geometry, theme, t),
    data.ofUnits ? '' : scaleBar(data, geometry, theme, band, t),
    epochLine(data, theme, band, t),
  ];
  const style = `font-family="system-ui, sans-serif" font-size="10" fill="${theme.secondary}"`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" ${style}>${hatch(theme)}${marks.join('')}</svg>`;
  return { svg, width: WIDTH, height };
}

/** What the picture shows, for those who do not see it. */
export function pictureAltText(data: PictureData, layerName: string, t: Localize): string {
  const { columns } = geometryOf(data);
  const [first, last] = [columns[0], columns[columns.length - 1]];
  const values = data.bits.flat().filter(isValue);
  if (first === undefined || last === undefined || values.length === 0)
    return t('{0}: no entropies at this epoch', layerName);
  const range = t('{0} to {1} bits', Math.min(...values).toFixed(2), Math.max(...values).toFixed(2));
  if (data.ofUnits) return t('Entropy of {0} by class: {1}', layerName, range);
  return t(
    'Entropy of {0} by class and channel: {1}; channel {2} has the largest mean, channel {3} the smallest; {4} dead',
    layerName,
    range,
    first,
    last,
    data.dead.length,
  );
}

function geometryOf(data: PictureData): Geometry {
  const dead = new Set(data.dead);
  const live = [...data.channelMeans.keys()]
    .filter((channel) => !dead.has(channel) || data.ofUnits)
    .sort((a, b) => (data.channelMeans[b] ?? -1) - (data.channelMeans[a] ?? -1) || a - b);
  const columns = evenly(live, COLUMN_LIMIT);
  const rowCount = Math.min(data.rows.length, ROW_LIMIT);
  const longest = Math.max(1, ...data.rows.slice(0, rowCount).map((label) => Math.min(label.length, 10)));
  const left = 24 + longest * 6.2;
  const deadCount = data.ofUnits ? 0 : dead.size;
  const room = WIDTH - left - (deadCount > 0 ? 40 : 4);
  return {
    left,
    cellWidth: Math.min(data.ofUnits ? 120 : 26, room / Math.max(1, columns.length)),
    cellHeight: Math.max(
      2.5,
      Math.min(data.ofUnits ? 10 : 14, (data.ofUnits ? 90 : ROWS_HEIGHT) / Math.max(1, rowCount)),
    ),
    columns,
    deadCount,
    rowCount,
    maximum: Math.max(0, ...data.bits.flat().filter(isValue)),
  };
}

/** At most `limit` items, evenly spaced, both ends included. */
function evenly(items: readonly number[], limit: number): number[] {
  if (items.length <= limit) return [...items];
  return Array.from({ length: limit }, (_, at) => items[Math.round((at * (items.length - 1)) / (limit - 1))] as number);
}

function cells(data: PictureData, geometry: Geometry, theme: PictureTheme): string {
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
function unitBars(data: PictureData, { left, cellHeight, rowCount, maximum }: Geometry, theme: PictureTheme): string {
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
function deadColumn(
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

function columnLabels(data: PictureData, geometry: Geometry, theme: PictureTheme, t: Localize): string {
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

function rowLabels(
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

function scaleBar(
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

/** The layer's mean over the epochs, over its own range, which is written behind it. */
function epochLine(data: PictureData, theme: PictureTheme, y: number, t: Localize): string {
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

function hatch(theme: PictureTheme): string {
  return `<defs><pattern id="none" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0V5" stroke="${theme.secondary}" stroke-width="1" stroke-opacity="0.45"/></pattern></defs>`;
}

function text(x: number, y: number, content: string, anchor: 'start' | 'middle' | 'end' = 'start'): string {
  return `<text x="${number(x)}" y="${number(y)}" text-anchor="${anchor}">${escapeText(content)}</text>`;
}

function rect(x: number, y: number, width: number, height: number): string {
  return `x="${number(x)}" y="${number(y)}" width="${number(Math.max(0.5, width))}" height="${number(Math.max(0.5, height))}"`;
}

function number(value: number): string {
  return Number(value.toFixed(2)).toString();
}

function isValue(value: number | null | undefined): value is number {
  return value !== null && Number.isFinite(value);
}

function shorten(label: string): string {
  return label.length > 10 ? `${label.slice(0, 9)}…` : label;
}

/** Safe inside an element and a quoted attribute; characters that XML does not allow become �. */
export function escapeText(content: string): string {
  return [...content].map((character) => ENTITIES[character] ?? (isXml(character) ? character : '\ufffd')).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function isXml(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return code === 9 || code === 10 || code === 13;
  return !(code >= 0xd800 && code <= 0xdfff) && code !== 0xfffe && code !== 0xffff;
}
