/** The filters' maps as files: the table painted anew, and every value of it. */
import type { Layer } from '../../../src/protocol/run.js';
import type { PictureStack } from '../../../src/protocol/viewer.js';
import type { Painting } from '../../chart/paintedFiles.js';
import type { Brush } from '../../marks/brush.js';
import { rgbText } from '../../marks/colourSteps.js';
import { themeColour } from '../../theme/theme.js';
import { table, type Cell } from '../query/results/csv.js';
import { paintPicture } from '../query/slice/Picture.js';
import type { FilterRow } from './filterRows.js';

/** A row of the table in words and pictures. */
export interface ShownFilter {
  readonly name: string;
  readonly detail: string;
  /** A picture a sample; null where there are no maps. */
  readonly stack: PictureStack | null;
}

export interface ShownTable {
  /** The inputs' row first. */
  readonly rows: readonly ShownFilter[];
  /** What stands above each column. */
  readonly columns: readonly string[];
  readonly foot: string;
}

const NAME = 150;
const SIDE = 56;
const GAP = 6;
const HEAD = 22;
const FOOT = 24;
const MARGIN = 8;
/** Of the font at 11 px, on the safe side. */
const LETTER = 6;

export function filterMapsPainting({ rows, columns, foot }: ShownTable): Painting {
  const [text, quiet, hairline, page] = ['--c-text', '--c-quiet', '--c-hairline', '--c-page'].map((name) =>
    rgbText(themeColour(name)),
  );
  const across = NAME + columns.length * (SIDE + GAP);
  return {
    width: 2 * MARGIN + Math.max(across, foot.length * LETTER),
    height: 2 * MARGIN + HEAD + rows.length * (SIDE + GAP) + FOOT,
    font: getComputedStyle(document.body).fontFamily,
    background: page,
    paint(brush) {
      const left = (column: number): number => MARGIN + NAME + column * (SIDE + GAP);
      columns.forEach((name, i) =>
        brush.text(left(i) + SIDE / 2, MARGIN + 12, name, { colour: text, size: 11, anchor: 'middle' }),
      );
      rows.forEach(({ name, detail, stack }, i) => {
        const top = MARGIN + HEAD + i * (SIDE + GAP);
        brush.text(MARGIN, top + SIDE / 2 - 1, name, { colour: text, size: 12, bold: true });
        brush.text(MARGIN, top + SIDE / 2 + 13, detail, { colour: quiet, size: 10 });
        columns.forEach((_, at) => paintMap(brush, stack, at, left(at), top, hairline));
      });
      const bottom = MARGIN + HEAD + rows.length * (SIDE + GAP) + 14;
      brush.text(MARGIN, bottom, foot, { colour: quiet, size: 11 });
    },
  };
}

function paintMap(
  brush: Brush,
  stack: PictureStack | null,
  index: number,
  x: number,
  y: number,
  hairline: string,
): void {
  if (!stack) return;
  const source = document.createElement('canvas');
  [source.width, source.height] = [stack.width, stack.height];
  const scale = SIDE / Math.max(stack.width, stack.height);
  const [width, height] = [stack.width * scale, stack.height * scale];
  if (paintPicture(source, { stack, index, range: 'shared', ink: '--c-text' }))
    brush.picture({ source, x: 0, y: 0, width: stack.width, height: stack.height }, x, y, width, height);
  brush.rect(x, y, width, height, null, { colour: hairline, width: 1 });
}

export interface FilterValues {
  readonly epoch: number;
  readonly layers: readonly Layer[];
  readonly samples: readonly number[];
  readonly labels: readonly number[];
  readonly inputs: PictureStack;
  readonly rows: readonly FilterRow[];
  /** By row. */
  readonly stacks: readonly (PictureStack | null)[];
}

/** A row a value; the inputs are of no epoch and no channel, and have a plane where they are colours. */
export function filterMapsCsv({ epoch, layers, samples, labels, inputs, rows, stacks }: FilterValues): string {
  const cellsOf = (stack: PictureStack, head: readonly Cell[]): Cell[][] =>
    Array.from(stack.values, (value, i) => {
      const { width, height, planes } = stack;
      const pixel = Math.floor(i / planes);
      const at = Math.floor(pixel / (width * height));
      const y = Math.floor(pixel / width) % height;
      return [...head, samples[at], labels[at], y, pixel % width, i % planes, Number.isFinite(value) ? value : null];
    });
  const shown = rows.flatMap(({ layer, channel }, i) => {
    const stack = stacks[i];
    return stack ? cellsOf(stack, [layer, layers[layer].name, channel, epoch]) : [];
  });
  return table(
    ['layer', 'layer_name', 'channel', 'epoch', 'sample', 'class', 'y', 'x', 'plane', 'value'],
    [...cellsOf(inputs, [0, layers[0].name, null, null]), ...shown],
  );
}
