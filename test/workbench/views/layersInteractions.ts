/** The layer view: from whole layers to channels, a cell and its maps; orders, mask, scale, epochs, pins, likeness. */
import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { conditionalsOf, type DistanceMiResult, type DistanceMiValue } from '../../../src/protocol/measure.js';
import { becomes, type Interaction, type Panel } from './panel.js';

const PAIR = 'Channels of Conv2D 1 × Conv2D 2';
const PERMUTATIONS = '19';

export const layersInteractions: readonly Interaction[] = [
  [
    'a cell of the matrix of whole layers is clicked',
    'its number is the command line’s, and the heatmap is of that pair’s channels',
    async (panel) => {
      await panel.show('Layers');
      await panel.toEpoch(4);
      const { values } = await panel.commandLine.query<DistanceMiResult>('distance-mi', 'dCNN(-, -, -, 4)', [
        '--of',
        'layers',
        '--permutations',
        PERMUTATIONS,
      ]);
      const matrix = panel.part('Whole layers');
      const cell = (a: string, b: string): Locator => layerCell(panel, a, b);
      await cell('conv2d_Conv2D1', 'max_pooling2d_MaxPooling2D1').click();
      await panel.part('Channels of Conv2D 1 × MaxPooling2D 1').waitFor();
      await cell('conv2d_Conv2D1', 'conv2d_Conv2D2').click();
      const bits = bitsOf(values[0]!, 1, 4);
      const number = await cell('conv2d_Conv2D1', 'conv2d_Conv2D2').locator('.matrix-number').textContent();
      assert.ok([bits.toFixed(1), bits.toFixed(2)].includes(number ?? ''), `${number} in the cell, not ${bits}`);
      await becomes(
        async () => (await panel.part('Layer pair').innerText()).includes(`MI ${bits.toFixed(2)} bits`),
        true,
      );
      await becomes(
        async () => (await matrix.innerText()).includes(`Null ${values[0]!.null!.maximumBits.toFixed(3)} bits`),
        true,
      );
    },
  ],
  [
    'a cell of the heatmap is clicked',
    'its MI with the interval, both entropies, what each has alone, the share and the null are the command line’s',
    async (panel) => {
      const [a, b] = await livingCell(panel, 3);
      await press(panel, a, b);
      await showsCell(panel, 'Selected cell', a, b, 4);
    },
  ],
  [
    'the mouse rests on another cell',
    'the card is of the cell under the pointer, then again of the chosen one',
    async (panel) => {
      const [a, b] = await livingCell(panel, 5);
      const [x, y] = await pixelsOf(panel, a, b);
      await panel.workbench.page.mouse.move(x, y);
      await showsCell(panel, 'Cell under the pointer', a, b, 4);
      await panel.workbench.page.mouse.move(2, 2);
      await panel.part('Selected cell').waitFor();
    },
  ],
  [
    'channels are sorted by maximum, mean, index and cluster, each axis by itself',
    'both axes stand in the order that the command line’s numbers have; clustered neighbours are more alike',
    async (panel) => {
      const value = await channelsAt(panel, 4);
      const [a, b] = [linesOf(value, 'a'), linesOf(value, 'b')];
      await panel.choose('Order of the channels of A', 'maximum');
      await becomes(
        () => ticks(panel, 'middle'),
        descending(a, (line) => Math.max(...line)),
      );
      await panel.choose('Order of the channels of B', 'mean');
      await becomes(
        () => ticks(panel, 'end'),
        descending(b, (line) => sum(line)),
      );
      await panel.choose('Order of the channels of A', 'index');
      await becomes(
        () => ticks(panel, 'middle'),
        a.map((_, channel) => String(channel)),
      );
      await panel.choose('Order of the channels of A', 'cluster');
      await becomes(async () => likeness(a, await ticks(panel, 'middle')) > likeness(a, Object.keys(a)), true);
      await panel.choose('Order of the channels of A', 'maximum');
      await panel.choose('Order of the channels of B', 'maximum');
    },
  ],
  [
    'the slider is moved, and played from the first epoch',
    'the cell’s number is the one of the epoch; play ends at the last',
    async (panel) => {
      const [a, b] = await livingCell(panel, 3);
      await press(panel, a, b);
      await panel.toEpoch(2);
      await showsCell(panel, 'Selected cell', a, b, 2);
      await panel.toEpoch(0);
      await panel.view.getByRole('button', { name: 'Play epochs' }).click();
      await becomes(() => panel.epoch(), 4);
      await panel.view.getByRole('button', { name: 'Play epochs' }).waitFor();
      await showsCell(panel, 'Selected cell', a, b, 4);
    },
  ],
  [
    'epochs are put beside each other and left out',
    'one map an epoch, with the largest number of each',
    async (panel) => {
      const beside = panel.part('Epochs side by side');
      const shown = (): Promise<string[]> => beside.locator('.epoch-map-words button:first-child').allInnerTexts();
      await becomes(shown, ['epoch 0', 'epoch 2', 'epoch 4']);
      await beside.getByRole('button', { name: 'Remove epoch 2' }).click();
      await becomes(shown, ['epoch 0', 'epoch 4']);
      await panel.toEpoch(1);
      await beside.getByText('Add epoch 1').click();
      await becomes(shown, ['epoch 0', 'epoch 1', 'epoch 4']);
      const largest = await Promise.all([0, 1, 4].map(async (epoch) => largestOf(await channelsAt(panel, epoch))));
      await becomes(
        () => beside.locator('svg text.tick').allTextContents(),
        largest.map((bits) => `max ${bits.toFixed(2)}`),
      );
      await panel.toEpoch(4);
    },
  ],
  [
    'each epoch is given its own colour scale, and all again the same',
    'the scale ends at the epoch’s largest number, then at that of all epochs',
    async (panel) => {
      const largest = await Promise.all([0, 1, 2, 3, 4].map(async (t) => largestOf(await channelsAt(panel, t))));
      const end = async (): Promise<string | undefined> =>
        (
          await panel
            .part(PAIR)
            .locator('.heatmap-stack > svg > g > g text, .heatmap-stack > svg > g[transform] text')
            .allTextContents()
        ).find((text) => / bits$/.test(text));
      await panel.check('Separate scale for each epoch');
      await becomes(end, `${largest[4]!.toFixed(2)} bits`);
      await panel.check('Separate scale for each epoch');
      await becomes(end, `${Math.max(...largest).toFixed(2)} bits`);
    },
  ],
  [
    'the null’s mask is taken off and put on',
    'cells that do not exceed it are hatched only while it is on',
    async (panel) => {
      const { null: permuted, bits } = await channelsAt(panel, 4);
      const below = bits.filter((one) => one !== null && one <= permuted!.maximumBits).length;
      await becomes(
        async () => (await panel.part('Findings').innerText()).includes(`${below} of 512 cells do not exceed the null`),
        true,
      );
      const picture = (): Promise<string> =>
        panel
          .part(PAIR)
          .locator('canvas')
          .first()
          .evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
      const masked = await picture();
      await panel.check('Hatch values no higher than chance');
      await becomes(async () => (await picture()) === masked, below === 0);
      await panel.check('Hatch values no higher than chance');
      await becomes(picture, masked);
    },
  ],
  [
    'the cell’s channels and two that are alike are pinned, then all unpinned',
    'a row of maps each under the row of inputs; r of the list is that of the command line’s columns',
    async (panel) => {
      const [a, b] = await livingCell(panel, 3);
      await press(panel, a, b);
      const maps = panel.part('Feature maps of filters');
      const rows = async (): Promise<string[]> => maps.locator('tbody th b').allInnerTexts();
      await becomes(rows, ['input', `A ${a}`, `B ${b}`]);
      await maps.getByText(`Pin A ${a}`, { exact: true }).click();
      await maps.getByRole('button', { name: `Unpin A ${a}` }).waitFor();
      await becomes(rows, ['input', `A ${a}`, `B ${b}`]);
      const alike = panel.part('Similar channels').locator('li').filter({ hasText: /^B/ }).first();
      const [, i = '', j = '', r] = /B (\d+) and (\d+)\s+r (-?[\d.]+)/.exec(await alike.innerText()) ?? [];
      const lines = linesOf(await channelsAt(panel, 4), 'b');
      assert.equal(pearson(lines[Number(i)]!, lines[Number(j)]!).toFixed(2), r);
      await alike.getByRole('button').click();
      await becomes(rows, [
        'input',
        `A ${a}`,
        `B ${b}`,
        ...[i, j].filter((one) => Number(one) !== b).map((one) => `B ${one}`),
      ]);
      const pictures = maps.locator('tbody tr').last().locator('td svg, td canvas, td img');
      await becomes(async () => (await pictures.count()) > 1, true);
      await maps.getByText('Unpin all').click();
      await becomes(rows, ['input', `A ${a}`, `B ${b}`]);
    },
  ],
  [
    'A and B are exchanged',
    'the heatmap lies on its other side',
    async (panel) => {
      await panel.view.getByText('Swap A and B').click();
      await panel.part('Channels of Conv2D 2 × Conv2D 1').locator('canvas').first().waitFor();
      await panel.view.getByText('Swap A and B').click();
      await panel.part(PAIR).locator('canvas').first().waitFor();
    },
  ],
];

