/** What all views share: one epoch, one layer, pinned classes, a sample; the line and back; reload, link, files, keys. */
import assert from 'node:assert/strict';
import type { LabelResult } from '../../../src/protocol/measure.js';
import type { Locator } from 'playwright-core';
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
    'the query, the pair of the layer view, the channel view, the network, the information and the comparison are of it',
    async (panel) => {
      await panel.show('Query');
      await panel.view.locator('.layer-name').nth(4).click();
      await areOf(panel, 'Query', SECOND, 'Conv2D 2');
      await panel.show('Channels');
      await panel.choose('Left layer', 'Conv2D 1');
      await panel.part('Conv2D 1').locator('.panel').nth(5).click();
      await areOf(panel, 'Channels', FIRST, 'Conv2D 1');
      await panel.show('Information');
      await panel.view.locator('.course > [aria-label^="MaxPooling2D 1:"]').press('Enter');
      await areOf(panel, 'Information', POOLED, 'MaxPooling2D 1');
      await panel.show('Compare');
      await panel.view.locator('.change-row').filter({ hasText: SECOND }).click();
      await areOf(panel, 'Compare', SECOND, 'Conv2D 2');
      await panel.show('Layers');
      await layerCell(panel, FIRST, POOLED).click();
      await areOf(panel, 'Layers', POOLED, 'MaxPooling2D 1');
      await panel.show('Network');
      await panel.view.getByRole('button', { name: /^Conv2D 2, cluster B/ }).click();
      await areOf(panel, 'Network', SECOND, 'Conv2D 2');
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
      const channel = /^Conv2D 2 channel/;
      await becomes(() => pinnedIn(panel, channel), ['6']);
      await panel.part(channel).locator('.label').filter({ hasText: /2$/ }).press('Enter');
      await becomes(() => pinnedIn(panel, channel), ['2', '6']);
      await panel.show('Training');
      await becomes(() => pinnedIn(panel, 'H(y | x.label = i)'), ['2', '6']);
      await standOut(panel, ['2', '6']);
    },
  ],
  [
    'a class is chosen by the slice of the query view, by the comparison and by the network’s facet',
    'it stands out in the strip X, the matrix, the maps of filters, the circles, the clusters and the comparison',
    async (panel) => {
      await panel.show('Query');
      await panel.view.locator('#strip-X-4').click();
      await becomes(() => panel.query.inputValue(), `dCNN(x.label = 4, ${SECOND}, -, -)`);
      await standOut(panel, ['4']);
      await panel.show('Compare');
      await classRows(panel).nth(1).press('Enter');
      await standOut(panel, ['1', '4']);
      await panel.show('Network');
      await panel.choose('Single class', '7');
      await standOut(panel, ['1', '4', '7']);
      await panel.show('Network');
      await panel.choose('Single class', 'all classes');
      await panel.show('Query');
      await panel.write(`dCNN(-, ${SECOND}, -, -)`);
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
      await becomes(
        () =>
          panel.view
            .locator('.map-column[aria-pressed="true"]')
            .evaluateAll((all) => all.map((one) => /^Sample (\d+)/.exec(one.getAttribute('aria-label') ?? '')?.[1])),
        [number],
      );
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
      const chosen = panel.part('Selected cell').locator('h2');
      const cell = await chosen.textContent();
      await heatmap.press('ArrowUp');
      await becomes(async () => (await chosen.textContent()) === cell, false);
    },
  ],
  ...[...SLIDERS, 'Compare', 'Query'].map(savedFrom),
  [
    'the matrix of the training view is saved as CSV',
    'its counts are those of the command line',
    async (panel) => {
      await panel.show('Training');
      await panel.toEpoch(4);
      const { values } = await panel.commandLine.query<LabelResult>('label', 'dCNN(-, -, -, -)');
      const { counts } = values.find(({ epoch, split }) => epoch === 4 && split === 'all')!;
      const csv = (await panel.saved(panel.part('Confusion'), 'CSV')).toString('utf8');
      const [, ...rows] = csv.split('\n').map((line) =>
        line
          .split(',')
          .slice(3, 3 + counts.length)
          .map(Number),
      );
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
    'view, pair, orders with the epoch that they go by, cell, epoch and pinned filters are as they were',
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
      await panel.view.getByText('Link copied').waitFor();
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

/** All views but `view` have the layer; the network shows a pool in the column of what it pools. */
async function areOf(panel: Panel, view: string, name: string, label: string): Promise<void> {
  const looks: Record<string, () => Promise<boolean>> = {
    Query: async () => (await panel.query.inputValue()).includes(name),
    Layers: async () => (await panel.view.locator('.layers-middle h2').first().innerText()).includes(label),
    Channels: async () => (await panel.view.locator('.channels-one h2').first().innerText()).startsWith(label),
    Network: async () =>
      (await panel.view.locator('.network-head.selected h3').allTextContents()).join() ===
      (label === 'MaxPooling2D 1' ? 'Conv2D 1' : label),
    Information: async () =>
      (await panel.view.locator(`.course > [aria-pressed="true"][aria-label^="${label}:"]`).count()) === 1,
    Compare: async () => (await panel.part(`Channels of ${label}`).count()) === 1,
  };
  for (const [other, look] of Object.entries(looks)) {
    if (other === view) continue;
    await panel.show(other);
    await becomes(look, true);
  }
}

const classRows = (panel: Panel): Locator => panel.part('Classes').locator('.change-row');

/** In every view that has classes these stand out, and no other. */
async function standOut(panel: Panel, classes: readonly string[]): Promise<void> {
  const texts = (parts: string): Promise<string[]> => panel.view.locator(parts).allTextContents();
  const looks: Record<string, () => Promise<unknown>> = {
    Query: () => texts('.strip-X .strip-cell.pinned .cell-words b'),
    Training: () => texts('[role="option"][aria-selected="true"] .confusion-name'),
    Layers: () => texts('.map-sample.pinned'),
    Channels: () => texts('.disc-group.pinned .disc-class'),
    Compare: () => texts('section[aria-label="Classes"] .change-row[aria-pressed="true"] .change-label'),
  };
  for (const [view, look] of Object.entries(looks)) {
    await panel.show(view);
    await becomes(async () => [view, await look()], [view, classes]);
  }
  await panel.show('Network');
  const cards = panel.view.locator('.network-card[aria-label*="strongest for"]');
  await cards.first().waitFor();
  const amongStrongest = (label: string): string => {
    const [, names = ''] = /strongest for ([^;]+)/.exec(label) ?? [];
    return names
      .split(', ')
      .filter((name) => classes.includes(name))
      .join(', ');
  };
  await becomes(async () => {
    const labels = await cards.evaluateAll((all) => all.map((card) => card.getAttribute('aria-label') ?? ''));
    return labels.filter((label) => amongStrongest(label) !== (/; pinned: (.+)$/.exec(label)?.[1] ?? ''));
  }, []);
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

/** A row of the table for all charts of a view. */
function savedFrom(view: string): Interaction {
  return [
    `the charts of the view ${view} are saved, one as SVG, the next as PNG, the next as CSV`,
    'an SVG that parses and draws, a PNG of a size, numbers with a head',
    async (panel) => {
      await panel.show(view);
      await chartsSaved(panel);
    },
  ];
}

/** Of every chart all three are looked at in `test/webview/savedBrowser`; a dialog of the editor takes longer. */
async function chartsSaved(panel: Panel): Promise<void> {
  const charts = panel.view.getByRole('group', { name: /^Save / });
  await charts.first().waitFor();
  await becomes(() => panel.view.locator('section.chart[aria-busy="true"]').count(), 0);
  for (const [at, chart] of (await charts.all()).entries()) {
    const name = (await chart.getAttribute('aria-label')) ?? '';
    const kinds = (await chart.getByRole('button').allTextContents()) as (keyof typeof LOOKS)[];
    const kind = kinds[at % kinds.length]!;
    await LOOKS[kind](await panel.saved(chart, kind), name, panel);
  }
}

/** What a saved file is held against. */
const LOOKS = {
  SVG: async (file: Buffer, name: string, panel: Panel): Promise<void> => {
    const [root, marks] = await panel.workbench.page.evaluate((text) => {
      const { documentElement } = new DOMParser().parseFromString(text, 'image/svg+xml');
      const drawn = documentElement.querySelectorAll('path, rect:not([width="100%"]), circle, line, image');
      return [documentElement.tagName, drawn.length] as const;
    }, file.toString('utf8'));
    assert.ok(root === 'svg' && marks > 0, `${name}: ${root} with ${marks} marks`);
  },
  PNG: (file: Buffer, name: string): void => {
    assert.equal(file.subarray(0, 8).toString('latin1'), '\x89PNG\r\n\x1a\n', name);
    const [width, height] = [file.readUInt32BE(16), file.readUInt32BE(20)];
    assert.ok(width > 100 && height > 40 && file.length > 500, `${name}: ${file.length} bytes`);
  },
  CSV: (file: Buffer, name: string): void => {
    const [head = '', ...rows] = file.toString('utf8').trim().split('\n');
    assert.ok(/[a-z]/.test(head) && rows.length > 0, `${name}: ${head}`);
  },
};

/** The layer view with much of it chosen by hand. */
async function arrange(panel: Panel): Promise<void> {
  await panel.show('Layers');
  await panel.toEpoch(2);
  await layerCell(panel, FIRST, SECOND).click();
  await panel.view.getByRole('heading', { name: 'Channels at epoch 2', exact: true }).waitFor();
  await panel.choose('Order of the channels of A', 'index');
  await panel.choose('Order of the channels of A', 'mean');
  await panel.choose('Order of the channels of B', 'maximum');
  await panel
    .part(/^Channels of /)
    .getByText('order of A by mean, of B by maximum at epoch 2')
    .waitFor();
  const heatmap = panel.view.getByRole('application', { name: /^Distance MI of \d+ channels/ });
  for (const key of ['Home', 'ArrowRight', 'ArrowUp']) await heatmap.press(key);
  await panel.toEpoch(3);
  await panel.view.getByRole('button', { name: 'Order by epoch 3' }).waitFor();
  await panel.part('Similar channels').getByRole('button').first().click();
}

async function arranged(panel: Panel): Promise<unknown> {
  const texts = async (part: string): Promise<string[]> => panel.view.locator(part).allTextContents();
  const orders = panel.view.locator('.layers-order vscode-dropdown');
  return {
    pair: await texts('.layers-middle h2'),
    // By the epoch at which they were chosen, which is not the one in sight.
    order: (await texts('.layers-middle .heatmap-stack > svg > g[aria-hidden="true"] > text.tick')).map((text) =>
      text.replace(/^(†|dead )/, ''),
    ),
    cell: (await texts('[aria-label="Selected cell"] h2')).map((text) => /^.*? bits/.exec(text)?.[0]),
    epoch: await panel.epoch(),
    orders: await orders.evaluateAll((all) => all.map((one) => (one as HTMLElement & { value: string }).value)),
    pinned: await texts('.cell-maps tbody th b'),
  };
}
