/** What all views share: one epoch, one layer, pinned classes, a sample; the line and back; reload, link, files, keys. */
import assert from 'node:assert/strict';
import type { LabelResult } from '../../../src/protocol/measure.js';
import { layerCell } from './layersInteractions.js';
import { becomes, type Interaction, type Panel } from './panel.js';

const SLIDERS = ['Training', 'Layers', 'Channels', 'Network', 'Information'];
const FIRST = 'conv2d_Conv2D1';
const SECOND = 'conv2d_Conv2D2';
const POOLED = 'max_pooling2d_MaxPooling2D1';

export const linkedInteractions: readonly Interaction[] = [
  [
    'an epoch is chosen in each view in turn',
    'all other views are at that epoch',
    async (panel) => {
      for (const [i, view] of SLIDERS.entries()) {
        const epoch = (i + 1) % SLIDERS.length;
        await panel.show(view);
        await panel.toEpoch(epoch);
        for (const other of SLIDERS.filter((one) => one !== view)) {
          await panel.show(other);
          await becomes(() => panel.epoch(), epoch);
        }
        await panel.show('Query');
        await panel.part('Hypercube').getByText(`at t = ${epoch}`).waitFor();
      }
      await panel.view.locator('.film svg .frame').nth(4).click();
      await panel.show('Training');
      await becomes(() => panel.epoch(), 4);
    },
  ],
  [
    'a layer is chosen in each view in turn',
    'the query, the pair of the layer view, the channel view, the information and the comparison are of it',
    async (panel) => {
      await panel.show('Query');
      await panel.view.locator('.layer-name').nth(4).click();
      await areOf(panel, 'Query', SECOND, 'Conv2D 2');
      await panel.show('Channels');
      await panel.choose('Left layer', FIRST);
      await panel.part(FIRST).locator('.panel').nth(5).click();
      await areOf(panel, 'Channels', FIRST, 'Conv2D 1');
      await panel.show('Information');
      await panel.view.locator('.course > [aria-label^="MaxPooling2D 1:"]').press('Enter');
      await areOf(panel, 'Information', POOLED, 'MaxPooling2D 1');
      await panel.show('Compare');
      await panel.view.locator('.change-row').filter({ hasText: SECOND }).click();
      await areOf(panel, 'Compare', SECOND, 'Conv2D 2');
    },
  ],
  [
    'a class is pinned in the training view, and another in the channel view',
    'both stand out in the charts of training, query and channels',
    async (panel) => {
      await panel.show('Training');
      await onlyPinned(panel, 6);
      await panel.show('Query');
      await panel.write('dCNN(-, -, -, -)');
      await panel.choose('Measure', 'Label entropies');
      await panel.query.press('Enter');
      await becomes(() => pinnedIn(panel, 'H(y | x.label = i)'), ['6']);
      await panel.write(`dCNN(-, ${SECOND}, -, -)`);
      await panel.show('Channels');
      const channel = /^conv2d_Conv2D2 channel/;
      await becomes(() => pinnedIn(panel, channel), ['6']);
      await panel.part(channel).locator('.label').filter({ hasText: /2$/ }).press('Enter');
      await becomes(() => pinnedIn(panel, channel), ['2', '6']);
      await panel.show('Training');
      await becomes(() => pinnedIn(panel, 'H(y | x.label = i)'), ['2', '6']);
    },
  ],
  [
    'a sample of a cell is chosen in the training view',
    'it is the chosen one among the maps of the channel view',
    async (panel) => {
      await panel.show('Training');
      await panel.part('Confusion').locator('.confusion-number.diagonal').first().click();
      const sample = panel.part('Samples of a cell').locator('.confused-pictures button').first();
      const number = /\d+/.exec((await sample.getAttribute('aria-label')) ?? '')?.[0];
      await sample.click();
      await panel.show('Channels');
      await panel.choose('Samples', 'One of each class');
      await becomes(() => panel.view.locator('.map-column[aria-pressed="true"]').evaluateAll((all) => all.map((one) => /^Sample (\d+)/.exec(one.getAttribute('aria-label') ?? '')?.[1])), [number]); // prettier-ignore
    },
  ],
  [
    'only keys are used: tab, strip, matrix, heatmap',
    'the view opens, the layer moves, the pair is chosen, the cell moves',
    async (panel) => {
      await panel.workbench.viewTab('Query').press('Enter');
      await panel.workbench.viewTab('Query', { selected: true }).waitFor();
      await panel.write(`dCNN(-, ${FIRST}, -, -)`);
      const strip = panel.view.locator('.strip-L .strip-track');
      await strip.press('Home');
      await strip.press('ArrowRight');
      await becomes(() => panel.query.inputValue(), `dCNN(-, ${FIRST}, -, -)`);
      await strip.press('Shift+ArrowRight');
      await becomes(() => panel.query.inputValue(), 'dCNN(-, {1..2}, -, -)');
      await panel.workbench.viewTab('Layers').press('Enter');
      const matrix = panel.view.getByRole('application', { name: /^Distance MI of whole layers/ });
      const before = await matrix.getAttribute('aria-label');
      await matrix.press('ArrowDown');
      await matrix.press('Enter');
      await becomes(async () => (await matrix.getAttribute('aria-label')) === before, false);
      const heatmap = panel.view.getByRole('application', { name: /^Distance MI of \d+ channels/ });
      const chosen = panel.part('Chosen cell').locator('h2');
      const cell = await chosen.textContent();
      await heatmap.press('ArrowUp');
      await becomes(async () => (await chosen.textContent()) === cell, false);
    },
  ],
  [
    'pictures and numbers are saved: SVG of a heatmap, PNG of the circles, CSV of the matrix',
    'an SVG that draws the cells, a PNG, and the counts of the command line',
    async (panel) => {
      await panel.show('Layers');
      const svg = (await panel.saved(panel.view.locator('.layers-middle section.chart'), 'SVG')).toString('utf8');
      assert.match(svg, /^<svg[^>]* xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
      assert.match(svg, /<path[^>]+fill="(rgb|#)|<rect[^>]+fill="(rgb|#)|<image/);
      await panel.show('Channels');
      const png = await panel.saved(panel.part('Classes and their channels'), 'PNG');
      assert.equal(png.subarray(0, 8).toString('latin1'), '\x89PNG\r\n\x1a\n');
      assert.ok(png.readUInt32BE(16) > 100 && png.length > 4000, `${png.length} bytes`);
      await panel.show('Training');
      await panel.toEpoch(4);
      const { values } = await panel.commandLine.query<LabelResult>('label', 'dCNN(-, -, -, -)');
      const { counts } = values.find(({ epoch, split }) => epoch === 4 && split === 'all')!;
      const csv = (await panel.saved(panel.part('Confusion'), 'CSV')).toString('utf8');
      const [, ...rows] = csv.split('\n').map((line) => line.split(',').slice(3, 3 + counts.length).map(Number)); // prettier-ignore
      assert.deepEqual(rows.slice(0, counts.length), counts);
    },
  ],
  [
    'a layer’s line is followed from the panel, and the lens above the line back',
    'the cursor is in the line; the panel is at that layer again',
    async (panel) => {
      const { workbench } = panel;
      await panel.show('Query');
      await panel.view.locator('.layer-name').nth(1).click();
      const link = panel.view.locator('.network-row .source-link').filter({ hasText: /train\.js:47$/ });
      await link.click();
      await workbench.waitForCursor(47);
      assert.equal(await workbench.activeTab(), 'train.js');
      await workbench.lensesSettled();
      await (await workbench.codeLensAbove('filters: 32')).click();
      await becomes(async () => /conv2d_Conv2D2/.test(await panel.query.inputValue()), true);
      await workbench.closeTab('train.js');
    },
  ],
  [
    'the window is loaded anew',
    'view, pair, orders, epoch, pinned filters and query are as they were',
    async (panel) => {
      await arrange(panel);
      const before = await arranged(panel);
      await panel.workbench.reload();
      await panel.workbench.viewTab('Layers', { selected: true }).waitFor();
      await becomes(() => arranged(panel), before);
    },
  ],
  [
    'the link to what is shown is copied, all is changed, and the link is opened',
    'the panel shows what it showed when the link was made',
    async (panel) => {
      const { page } = panel.workbench;
      await arrange(panel);
      const before = await arranged(panel);
      await panel.view.getByRole('button', { name: 'Copy link' }).click();
      await panel.view.getByText('is in the clipboard').waitFor();
      const link = await page.evaluate(() => navigator.clipboard.readText());
      assert.match(
        link,
        new RegExp(`^[a-z-]+://cnnslicer\\.cnnslicer/open\\?run=${panel.commandLine.run}&state=[\\w-]+$`),
      );
      await panel.toEpoch(0);
      await panel.choose('Order of the channels of A', 'index');
      await panel.show('Training');
      await panel.workbench.openUrl(link);
      await panel.workbench.viewTab('Layers', { selected: true }).waitFor();
      await becomes(() => arranged(panel), before);
    },
  ],
];

/** All views but `view` have the layer; in the network view clusters are chosen, not layers. */
async function areOf(panel: Panel, view: string, name: string, label: string): Promise<void> {
  const looks: Record<string, () => Promise<boolean>> = {
    Query: async () => (await panel.query.inputValue()).includes(name),
    Layers: async () => (await panel.view.locator('.layers-middle h2').first().innerText()).includes(label),
    Channels: async () => (await panel.view.locator('.channels-one h2').first().innerText()).startsWith(name),
    Information: async () => (await panel.view.locator(`.course > [aria-pressed="true"][aria-label^="${label}:"]`).count()) === 1, // prettier-ignore
    Compare: async () => (await panel.part(`Channels of ${label}`).count()) === 1,
  };
  for (const [other, look] of Object.entries(looks)) {
    if (other === view) continue;
    await panel.show(other);
    await becomes(look, true);
  }
}

async function onlyPinned(panel: Panel, wanted: number): Promise<void> {
  const rows = panel.part('Confusion').getByRole('option');
  for (let index = 0; index < 10; index++) {
    const isPinned = (await rows.nth(index).getAttribute('aria-selected')) === 'true';
    if (isPinned !== (index === wanted)) await rows.nth(index).locator('.confusion-name').click();
  }
  await becomes(() => pinnedIn(panel, 'H(y | x.label = i)'), [String(wanted)]);
}

/** Names of the classes whose lines stand out. */
async function pinnedIn(panel: Panel, chart: string | RegExp): Promise<string[]> {
  const names = await panel.part(chart).locator('.label.pinned .label-name').allTextContents();
  return names.sort();
}

/** The layer view with much of it chosen by hand. */
async function arrange(panel: Panel): Promise<void> {
  await panel.show('Layers');
  await panel.toEpoch(2);
  await layerCell(panel, FIRST, SECOND).click();
  await panel.choose('Order of the channels of A', 'mean');
  await panel.choose('Order of the channels of B', 'index');
  await panel.part('Similar channels').getByRole('button').first().click();
}

async function arranged(panel: Panel): Promise<unknown> {
  const texts = async (part: string): Promise<string[]> => panel.view.locator(part).allTextContents();
  const orders = panel.view.locator('.layers-order vscode-dropdown');
  return {
    pair: await texts('.layers-middle h2'),
    epoch: await panel.epoch(),
    orders: await orders.evaluateAll((all) => all.map((one) => (one as HTMLElement & { value: string }).value)),
    pinned: await texts('.cell-maps tbody th b'),
  };
}
