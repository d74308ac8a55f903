/**
 * The views in a real browser: the gallery's pages under a strict policy, driven by mouse and keys.
 * Pictures go to test-artifacts/webview/ to be looked at.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { inBrowser, PICTURES, seen } from './inBrowser.js';

describe('the views in a browser', () => {
  const view = inBrowser({ width: 1400, height: 900 });
  let page: Page;
  beforeEach(() => {
    page = view.page;
  });

  async function open(example: string, theme = 'vscode-light'): Promise<void> {
    await view.open(example, theme);
    await page.locator('.query-bar').waitFor();
  }
  const query = (): Promise<string> => page.locator('.query-input input').inputValue();
  const saysQuery = (text: string): Promise<void> => seen(query, text);
  const strip = (letter: string): Locator => page.locator(`.strip-${letter} .strip-track`);
  const chosen = (letter: string): Promise<(string | null)[]> =>
    page
      .locator(`.strip-${letter} .strip-cell[aria-selected="true"]`)
      .evaluateAll((cells) => cells.map((cell) => cell.id.replace(/^strip-.-/, '')));

  /** From the middle of one cell to the middle of another, or from an offset within the first. */
  async function dragCells(letter: string, from: number, to: number, offset = 0): Promise<void> {
    const box = async (index: number): Promise<{ x: number; y: number; left: number }> => {
      const cell = await page.locator(`#strip-${letter}-${index}`).boundingBox();
      assert.ok(cell);
      return { x: cell.x + cell.width / 2, y: cell.y + cell.height / 2, left: cell.x };
    };
    const [a, b] = [await box(from), await box(to)];
    await page.mouse.move(offset === 0 ? a.x : a.left + offset, a.y);
    await page.mouse.down();
    await page.mouse.move((a.x + b.x) / 2, b.y, { steps: 3 });
    await page.mouse.move(b.x, b.y, { steps: 3 });
    await page.mouse.up();
  }

  const EXAMPLES = [
    'query',
    'query-all-classes',
    'query-layers',
    'query-label',
    'query-metrics',
    'query-intra',
    'query-slow',
    'query-failing',
    'query-no-estimate',
    'query-damaged',
    'query-recording',
    'query-first-epoch',
    'query-nothing-yet',
    'query-wide',
    'query-one-channel',
    'query-dead-layer',
    'query-markup',
    'query-deep',
    'query-regression',
    'query-digits',
  ];

  for (const [i, example] of EXAMPLES.entries()) {
    it(`${example} draws without a fault, and nothing is wider than the page${i > 0 ? ' @all' : ''}`, async () => {
      for (const [theme, width] of [
        ['vscode-light', 1400],
        ['vscode-dark', 900],
      ] as const) {
        await page.setViewportSize({ width, height: 700 });
        await open(example, theme);
        await page.waitForTimeout(350);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        assert.ok(overflow <= 0, `${overflow} pixels too wide at ${width}`);
        assert.equal(await page.getByText(/NaN|undefined|Infinity/).count(), 0);
      }
    });
  }

  it('names with markup stay text', async () => {
    await open('query-markup');
    await page.waitForTimeout(300);
    assert.equal(await page.locator('img, [onclick], [onerror], .strip i:not([class])').count(), 0);
    assert.ok((await page.locator('.header-name').textContent())?.startsWith('<img src=x'));
  });

  it('dragging an edge or a band changes the text of the query', async () => {
    await open('query');
    await saysQuery('dCNN(x.label = 3, conv2d_2, {0..7}, -)');
    await dragCells('C', 8, 11, 1);
    await saysQuery('dCNN(x.label = 3, conv2d_2, {0..11}, -)');
    await dragCells('X', 3, 6);
    await saysQuery('dCNN(x.label = 6, conv2d_2, {0..11}, -)');
    await dragCells('T', 10, 20);
    await saysQuery('dCNN(x.label = 6, conv2d_2, {0..11}, {10..20})');
    await dragCells('T', 15, 13);
    await saysQuery('dCNN(x.label = 6, conv2d_2, {0..11}, {8..18})');
  });

  it('Ctrl-click adds, double-click takes all', async () => {
    await open('query');
    await page.locator('#strip-X-7').click({ modifiers: ['Control'] });
    await saysQuery('dCNN(x.label = {3, 7}, conv2d_2, {0..7}, -)');
    await strip('C').dblclick({ position: { x: 500, y: 20 } });
    await saysQuery('dCNN(x.label = {3, 7}, conv2d_2, -, -)');
  });

  it('Ctrl+Z takes a slice back, Ctrl+Shift+Z puts it there again', async () => {
    await open('query');
    await page.locator('.line-chart svg').first().waitFor();
    // Longer than a slice rests before it is kept.
    await page.waitForTimeout(500);
    const before = await query();
    await page.locator('#strip-X-7').click({ modifiers: ['Control'] });
    await saysQuery('dCNN(x.label = {3, 7}, conv2d_2, {0..7}, -)');
    await page.keyboard.press('Control+z');
    await saysQuery(before);
    await page.keyboard.press('Control+Shift+z');
    await saysQuery('dCNN(x.label = {3, 7}, conv2d_2, {0..7}, -)');
  });

  it('typing a query moves strips, network and hypercube; leaving the field writes it canonically', async () => {
    await open('query');
    const input = page.locator('.query-input input');
    await input.fill('dcnn( x.label={0..2},{1..3} , {4..5,6}, 30)');
    await seen(() => chosen('X'), ['0', '1', '2']);
    await seen(() => chosen('L'), ['1', '2', '3']);
    await seen(() => chosen('C'), ['4', '5', '6']);
    await seen(() => chosen('T'), ['30']);
    assert.equal(await page.locator('.network-column.chosen').count(), 3);
    assert.equal(await page.locator('.slab.chosen').count(), 3);
    await saysQuery('dcnn( x.label={0..2},{1..3} , {4..5,6}, 30)');
    await input.blur();
    await saysQuery('dCNN(x.label = {0..2}, {1..3}, {4..6}, 30)');
  });

  it('an error is underlined where it is and leaves the slice as it was', async () => {
    await open('query');
    const input = page.locator('.query-input input');
    await input.fill('dCNN(x.label = 3, conv2d_2, {0..}, -)');
    await page.keyboard.press('Escape');
    assert.ok((await page.locator('.query-text .underlined').first().textContent())?.includes('}'));
    assert.ok(((await page.locator('.query-error').textContent()) ?? '').length > 20);
    assert.deepEqual((await chosen('C')).length, 8);
    assert.equal(await input.getAttribute('aria-invalid'), 'true');
  });

  it('completions are taken with Tab', async () => {
    await open('query');
    await page.locator('.query-input input').fill('dCNN(-, conv2d_');
    await page.locator('.completions li').first().waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    await saysQuery('dCNN(-, conv2d_2');
  });

  it('a strip is worked by keys alone, and Enter asks', async () => {
    await open('query');
    await strip('L').focus();
    await page.keyboard.press('Home');
    await seen(() => chosen('L'), ['0']);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    await saysQuery('dCNN(x.label = 3, {1..2}, {0..7}, -)');
    await page.keyboard.press('Shift+End');
    await seen(async () => (await chosen('L')).length, 11);
    await page.keyboard.press('Escape');
    await saysQuery('dCNN(x.label = 3, -, {0..7}, -)');
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await page.locator('.chart-caption', { hasText: 'D = 784' }).waitFor();
  });

  it('a click on a layer of the network slices L there, with Shift all between', async () => {
    await open('query');
    await page.getByRole('button', { name: '6 add_1' }).click();
    await saysQuery('dCNN(x.label = 3, add_1, {0..7}, -)');
    await page.getByRole('button', { name: '8 pool_2' }).click({ modifiers: ['Shift'] });
    await saysQuery('dCNN(x.label = 3, {6..8}, {0..7}, -)');
    await page.getByRole('button', { name: '1 conv2d_1' }).click({ modifiers: ['Control'] });
    await saysQuery('dCNN(x.label = 3, {conv2d_1, 6..8}, {0..7}, -)');
  });

  it('a grip of the hypercube changes channels, a slab changes the layer', async () => {
    await open('query');
    const grip = await page.locator('.grip.channel-to').boundingBox();
    assert.ok(grip);
    await page.mouse.move(grip.x + 3.5, grip.y + 3.5);
    await page.mouse.down();
    await page.mouse.move(grip.x + 40, grip.y - 10, { steps: 5 });
    await page.mouse.up();
    await saysQuery('dCNN(x.label = 3, conv2d_2, -, -)');
    const face = await page.locator('.slab').nth(1).locator('.slab-face').boundingBox();
    assert.ok(face);
    await page.mouse.click(face.x + 5, face.y + face.height / 2);
    await saysQuery('dCNN(x.label = 3, conv2d_1, -, -)');
  });

  it('a source link asks for its line, and in a browser names it', async () => {
    await open('query');
    await page.getByRole('button', { name: 'train.ts:15' }).first().click();
    await seen(() => page.evaluate(() => window.exampleHostInSight?.opened), [3]);
    await open('query-browser');
    await page.getByRole('button', { name: 'train.ts:15' }).first().click();
    assert.equal((await page.locator('.toast span').textContent()) ?? '', 'models/train.ts:15:13');
  });

  it('a chart’s cursor follows arrow keys and tells the values there', async () => {
    await open('query');
    const chart = page.getByRole('slider', { name: 'Diversity over epochs' });
    await chart.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    await seen(() => chart.getAttribute('aria-valuenow'), '1');
    assert.match((await chart.getAttribute('aria-valuetext')) ?? '', /^epoch 1: conv2d_2 \d+\.\d\d/);
    assert.equal(await page.locator('.hypercube .section-head p').textContent(), 'dCNN(X, L, C, T) at t = 1');
  });

  it('a chart is saved as SVG, PNG and CSV', async () => {
    await open('query');
    await page.locator('.line-chart svg').waitFor();
    const group = page.getByRole('group', { name: 'Save Diversity of the slice' });
    for (const kind of ['SVG', 'PNG', 'CSV']) await group.getByRole('button', { name: kind }).click();
    await page.waitForFunction(() => window.exampleHostInSight?.saved.length === 3);
    const saved = (await page.evaluate(() => window.exampleHostInSight?.saved)) ?? [];
    const file = (ending: string): { name: string; text: string } =>
      saved.find((one) => one.name.endsWith(ending)) ?? assert.fail(ending);
    assert.match(file('.svg').text, /^<svg[^>]* xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    assert.ok(file('.svg').text.includes('Gaussian noise') && !file('.svg').text.includes('var(--'));
    const png = Buffer.from(file('.png').text, 'base64');
    assert.deepEqual([...png.subarray(0, 8)], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    assert.ok(png.readUInt32BE(16) > 1000, 'two pixels a pixel');
    assert.equal(file('.csv').text.trim().split('\n').length, 32);
  });

  it('a long query shows progress and can be cancelled', async () => {
    await open('query-slow');
    await page.getByText('Cancel', { exact: true }).click();
    await page.getByText('Cancelled.').first().waitFor();
    assert.equal(await page.locator('.ask').getByText('Query').count(), 1);
  });

  it('another measure is chosen and asked, and the query before comes back', async () => {
    await open('query');
    await page.locator('.line-chart svg').waitFor();
    await page.locator('vscode-dropdown').click();
    await page.locator('vscode-option', { hasText: 'Label entropies' }).click();
    await page.locator('.ask vscode-button').click();
    await page.getByRole('heading', { name: 'H(x.label | y = i)' }).waitFor();
    await page.getByRole('button', { name: 'Previous query' }).click();
    await page.getByRole('heading', { name: 'Diversity of the slice' }).waitFor();
  });

  it('every control has a name, and Tab reaches the button that asks', async () => {
    await open('query');
    const nameless = await page.evaluate(() =>
      [...document.querySelectorAll('button, input, [role="listbox"], [role="slider"], [role="option"]')]
        .filter(
          (element) =>
            !(
              element.getAttribute('aria-label') ||
              element.getAttribute('aria-labelledby') ||
              element.textContent?.trim()
            ),
        )
        .map((element) => element.outerHTML.slice(0, 80)),
    );
    assert.deepEqual(nameless, []);
    await page.locator('.query-input input').focus();
    const reached: string[] = [];
    for (let i = 0; i < 6; i++) {
      await page.keyboard.press('Tab');
      reached.push(await page.evaluate(() => document.activeElement?.tagName.toLowerCase() ?? ''));
    }
    assert.ok(reached.includes('vscode-button'), reached.join(' '));
  });

  it('is pictured in every theme @all', async () => {
    for (const theme of ['vscode-light', 'vscode-dark', 'vscode-high-contrast', 'vscode-high-contrast-light']) {
      await open('query', theme);
      await page.locator('.line-chart svg').waitFor();
      await page.screenshot({ path: join(PICTURES, `query-${theme.replace('vscode-', '')}-1400x900.png`) });
    }
    await page.setViewportSize({ width: 900, height: 700 });
    await open('query');
    await page.locator('.line-chart svg').waitFor();
    await page.screenshot({ path: join(PICTURES, 'query-light-900x700.png'), fullPage: true });
  });
});
