/**
 * The network view in a real browser: drawn in all themes, driven by mouse and keys.
 * Pictures go to test-artifacts/webview/ to be looked at.
 */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { ViewerContract } from '../../src/protocol/viewer.js';
import type { ViewState } from '../../src/protocol/viewState.js';
import { drawsWithoutFault, inBrowser, seen } from './inBrowser.js';

type Saved = ViewerContract['saveFile']['input'];

describe('the network view in a browser', () => {
  const view = inBrowser({ width: 1400, height: 900 });
  let page: Page;
  beforeEach(() => {
    page = view.page;
  });

  async function open(example: string, theme = 'vscode-light'): Promise<void> {
    await view.open(example, theme);
    await page.locator('.network-view').waitFor();
  }
  async function openBoard(example: string): Promise<void> {
    await open(example);
    await page.locator('.network-card').first().waitFor({ timeout: 60_000 });
  }
  const kept = (): Promise<ViewState | null> => view.kept();
  const cardsOf = (layer: number) => page.locator(`[data-key^="layer ${layer}/"]`);
  const membersOf = async (card: ReturnType<typeof cardsOf>): Promise<number> =>
    Number(/(\d+) (?:channel|unit)/.exec((await card.locator('.network-card-head').textContent()) ?? '')?.[1]);

  const EXAMPLES = [
    'network',
    'network-activations',
    'network-dead',
    'network-fifty',
    'network-regression',
    'network-failing',
    'network-without-patches',
  ];
  for (const [i, example] of EXAMPLES.entries()) {
    it(`${example} draws without a fault, and nothing is wider than the page${i > 0 ? ' @all' : ''}`, () =>
      drawsWithoutFault(view, example, open, 900));
  }

  it('a run whose clusters cannot be computed says so', async () => {
    await open('network-failing');
    await page.locator('.failure').first().waitFor();
  });

  it('hovering a cluster traces its inputs and outputs, and dims what is not connected', async () => {
    await openBoard('network');
    await cardsOf(10).first().hover();
    await page.locator('.network-world.tracing').waitFor();
    const ends = await page
      .locator('.traced')
      .evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset['key'] ?? ''));
    assert.ok(ends.includes('layer 10/0'), ends.join());
    assert.ok(
      ends.some((end) => end.startsWith('layer 11/')) && ends.some((end) => end.startsWith('stage ')),
      ends.join(),
    );
    assert.match(
      (await page.locator('.network-readout').textContent()) ?? '',
      /from conv2d.*[+−]\d.*to dense_2.*[+−]\d/,
    );
    await page.mouse.move(5, 5);
    await seen(() => page.locator('.network-world.tracing').count(), 0);
  });

  it('arrow keys go from card to card, and Enter opens a stage', async () => {
    await openBoard('network');
    await cardsOf(0).first().focus();
    const focused = (): Promise<string | undefined> =>
      page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset['key']);
    await page.keyboard.press('ArrowRight');
    assert.match((await focused()) ?? '', /^layer 1\//);
    await page.keyboard.press('ArrowRight');
    assert.match((await focused()) ?? '', /^stage residual block/);
    await page.keyboard.press('Enter');
    await cardsOf(4).first().waitFor();
    await seen(async () => (await kept())?.network?.stages, ['residual block: conv2d_2']);
    await page
      .getByTitle(/^Close the stage/)
      .first()
      .click();
    await seen(() => cardsOf(4).count(), 0);
  });

  it('a channel that is dragged to another cluster is there, and undo brings it back', async () => {
    await openBoard('network');
    const [from, to] = [cardsOf(10).nth(0), cardsOf(10).nth(1)];
    const before = [await membersOf(from), await membersOf(to)];
    await from.click();
    await page.locator('.network-chips button').first().dragTo(to);
    await seen(async () => [await membersOf(from), await membersOf(to)], [before[0] - 1, before[1] + 1]);
    await seen(async () => (await kept())?.network?.moves.length, 1);
    await page.keyboard.press('Control+z');
    await seen(async () => [await membersOf(from), await membersOf(to)], before);
    await page.getByRole('button', { name: 'Redo' }).click();
    await seen(async () => [await membersOf(from), await membersOf(to)], [before[0] - 1, before[1] + 1]);
  });

  it('a channel is moved by the letter of a cluster, and the number of clusters is set by hand', async () => {
    await openBoard('network');
    const cards = cardsOf(10);
    const count = await cards.count();
    const before = await membersOf(cards.nth(0));
    await cards.nth(0).click();
    await page.locator('.network-chips button').first().focus();
    await page.keyboard.press('b');
    await seen(() => membersOf(cards.nth(0)), before - 1);
    await page.getByRole('button', { name: 'More clusters' }).click();
    await seen(() => cards.count(), count + 1);
    await seen(async () => (await kept())?.network?.counts, [[10, count + 1]]);
    await seen(async () => (await kept())?.network?.moves, []);
    await page.getByRole('button', { name: 'by silhouette' }).click();
    await seen(() => cards.count(), count);
  });

  it('a channel of the chosen cluster opens the channel view at that channel', async () => {
    await openBoard('network');
    await cardsOf(1).first().click();
    const channel = Number(await page.locator('.network-chips button').first().textContent());
    await page.locator('.network-chips button').first().click();
    await seen(async () => (await kept())?.view, 'channels');
    await seen(async () => (await kept())?.selected, { layer: 1, channel, sample: null });
  });

  it('a layer’s line is opened from its head', async () => {
    await openBoard('network');
    await page.locator('.network-head .link').first().click();
    await seen(() => page.evaluate(() => window.exampleHostInSight?.opened), [1]);
  });

  it('the board is saved as SVG, PNG and CSV @all', async () => {
    await openBoard('network');
    await page.waitForTimeout(500);
    for (const kind of ['SVG', 'PNG', 'CSV'])
      await page.locator('.network-controls .chart-save').getByText(kind).click();
    await seen(() => page.evaluate(() => window.exampleHostInSight?.saved.length), 3);
    const saved = (await page.evaluate(() => window.exampleHostInSight?.saved)) as Saved[];
    const [svg, png, csv] = saved;
    assert.doesNotMatch(svg.text, /var\(|NaN|undefined/);
    assert.match(svg.text, /<image [^>]*href="data:image\/png/);
    assert.equal(Buffer.from(png.text, 'base64').subarray(1, 4).toString(), 'PNG');
    assert.match(csv.text, /^layer,cluster,channel,mean 0,/);
    const parsed = await page.evaluate((text) => {
      const root = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement;
      return [root.tagName, root.querySelectorAll('parsererror').length] as const;
    }, svg.text);
    assert.deepEqual(parsed, ['svg', 0]);
  });

  it('draws 1,000 clusters with some 10,000 edges; what a frame of it costs is `npm run bench -- views` @all', async () => {
    await openBoard('network-thousand');
    await seen(() => page.locator('.network-card').count(), 1001);
    const edges = await page.locator('.network-caption').textContent();
    const count = Number(/([\d,]+) edges/.exec(edges ?? '')?.[1].replace(/,/g, ''));
    assert.ok(count >= 9_500 && count <= 11_500, edges ?? '');
  });
});
