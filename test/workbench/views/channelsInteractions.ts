/** The channel view: boxes of two layers, circles of one epoch, one channel's lines and maps, and what goes back to the input. */
import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import type { IntraResult, IntraValue } from '../../../src/protocol/measure.js';
import { becomes, type Interaction, type Panel } from './panel.js';

const FIRST = 'Conv2D 1';
const SECOND = 'Conv2D 2';

export const channelsInteractions: readonly Interaction[] = [
  [
    'two layers stand side by side, and another takes the right side',
    'every channel’s value is the command line’s, and both sides end at one scale',
    async (panel) => {
      await panel.show('Channels');
      await panel.toEpoch(4);
      await panel.choose('Left layer', FIRST);
      await panel.choose('Right layer', SECOND);
      await becomes(() => boxes(panel, SECOND), bitsWords((await entropies(panel, 4, 4)).bits));
      await panel.choose('Right layer', 'MaxPooling2D 1');
      const other = 'MaxPooling2D 1';
      await becomes(() => boxes(panel, FIRST), bitsWords((await entropies(panel, 1, 4)).bits));
      await becomes(() => boxes(panel, other), bitsWords((await entropies(panel, 3, 4)).bits));
      const top = (layer: string): Promise<string | null> =>
        panel.part(layer).locator('svg text.tick').first().textContent();
      await becomes(() => top(FIRST), await top(other));
      await panel.choose('Right layer', SECOND);
    },
  ],
  [
    'the box of a channel is clicked',
    'the channel’s lines have the command line’s value for every class',
    async (panel) => {
      await panel.part(SECOND).locator('.panel').nth(7).click();
      const chart = panel.part(`${SECOND} channel 7`);
      const classes = await Promise.all(CLASSES.map((index) => entropies(panel, 4, 4, index)));
      const expected = classes.map(({ bits }, index) => `${bits[7]!.toFixed(2)} ${index}`);
      const shown = async (): Promise<string[]> => {
        const labels = chart.locator('.label');
        const [values, names] = await Promise.all(
          ['.label-value', '.label-name'].map((part) => labels.locator(part).allTextContents()),
        );
        return values!.map((value, i) => `${value} ${names![i]!}`).filter((words) => !words.endsWith('all'));
      };
      await becomes(async () => (await shown()).sort(), expected.sort());
    },
  ],
  [
    'boxes are walked by keys, to the last and back',
    'the box that is chosen has the keyboard and is in sight, and the channel below is its',
    async (panel) => {
      const boxesOf = panel.part(SECOND);
      const scroll = boxesOf.locator('.boxes-scroll');
      const chosen = boxesOf.locator('[aria-pressed="true"]');
      const goesTo = async (key: string, channel: number): Promise<void> => {
        await chosen.press(key);
        await panel.part(`${SECOND} channel ${channel}`).waitFor();
        await becomes(() => chosen.evaluate((box) => box === box.ownerDocument.activeElement), true);
        const [frame, box] = [(await scroll.boundingBox())!, (await chosen.boundingBox())!];
        assert.ok(box.y >= frame.y - 1 && box.y + box.height <= frame.y + frame.height + 1);
      };
      await goesTo('Home', 0);
      await goesTo('End', 31);
      await goesTo('ArrowLeft', 30);
      await goesTo('Home', 0);
      await panel.part(SECOND).locator('.panel').nth(7).click();
      await panel.part(`${SECOND} channel 7`).waitFor();
    },
  ],
  [
    'the circles are looked at at two epochs of the slider',
    'the sum of each class is that of the command line’s channels',
    async (panel) => {
      for (const epoch of [1, 4]) {
        await panel.toEpoch(epoch);
        const rows = await Promise.all([null, ...CLASSES].map((index) => entropies(panel, 4, epoch, index)));
        const sums = rows.map(({ bits }) => bits.reduce<number>((total, one) => total + (one ?? 0), 0));
        await becomes(
          () => panel.part('Classes and their channels').locator('.disc-sum').allTextContents(),
          sums.map((bits) => `${bits.toFixed(1)} bits`),
        );
      }
    },
  ],
  [
    'circles are walked by arrow keys, and one is pointed at',
    'its card has the command line’s value, interval and N; Enter chooses the channel',
    async (panel) => {
      const circles = circlesOf(panel);
      await circles.focus();
      await circles.press('ArrowRight');
      await circles.press('ArrowDown');
      const card = panel.view.locator('.channel-card');
      const [, channel = ''] = /Class 0, channel (\d+)/.exec(await card.innerText()) ?? [];
      const { bits, variance, n } = await entropies(panel, 4, 4, 0);
      const at = Number(channel);
      const half = 1.96 * Math.sqrt(variance[at]! / n[at]!);
      const expected = `Class 0, channel ${at} ${bits[at]!.toFixed(2)} bits ± ${half.toFixed(2)} 95 %, N = ${n[at]}`;
      const said = async (): Promise<boolean> => (await card.innerText()).replace(/\s+/g, ' ').startsWith(expected);
      await becomes(said, true);
      const ring = (await panel.view.locator('.disc-focus').boundingBox())!;
      await panel.workbench.page.mouse.move(2, 2);
      await circles.press('Escape');
      await card.waitFor({ state: 'detached' });
      await panel.workbench.page.mouse.move(ring.x + ring.width / 2, ring.y + ring.height / 2);
      await becomes(said, true);
      await circles.press('Enter');
      await panel.part(`${SECOND} channel ${at}`).waitFor();
      await panel.part(SECOND).locator('.panel').nth(7).click();
    },
  ],
  [
    'the circles are zoomed by button, Ctrl and wheel, and key',
    'the picture grows, and is whole again',
    async (panel) => {
      const circles = circlesOf(panel);
      const zoom = async (): Promise<number> =>
        Number(/scale\(([\d.]+)\)/.exec((await circles.locator('g').first().getAttribute('transform')) ?? '')?.[1]);
      await panel.view.getByRole('button', { name: 'Zoom in' }).click();
      await becomes(async () => (await zoom()) > 1.4, true);
      await panel.view.getByText('show all').click();
      await becomes(zoom, 1);
      await panel.point(circles, [0.5, 0.5]);
      // Without Ctrl the wheel scrolls the page over a picture that is whole.
      await panel.workbench.page.keyboard.down('Control');
      await panel.workbench.page.mouse.wheel(0, -300);
      await panel.workbench.page.keyboard.up('Control');
      await becomes(async () => (await zoom()) > 1.1, true);
      await circles.press('0');
      await becomes(zoom, 1);
    },
  ],
  [
    'samples are chosen: the strongest, of one class, by number; leafed through; over epochs',
    'the row is of those samples, strongest first, and has a line an epoch',
    async (panel) => {
      const finding = async (): Promise<string> => panel.part('Feature maps').locator('.chart-finding').innerText();
      await panel.choose('Samples', 'Strongest');
      await becomes(async () => /^epoch 4, strongest first \([\d.]+\): \d+/.test(await finding()), true);
      await panel.choose('Samples', 'Class 3');
      await becomes(async () => (await classesInSight(panel)).every((name) => name === '3'), true);
      const before = await finding();
      await panel.view.getByRole('button', { name: 'Next samples' }).click();
      await becomes(async () => (await finding()) === before, false);
      await panel.choose('Samples', 'By number');
      const numbers = panel.view.locator('.sample-numbers');
      await numbers.fill('4, 8, 15');
      await numbers.press('Enter');
      await becomes(finding, 'epoch 4, samples 4, 8, 15');
      await panel.check('over epochs');
      await becomes(finding, 'epochs 0, 1, 2, 3, 4, samples 4, 8, 15');
      await panel.check('over epochs');
      await becomes(finding, 'epoch 4, samples 4, 8, 15');
    },
  ],
  [
    'the strongest activations go back to the input (deconvnet), and their numbers are saved',
    'unit, activation and field are the command line’s, and so is the energy in the field; outside it is exactly 0',
    async (panel) => {
      await panel.choose('Deconvnet of', 'strongest');
      await showsProjections(panel, 'strongest');
    },
  ],
  [
    'the unit is moved by an arrow key',
    'the projection is of its neighbour, and outside that one’s field again exactly 0',
    async (panel) => {
      const column = panel.view.locator('.map-column').first();
      const placeOf = async (): Promise<number[]> => {
        const [, row, x] = /row (\d+), column (\d+)/.exec((await column.getAttribute('aria-label')) ?? '') ?? [];
        return [Number(row), Number(x)];
      };
      const [row, x] = (await placeOf()) as [number, number];
      await column.press(x > 0 ? 'ArrowLeft' : 'ArrowRight');
      const moved = [row, x > 0 ? x - 1 : x + 1];
      await becomes(placeOf, moved);
      await showsProjections(panel, moved.join());
      await panel.choose('Deconvnet of', 'strongest');
    },
  ],
];