/** The cell of two whole layers, by their names. */
export function layerCell(panel: Panel, a: string, b: string): Locator {
  const title = panel.view.locator('title').filter({ hasText: `${a} and ${b}:` });
  return panel.part('Whole layers').locator('.matrix-cell').filter({ has: title });
}

async function channelsAt(panel: Panel, epoch: number): Promise<DistanceMiValue> {
  const options = ['--of', 'channels', '--other', '4', '--permutations', PERMUTATIONS, '--interval'];
  const { values } = await panel.commandLine.query<DistanceMiResult>('distance-mi', 'dCNN(-, 1, -, -)', options);
  return values.find((value) => value.epoch === epoch)!;
}

/** The nth channels of both layers that are dead at no epoch: every training has others that are. */
async function livingCell(panel: Panel, nth: number): Promise<[number, number]> {
  const options = ['--of', 'channels', '--other', '4', '--permutations', PERMUTATIONS, '--interval'];
  const { values } = await panel.commandLine.query<DistanceMiResult>('distance-mi', 'dCNN(-, 1, -, -)', options);
  const living = (of: (value: DistanceMiValue) => readonly (number | null)[]): number[] =>
    [...of(values[0]!).keys()].filter((channel) => values.every((value) => (of(value)[channel] ?? 0) > 0));
  return [living((value) => value.entropyRows)[nth]!, living((value) => value.entropyColumns)[nth]!];
}

