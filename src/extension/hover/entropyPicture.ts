/**
 * The hover's picture: intra-sample entropy by class and channel as a heatmap, the layer's mean over the
 * epochs below it. Data in, SVG text out; every text that comes from a recording is escaped.
 */
import type { Localize } from '../localize.js';
import { PICTURE_THEMES, type PictureTheme, type ThemeKind } from './colours.js';
import { cells, columnLabels, deadColumn, rowLabels, scaleBar, unitBars } from './entropyMarks.js';
import { epochLine } from './epochLine.js';
import { geometryOf, isValue, TOP, WIDTH, type PictureData } from './pictureGeometry.js';

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
  if (data.ofUnits) return t('Unit entropy of {0} by class: {1}', layerName, range);
  return t(
    'Map entropy of {0} by class and channel: {1}; channel {2} has the largest mean, channel {3} the smallest; {4} dead',
    layerName,
    range,
    first,
    last,
    data.dead.length,
  );
}

function hatch(theme: PictureTheme): string {
  return `<defs><pattern id="none" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0V5" stroke="${theme.secondary}" stroke-width="1" stroke-opacity="0.45"/></pattern></defs>`;
}