const CLASSES = Array.from({ length: 10 }, (_, index) => index);
const SAMPLES = [4, 8, 15];

async function entropies(
  panel: Panel,
  layer: number,
  epoch: number,
  classIndex: number | null = null,
): Promise<IntraValue> {
  const { values } = await panel.commandLine.query<IntraResult>('intra', `dCNN(-, ${layer}, -, -)`);
  return values.find((value) => value.epoch === epoch && value.classIndex === classIndex)!;
}

function bitsWords(bits: readonly (number | null)[]): string[] {
  return bits.map((one) => one!.toFixed(2));
}

function boxes(panel: Panel, layer: string): Promise<string[]> {
  return panel.part(layer).locator('.panel-value').allTextContents();
}

function circlesOf(panel: Panel): Locator {
  return panel.part('Classes and their channels').getByRole('application');
}

async function classesInSight(panel: Panel): Promise<string[]> {
  const names = await panel.view.locator('.map-class').allTextContents();
  return names.length === 0 ? ['none'] : names;
}

/** What `cnnslicer deconv --json` says. */
interface Projected {
  readonly place: readonly number[];
  readonly activation: number;
  readonly field: readonly (readonly [number, number])[];
  readonly energyInField: number;
  readonly energyOutside: number;
}

async function showsProjections(panel: Panel, unit: string): Promise<void> {
  const { run } = panel.commandLine;
  const asked = SAMPLES.map((sample) =>
    panel.commandLine.json<Projected>('deconv', run, '4', '7', '--sample', String(sample), '--unit', unit),
  );
  const expected = await Promise.all(asked);
  const labels = panel.view.locator('.map-column');
  await becomes(
    () =>
      labels.evaluateAll((columns) =>
        columns.map((column) => column.getAttribute('aria-label')?.replace(/^.*?: |\. Use the arrow keys.*$/g, '')),
      ),
    expected.map(projectionWords),
  );
  const csv = (await panel.saved(panel.part('Feature maps'), 'CSV')).toString('utf8');
  const rows = csv
    .split('\n')
    .filter((line) => line.startsWith('deconvnet,'))
    .map((line) => line.split(','));
  for (const [i, sample] of SAMPLES.entries()) {
    const { field, energyInField, energyOutside, activation } = expected[i]!;
    const [y, x] = field as [readonly [number, number], readonly [number, number]];
    const [inside, outside] = [0, 0].map((_, part) => {
      const own = rows.filter(
        (row) => Number(row[2]) === sample && (within(Number(row[4]), y) && within(Number(row[5]), x)) === (part === 0),
      );
      return own.reduce((sum, row) => sum + Number(row.at(-1)) ** 2, 0);
    });
    assert.equal(outside, 0);
    assert.equal(energyOutside, 0);
    assert.equal(inside! > 0, activation !== 0);
    assert.ok(Math.abs(inside! - energyInField) <= 1e-6 * Math.max(1, energyInField), `${inside} and ${energyInField}`);
  }
}

function within(at: number, [from, to]: readonly [number, number]): boolean {
  return at >= from && at < to;
}

function projectionWords({ place: [row, column], activation, field }: Projected): string {
  const value = Number.isInteger(activation) ? String(activation) : activation.toPrecision(3);
  const [y, x] = field.map(([from, to]) => `${from}–${to - 1}`);
  return activation === 0
    ? `unit at row ${row}, column ${column}: activation 0, nothing to project`
    : `unit at row ${row}, column ${column}, activation ${value}, sees row ${y}, column ${x}`;
}
