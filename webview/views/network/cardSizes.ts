/** How large the boxes of the network view are: from what they hold, before anything is drawn. */
import type { LayerClusters, NetworkResult, NetworkStage } from '../../../src/protocol/network.js';
import type { BoxSize } from '../../marks/networkLayout.js';
import type { NetworkItem } from '../../marks/networkItems.js';
import { packPatches, type Packing } from '../../marks/patchPacking.js';

export const CELL = 20;
const COLUMNS = 7;
export const CARD_PAD = 6;
export const CARD_HEAD = 18;
export const STRIP_HEIGHT = 8;
export const HEAD = 70;
const CARD_WIDTH = COLUMNS * CELL + 2 * CARD_PAD;
export const UNIT_HEIGHT = 28;
const DEAD_HEIGHT = 22;
/** Channels of one card that have patches, by the number of cards in the column; the others are counted in the title. */
const PATCHED = [
  { cards: 3, channels: 9 },
  { cards: 5, channels: 6 },
  { cards: Infinity, channels: 3 },
] as const;
/** Patches of each channel that are asked for: blocks take three, holes the rest. */
export const PATCHES_EACH = 8;
const MOST_STAGE_LINES = 7;
/** Pictures of an input's classes. */
export const MOST_INPUTS = 10;
export const INPUT_SIDE = 32;
/** Cards of a layer that are all drawn small. */
const MOST_FULL_CARDS = 16;

export type CardKind = 'input' | 'unit' | 'plain' | 'bare';

export function cardKind(item: NetworkItem & { kind: 'layer' }, clusters: LayerClusters): CardKind {
  if (item.layer === 0) return 'input';
  if (clusters.countBy === 'units') return 'unit';
  return clusters.clusters.length > MOST_FULL_CARDS ? 'bare' : 'plain';
}

/** Channels of a cluster that get patches, most active first kept, in the order of the leaves; and their packing. */
export function cardPacking(
  layer: LayerClusters,
  cluster: number,
  classCount: number,
): { channels: readonly number[]; packing: Packing } {
  const { channels } = layer.clusters[cluster];
  const means = channels.map((channel) => meanOf(layer, channel, classCount));
  const byMean = channels.map((_, i) => i).sort((a, b) => means[b] - means[a] || a - b);
  const most = PATCHED.find(({ cards }) => layer.clusters.length <= cards)!.channels;
  const kept = new Set(byMean.slice(0, most));
  const places = channels.map((_, i) => i).filter((i) => kept.has(i));
  const ranks = places.map((i) => byMean.indexOf(i));
  return { channels: places.map((i) => channels[i]), packing: packPatches(ranks, COLUMNS) };
}

/** Over the classes. */
function meanOf({ means }: LayerClusters, channel: number, classCount: number): number {
  const row = means.slice(channel * classCount, (channel + 1) * classCount);
  return row.reduce<number>((sum, one) => sum + (one ?? 0), 0) / Math.max(1, row.length);
}

export function rowHeight(classCount: number): number {
  return Math.max(2, Math.min(9, Math.floor(110 / Math.max(1, classCount))));
}

function cardHeight(
  kind: CardKind,
  layer: LayerClusters,
  cluster: number,
  matrix: boolean,
  classCount: number,
): number {
  switch (kind) {
    case 'input':
      return Math.min(MOST_INPUTS, Math.max(1, classCount)) * (INPUT_SIDE + 3) + 3;
    case 'unit':
      return UNIT_HEIGHT;
    case 'bare':
      return CARD_HEAD + STRIP_HEIGHT + CARD_PAD;
    case 'plain': {
      const rows = cardPacking(layer, cluster, classCount).packing.rows;
      const body = matrix ? rowHeight(classCount) * classCount : rows * CELL;
      return CARD_HEAD + body + 4 + STRIP_HEIGHT + CARD_PAD;
    }
  }
}

export function boxSizes(
  result: NetworkResult,
  items: readonly NetworkItem[],
  matrix: boolean,
  classCount: number,
): BoxSize[] {
  return items.map((item) => {
    if (item.kind === 'stage')
      return { id: item.id, width: 132, head: 0, cards: [stageHeight(stageParts(item.stage, result).length)] };
    const clusters = result.layers.find(({ layer }) => layer === item.layer)!;
    const kind = cardKind(item, clusters);
    const cards = clusters.clusters.map((_, i) => cardHeight(kind, clusters, i, matrix, classCount));
    const dead = clusters.dead.length > 0 || clusters.reason !== null ? [DEAD_HEIGHT] : [];
    return { id: item.id, width: cardWidth(kind), head: HEAD, cards: [...cards, ...dead] };
  });
}

function cardWidth(kind: CardKind): number {
  return kind === 'input' ? INPUT_SIDE + 8 : kind === 'unit' ? 104 : CARD_WIDTH;
}

/** What a closed stage lists: the stages inside it, where there are any, and the layers that are in none of those. */
export function stageParts(stage: NetworkStage, { stages }: NetworkResult): (NetworkStage | number)[] {
  const inner = stages.filter(({ parent }) => parent === stage.id);
  const loose = stage.layers.filter((layer) => !inner.some(({ layers }) => layers.includes(layer)));
  const firstOf = (part: NetworkStage | number): number => (typeof part === 'number' ? part : part.layers[0]);
  return [...inner, ...loose].sort((a, b) => firstOf(a) - firstOf(b));
}

function stageHeight(partCount: number): number {
  return 80 + 18 * stageLines(partCount);
}

/** Names that are listed in a closed stage; one line more tells of the others. */
export function stageLines(partCount: number): number {
  return Math.min(MOST_STAGE_LINES, partCount);
}