/** Channel `a` of A and `b` of B, as the card has them. */
async function showsCell(panel: Panel, name: string, a: number, b: number, epoch: number): Promise<void> {
  const value = await channelsAt(panel, epoch);
  const at = a * value.columns.length + b;
  const bits = bitsOf(value, 1, 4, a, b);
  const given = conditionalsOf(value, a, b)!;
  const expected = [
    `A ${a} × B ${b}`,
    `${bits.toFixed(3)} bits ± ${value.halfWidthBits![at]!.toFixed(3)} (95 %, jackknife over samples)`,
    `H(A) ${value.entropyRows[a]!.toFixed(2)} · H(B) ${value.entropyColumns[b]!.toFixed(2)}`,
    `H(A|B) ${given.aGivenB.toFixed(2)} · H(B|A) ${given.bGivenA.toFixed(2)}`,
    `MI/min(H) ${value.share[at]!.toFixed(2)}`,
    `null ${value.null!.maximumBits.toFixed(3)} bits: ${bits > value.null!.maximumBits ? 'above chance' : 'no higher than chance'}, ${pWords(value, at)}`,
  ];
  const card = panel.part(name);
  await becomes(async () => {
    const said = ((await card.textContent({ timeout: 5000 }).catch(() => '')) ?? '').replace(/\s+/g, ' ');
    return expected.filter((words) => !said.includes(words)).map((words) => `no "${words}" in "${said}"`);
  }, []);
}

