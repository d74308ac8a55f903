/** The whole board as a file: what is on the screen as cards and canvases, drawn again by one brush. */
import type { NetworkResult } from '../../../src/protocol/network.js';
import type { Layer } from '../../../src/protocol/run.js';
import type { Painting } from '../../chart/paintedFiles.js';
import type { Brush } from '../../marks/brush.js';
import { hatchPath } from '../../marks/hatch.js';
import { curvePath, type EdgeCurve } from '../../marks/networkEdges.js';
import type { NetworkItem } from '../../marks/networkItems.js';
import type { NetworkPlaces } from '../../marks/networkLayout.js';
import { layerLabel } from '../../text/layerLabel.js';
import { CARD_HEAD, stageLines, stageParts } from './cardSizes.js';
import { dashOf, edgeColour } from './edgeStyle.js';
import type { NetworkColours } from './networkColours.js';
import { clusterName, sizeWords } from './networkWords.js';
import { paintCard, type CardContent } from './paintCard.js';

export interface Board {
  readonly result: NetworkResult;
  readonly layers: readonly Layer[];
  readonly items: readonly NetworkItem[];
  readonly places: NetworkPlaces;
  readonly curves: readonly EdgeCurve[];
  readonly contentOf: (item: NetworkItem & { kind: 'layer' }, cluster: number) => CardContent;
  readonly colours: NetworkColours;
}

/** What a file shows of the board: all of it, in the theme that is on. */
export function boardPainting(board: Board): Painting {
  const { width, height } = board.places;
  const { font, page } = board.colours;
  return { width, height, font, background: page, paint: (brush) => paintBoard(brush, board) };
}

function paintBoard(brush: Brush, board: Board): void {
  for (const curve of board.curves) {
    const { sign, width } = curve;
    brush.path(curvePath(curve), {
      ...{ colour: edgeColour(sign, board.colours), width: Math.round(width * 10) / 10 },
      ...(sign > 0 ? {} : { dash: dashOf(sign, width) }),
    });
  }
  for (const item of board.items) {
    if (item.kind === 'stage') paintStage(brush, board, item);
    else paintLayer(brush, board, item);
  }
}

function paintLayer(brush: Brush, board: Board, item: NetworkItem & { kind: 'layer' }): void {
  const { colours, layers, result } = board;
  const box = board.places.boxes.get(item.id)!;
  const layer = layers[item.layer];
  const middle = box.x + box.width / 2;
  brush.text(middle, box.y + 14, layerLabel(layer), { colour: colours.text, size: 12, bold: true, anchor: 'middle' });
  brush.text(middle, box.y + 30, sizeWords(layer), { colour: colours.quiet, size: 11, anchor: 'middle' });
  if (layer.source)
    brush.text(middle, box.y + 45, `${layer.source.file}:${layer.source.line}`, {
      ...{ colour: colours.quiet, size: 11, anchor: 'middle' },
    });
  const clusters = result.layers.find((one) => one.layer === item.layer)!;
  box.cards.forEach(({ y, height }, i) => {
    if (i >= clusters.clusters.length) return paintDead(brush, colours, box.x, y, box.width, height, clusters.dead);
    const content = board.contentOf(item, i);
    brush.rect(box.x, y, box.width, height, colours.card, { colour: colours.hairline, width: 1 });
    const head = content.kind === 'plain' || content.kind === 'bare' ? CARD_HEAD : 0;
    const count = clusters.clusters[i].channels.length;
    if (head > 0) brush.text(box.x + 6, y + 13, `${clusterName(i)}  ${count}`, { colour: colours.text, size: 11 });
    paintCard(brush, content, box.x, y + head, box.width, colours);
    if (content.kind === 'unit')
      brush.text(box.x + 30, y + 18, content.classNames[clusters.clusters[i].channels[0]] ?? '', {
        ...{ colour: colours.text, size: 12 },
      });
  });
}

function paintDead(
  brush: Brush,
  colours: NetworkColours,
  x: number,
  y: number,
  width: number,
  height: number,
  dead: readonly number[],
): void {
  brush.path(hatchPath(x, y, width, height), { colour: colours.hairline, width: 1 });
  brush.text(x + width / 2, y + 15, `${dead.length} dead`, { colour: colours.quiet, size: 11, anchor: 'middle' });
}

function paintStage(brush: Brush, board: Board, item: NetworkItem & { kind: 'stage' }): void {
  const { places, layers, result, colours } = board;
  const { x, y, width, height } = places.boxes.get(item.id)!;
  brush.rect(x, y, width, height, colours.card, { colour: colours.hairline, width: 1 });
  brush.text(x + width / 2, y + 18, item.stage.name, { colour: colours.text, size: 12, bold: true, anchor: 'middle' });
  const parts = stageParts(item.stage, result);
  parts.slice(0, stageLines(parts.length)).forEach((part, i) => {
    const name = typeof part === 'number' ? layerLabel(layers[part]) : part.name;
    brush.text(x + 10, y + 52 + 18 * i, name, { colour: colours.quiet, size: 11 });
  });
}
