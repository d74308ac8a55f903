/** The channel view in a real browser: boxes, circles, slider, maps and files, by mouse and by keys. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';
import { serveGallery, type GalleryServer } from '../gallery/server.js';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-dev-shm-usage'];

describe('the channel view in a browser', function () {
  this.timeout(120_000);
  let gallery: GalleryServer;
  let browser: Browser;
  let page: Page;
  let faults: string[];

  before(async function () {
    if (!existsSync(CHROMIUM)) {
      process.stdout.write(`  skipped: there is no Chromium at ${CHROMIUM} (set CHROMIUM)\n`);
      return this.skip();
    }
    gallery = await serveGallery();
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  });
  after(async () => {
    await browser?.close();
    await gallery?.close();
  });
  beforeEach(async () => {
    faults = [];
    page = await browser.newPage({ viewport: { width: 1400, height: 1100 } });
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text());
    });
    page.on('pageerror', (error) => faults.push(error.message));
  });
  afterEach(async () => {
    await page?.close();
    assert.deepEqual(faults ?? [], []);
  });

  async function open(example: string): Promise<void> {
    await page.goto(`${gallery.address}?example=${example}&theme=vscode-light`);
    await page.locator('.circle-packing .disc').first().waitFor();
    await page.locator('.map-rows path').first().waitFor();
  }
  const chosenTitle = (text: string): Promise<void> => page.getByRole('heading', { name: text, exact: true }).waitFor();

  it('shows the channel whose box or circle is pressed, and keeps the choice', async () => {
    await open('channels');
    await page.getByRole('button', { name: /^7: / }).last().click();
    await chosenTitle('conv2d_2 channel 7');
    await page.locator('.disc-group').nth(4).locator('.disc').nth(2).click();
    await chosenTitle('conv2d_2 channel 2');
    await page.getByRole('button', { name: /^5: / }).first().press('Enter');
    await chosenTitle('conv2d_1 channel 5');
    const kept = await page.evaluate(() => window.exampleHostInSight?.loadState()?.channels);
    assert.deepEqual(kept, { left: 1, right: 3, layer: 1, channel: 5, fromFirst: false });
  });

  it('walks the circles by arrow keys, with a card for each, and chooses by Enter', async () => {
    await open('channels');
    await page.locator('.circle-packing > svg').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    const card = page.locator('.channel-card');
    assert.match(
      await card.innerText(),
      /^Class 0, channel 1\s+\d\.\d\d bits ± 0\.\d\d\s+95 %, N = 100 · \d+\w\w of 16/,
    );
    await page.keyboard.press('Enter');
    await chosenTitle('conv2d_2 channel 1');
    await page.keyboard.press('Escape');
    await card.waitFor({ state: 'detached' });
  });

  it('zooms to a class and back, by pointer and keys', async () => {
    await open('channels');
    const transform = (): Promise<string | null> => page.locator('.circle-packing svg > g').getAttribute('transform');
    const whole = await transform();
    await page.locator('.disc-group').nth(3).locator('.disc').first().dblclick();
    assert.match(String(await transform()), /scale\([2-9]/);
    await page.getByRole('button', { name: 'whole picture' }).click();
    assert.equal(await transform(), whole);
    await page.locator('.circle-packing > svg').press('+');
    assert.notEqual(await transform(), whole);
    await page.locator('.circle-packing > svg').press('0');
    assert.equal(await transform(), whole);
  });

  it('moves all charts with its slider, and begins at epoch 1 where that is asked', async () => {
    await open('channels');
    await page.getByRole('slider', { name: 'Epoch', exact: true }).press('Home');
    await page.getByText('conv2d_2, epoch 0.').waitFor();
    await page.getByText('epoch 0, samples 0, 1, 2').waitFor();
    const ticks = page.locator('.channel-side').last().locator('.panel').last().locator('.tick');
    assert.deepEqual(await ticks.allTextContents(), ['0', '30']);
    await page.getByText('from epoch 1', { exact: true }).click();
    await page.waitForFunction(() => document.querySelector('.channel-side .tick.middle')?.textContent === '1');
  });

  it('turns the pages of 512 channels and of 100 classes', async () => {
    await open('channels-wide');
    await page.getByRole('button', { name: 'Later channels' }).click();
    await page.getByText('channels 32–63 of 512').waitFor();
    await page.getByRole('button', { name: /^40: / }).waitFor();
    await page.getByRole('button', { name: 'Later classes' }).click();
    await page.locator('.class-names').getByText('class number 10').waitFor();
  });

  it('saves the circles, not the slider’s icon, and the maps as numbers', async () => {
    await open('channels');
    const save = (chart: string, kind: string): Promise<void> =>
      page
        .getByRole('group', { name: `Save ${chart}` })
        .getByRole('button', { name: kind })
        .click();
    await save('Classes and their channels', 'SVG');
    await save('Feature maps', 'CSV');
    await save('Classes and their channels', 'PNG');
    await page.waitForFunction(() => window.exampleHostInSight?.saved.length === 3);
    const files = await page.evaluate(() => window.exampleHostInSight?.saved ?? []);
    const [svg, csv] = files;
    assert.ok((svg.text.match(/<circle/g) ?? []).length >= 11 * 14, 'eleven classes of fourteen living channels');
    assert.doesNotMatch(svg.text, /class=|style=/);
    assert.equal(csv.text.split('\n')[0], 'epoch,sample,class,y,x,activation');
    assert.equal(csv.text.trim().split('\n').length, 1 + 10 * 14 * 14);
  });
});