/** The least p that the permutations allow is a bound. */
function pWords({ null: permuted }: DistanceMiValue, at: number): string {
  const [p, count] = [permuted!.p[at]!, permuted!.permutations];
  return `p ${p * (count + 1) < 1.001 ? '≤' : '='} ${p.toFixed(2)} family-wise, ${count} permutations`;
}

function bitsOf({ rows, columns, bits }: DistanceMiValue, a: number, b: number, i?: number, j?: number): number {
  const row = rows.findIndex(({ layer, channel }) => layer === a && (i === undefined || channel === i));
  const column = columns.findIndex(({ layer, channel }) => layer === b && (j === undefined || channel === j));
  return bits[row * columns.length + column]!;
}

async function press(panel: Panel, a: number, b: number): Promise<void> {
  const { mouse } = panel.workbench.page;
  await mouse.click(...(await pixelsOf(panel, a, b)));
  // Away from the heatmap: the card is of the cell under the pointer while there is one.
  await mouse.move(2, 2);
}

/** The middle of a cell: above its column's number, beside its row's. */
async function pixelsOf(panel: Panel, a: number, b: number): Promise<[number, number]> {
  await panel.part(PAIR).locator('.heatmap-stack').scrollIntoViewIfNeeded();
  const middle = async (anchor: 'middle' | 'end', channel: number): Promise<[number, number]> => {
    const tick = edges(panel, anchor).filter({ hasText: new RegExp(`^(†|dead )?${channel}$`) });
    const box = (await tick.boundingBox())!;
    return [box.x + box.width / 2, box.y + box.height / 2];
  };
  return [(await middle('middle', a))[0], (await middle('end', b))[1]];
}

/** Numbers of A's channels (middle) or B's (end) along the heatmap. */
function edges(panel: Panel, anchor: 'middle' | 'end'): Locator {
  return panel.part(PAIR).locator(`.heatmap-stack > svg > g[aria-hidden="true"] > text.tick.${anchor}`);
}

async function ticks(panel: Panel, anchor: 'middle' | 'end'): Promise<string[]> {
  const texts = await edges(panel, anchor).allTextContents();
  return texts.map((text) => text.replace(/^(†|dead )/, ''));
}

/** What each channel of a side shares with those of the other. */
function linesOf({ rows, columns, bits }: DistanceMiValue, side: 'a' | 'b'): number[][] {
  const at = (i: number, j: number): number => bits[i * columns.length + j] ?? 0;
  return side === 'a'
    ? rows.map((_, i) => columns.map((__, j) => at(i, j)))
    : columns.map((_, j) => rows.map((__, i) => at(i, j)));
}

function descending(lines: readonly number[][], of: (line: number[]) => number): string[] {
  const values = lines.map((line, channel) => ({ channel, value: of(line) }));
  return values.sort((x, y) => y.value - x.value).map(({ channel }) => String(channel));
}

/** Sum of r of neighbours in an order. */
function likeness(lines: readonly number[][], order: readonly string[]): number {
  const own = order.map((channel) => lines[Number(channel)]!);
  return sum(own.slice(1).map((line, i) => pearson(line, own[i]!)));
}

function largestOf({ bits }: DistanceMiValue): number {
  return Math.max(...bits.map((one) => one ?? 0));
}

function pearson(x: readonly number[], y: readonly number[]): number {
  const [mx, my] = [sum(x) / x.length, sum(y) / y.length];
  const product = (a: readonly number[], ma: number, b: readonly number[], mb: number): number =>
    sum(a.map((value, i) => (value - ma) * (b[i]! - mb)));
  const scale = Math.sqrt(product(x, mx, x, mx) * product(y, my, y, my));
  // A dead channel is like none.
  return scale > 0 ? product(x, mx, y, my) / scale : 0;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
