/** What is inside a cluster's card: packed patches or the activation matrix, and the strip of classes below. */
import type { LayerClusters } from '../../../src/protocol/network.js';
import type { Brush } from '../../marks/brush.js';
import {
  CARD_PAD,
  CELL,
  cardPacking,
  INPUT_SIDE,
  MOST_INPUTS,
  rowHeight,
  STRIP_HEIGHT,
  UNIT_HEIGHT,
  type CardKind,
} from './cardSizes.js';
import { shareColour, type NetworkColours } from './networkColours.js';
import type { Atlas, SheetAtlas } from './patchAtlas.js';

export interface CardContent {
  readonly kind: CardKind;
  readonly layer: LayerClusters;
  readonly cluster: number;
  readonly classCount: number;
  readonly classNames: readonly string[];
  readonly matrix: boolean;
  /** The class whose cell is framed; null for none. */
  readonly facet: number | null;
  readonly sheet: SheetAtlas | null;
  /** Mean input of each class; null while it is not known. */
  readonly inputs: Atlas | null;
}

/** Body and strip, from below the card's title; `width` is the card's. */
export function paintCard(
  brush: Brush,
  content: CardContent,
  x: number,
  y: number,
  width: number,
  colours: NetworkColours,
): void {
  switch (content.kind) {
    case 'input':
      return paintInputs(brush, content, x, y, colours);
    case 'unit':
      return paintUnit(brush, content, x, y);
    case 'bare':
      return paintStrip(brush, content, x + CARD_PAD, y, width - 2 * CARD_PAD, colours);
    case 'plain': {
      const height = content.matrix
        ? paintMatrix(brush, content, x + CARD_PAD, y, width - 2 * CARD_PAD, colours)
        : paintPatches(brush, content, x + CARD_PAD, y, colours);
      return paintStrip(brush, content, x + CARD_PAD, y + height + 4, width - 2 * CARD_PAD, colours);
    }
  }
}

function paintPatches(
  brush: Brush,
  { layer, cluster, classCount, sheet }: CardContent,
  x: number,
  y: number,
  colours: NetworkColours,
): number {
  const { channels, packing } = cardPacking(layer, cluster, classCount);
  for (const { channel, patch, side, ...at } of packing.patches) {
    const places = sheet?.byChannel.get(channels[channel]) ?? [];
    const [left, top] = [x + at.x * CELL, y + at.y * CELL];
    const size = side * CELL - 1;
    brush.rect(left, top, size, size, colours.hairline);
    if (sheet && places.length > 0) brush.picture(sheet.part(places[patch % places.length]), left, top, size, size);
    // A patch of the page's colour would have no edge.
    brush.rect(left + 0.5, top + 0.5, size - 1, size - 1, null, { colour: colours.hairline, width: 1 });
  }
  return packing.rows * CELL;
}

/** Rows are classes, columns channels, both in optimal leaf order. */
function paintMatrix(
  brush: Brush,
  { layer, cluster, classCount, classNames, facet }: CardContent,
  x: number,
  y: number,
  width: number,
  colours: NetworkColours,
): number {
  const row = rowHeight(classCount);
  const names = row >= 8 ? 26 : 0;
  const { channels } = layer.clusters[cluster];
  const column = (width - names) / Math.max(1, channels.length);
  const order = layer.classOrder.length > 0 ? layer.classOrder : Array.from({ length: classCount }, (_, k) => k);
  order.forEach((k, i) => {
    const top = y + i * row;
    if (names > 0)
      brush.text(x + names - 4, top + row - 1.5, shortName(classNames[k] ?? String(k)), {
        ...{ colour: k === facet ? colours.text : colours.quiet, size: 8, anchor: 'end' },
      });
    channels.forEach((channel, c) => {
      const share = shareOf(layer, channel, k, classCount);
      if (share !== null)
        brush.rect(x + names + c * column, top, gapless(column), row - 0.5, shareColour(colours, share));
    });
  });
  return classCount * row;
}

/** Cells of a few pixels have no gap between them. */
function gapless(column: number): number {
  return column > 4 ? column - 0.5 : column + 0.2;
}

/** A channel's mean for a class as a share of its largest in size. */
function shareOf({ means }: LayerClusters, channel: number, k: number, classCount: number): number | null {
  const mean = means[channel * classCount + k] ?? null;
  if (mean === null) return null;
  let largest = 0;
  for (let other = 0; other < classCount; other++)
    largest = Math.max(largest, Math.abs(means[channel * classCount + other] ?? 0));
  return largest === 0 ? 0 : mean / largest;
}

function paintStrip(
  brush: Brush,
  { layer, cluster, classCount, facet }: CardContent,
  x: number,
  y: number,
  width: number,
  colours: NetworkColours,
): void {
  const step = width / Math.max(1, classCount);
  const { classShares } = layer.clusters[cluster];
  classShares.forEach((share, k) => {
    if (share === null) return;
    brush.rect(x + k * step, y, gapless(step), STRIP_HEIGHT, shareColour(colours, share));
    if (k === facet)
      brush.rect(x + k * step, y - 1, gapless(step), STRIP_HEIGHT + 2, null, { colour: colours.text, width: 1.5 });
  });
}

function paintInputs(
  brush: Brush,
  { classCount, inputs, facet }: CardContent,
  x: number,
  y: number,
  colours: NetworkColours,
): void {
  for (let k = 0; k < Math.min(MOST_INPUTS, Math.max(1, classCount)); k++) {
    const [left, top] = [x + 4, y + 3 + k * (INPUT_SIDE + 3)];
    brush.rect(left, top, INPUT_SIDE, INPUT_SIDE, colours.hairline);
    if (inputs && classCount > 0) brush.picture(inputs.part(k), left, top, INPUT_SIDE, INPUT_SIDE);
    if (k === facet) brush.rect(left, top, INPUT_SIDE, INPUT_SIDE, null, { colour: colours.text, width: 2 });
  }
}

function paintUnit(brush: Brush, { layer, cluster, inputs }: CardContent, x: number, y: number): void {
  const [unit] = layer.clusters[cluster].channels;
  if (inputs && unit !== undefined) brush.picture(inputs.part(unit), x + 4, y + 4, UNIT_HEIGHT - 8, UNIT_HEIGHT - 8);
}

/** "airp" of "airplane": enough to tell the rows of a small matrix apart. */
function shortName(name: string): string {
  return [...name].slice(0, 4).join('');
}
