/** The channel view in a real browser: boxes, circles, slider, maps and files, by mouse and by keys. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { inBrowser } from './inBrowser.js';

describe('the channel view in a browser', () => {
  const view = inBrowser({ width: 1400, height: 1100 });
  let page: Page;
  beforeEach(() => {
    page = view.page;
  });

  async function open(example: string): Promise<void> {
    await view.open(example);
    await page.locator('.circle-packing .disc-group').first().waitFor();
    await page.locator('.map-rows path').first().waitFor();
  }
  /** Moves over a class's circle until the card tells of the channel. */
  async function pointAt(group: number, channel: number): Promise<void> {
    const box = await page.locator('.disc-group .outer').nth(group).boundingBox();
    assert.ok(box);
    for (let y = 0.1; y < 1; y += 0.08) {
      for (let x = 0.1; x < 1; x += 0.08) {
        await page.mouse.move(box.x + x * box.width, box.y + y * box.height);
        const card = page.locator('.channel-card b').first();
        if ((await card.count()) > 0 && (await card.innerText()).endsWith(`channel ${channel}`)) return;
      }
    }
    assert.fail(`no circle of channel ${channel} in group ${group}`);
  }
  const press = async (): Promise<void> => {
    await page.mouse.down();
    await page.mouse.up();
  };
  const chosenTitle = (text: string): Promise<void> => page.getByRole('heading', { name: text, exact: true }).waitFor();

  it('shows the channel whose box or circle is pressed, and keeps the choice', async () => {
    await open('channels');
    await page.getByRole('button', { name: /^7: / }).last().click();
    await chosenTitle('conv2d_2 channel 7');
    await pointAt(4, 2);
    await press();
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
    const outer = await page.locator('.disc-group .outer').nth(3).boundingBox();
    assert.ok(outer);
    await page.mouse.click(outer.x + outer.width / 2, outer.y + 4);
    await page.waitForFunction(() =>
      /scale\([2-9]/.test(document.querySelector('.circle-packing svg > g')?.getAttribute('transform') ?? ''),
    );
    await page.getByRole('button', { name: 'show all' }).click();
    const isWhole = (wanted: boolean): Promise<unknown> =>
      page.waitForFunction(
        ([before, same]) =>
          (document.querySelector('.circle-packing svg > g')?.getAttribute('transform') === before) === same,
        [whole, wanted] as const,
      );
    await isWhole(true);
    await page.locator('.circle-packing > svg').press('+');
    await isWhole(false);
    await page.locator('.circle-packing > svg').press('0');
    await isWhole(true);
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

  it('scrolls through 512 channels, of which few are drawn, and turns the pages of 100 classes @all', async () => {
    await open('channels-wide');
    const side = page.locator('.channel-side').first();
    const drawn = (): Promise<number> => side.locator('.panel').count();
    assert.ok((await drawn()) <= 48);
    await side.locator('.boxes-scroll').evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await page.getByRole('button', { name: /^511: \d/ }).waitFor();
    assert.ok((await drawn()) <= 48);
    await page.getByRole('button', { name: /^500: \d/ }).click();
    await page.keyboard.press('ArrowRight');
    await chosenTitle('conv_wide channel 501');
    await page.keyboard.press('Home');
    await chosenTitle('conv_wide channel 0');
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label')?.startsWith('0: ') === true);
    await page.getByRole('button', { name: 'Next classes' }).click();
    await page.locator('.class-names').getByText('class number 10').waitFor();
  });

  it('saves the circles, not the slider’s icon, and the maps as numbers @all', async () => {
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
    assert.equal(csv.text.split('\n')[0], 'kind,epoch,sample,class,y,x,plane,value');
    assert.equal(csv.text.trim().split('\n').length, 1 + 10 * (14 * 14 + 28 * 28));
    assert.equal(await page.locator('.discs-for-file circle').count(), 0);
  });

  it('projects the strongest activation of each sample, and says what it sees; the whole map or none on request', async () => {
    await open('channels');
    await page.locator('.signed-positive').first().waitFor();
    const first = page.locator('.map-column').first();
    assert.match(
      String(await first.getAttribute('aria-label')),
      /unit at row \d+, column \d+, activation 2.50, sees row/,
    );
    assert.equal(await page.locator('.field-box').count(), 20);
    assert.equal(await page.locator('.unit-box').count(), 10);
    await page.getByLabel('Deconvnet of', { exact: true }).click();
    await page.getByRole('option', { name: 'Deconvnet of the whole map' }).click();
    await page.getByRole('button', { name: /Sample 0.*whole map/ }).waitFor();
    await page.getByLabel('Deconvnet of', { exact: true }).click();
    await page.getByRole('option', { name: 'No deconvnet' }).click();
    await page.locator('.signed-positive').first().waitFor({ state: 'detached' });
    const kept = await page.evaluate(() => window.exampleHostInSight?.loadState()?.channels?.maps);
    assert.deepEqual(kept, { samples: 'classes', unit: 'none', overEpochs: false });
  });

  it('projects the unit that is pressed in a map, moves it by arrow keys, and keeps it', async () => {
    await open('channels');
    await page.locator('.signed-positive').first().waitFor();
    const map = page.locator('.map-units').nth(2);
    const box = await map.boundingBox();
    assert.ok(box);
    const [rows, columns] = [14, 14];
    await page.mouse.click(box.x + (box.width * 9.5) / columns, box.y + (box.height * 4.5) / rows);
    await page.getByRole('button', { name: /Sample 2\D.*unit at row 4, column 9/ }).waitFor();
    assert.equal(await page.locator('.unit-box').count(), 10);
    await page.locator('.map-column').nth(2).press('ArrowDown');
    await page.getByRole('button', { name: /Sample 2\D.*unit at row 5, column 9/ }).waitFor();
    const kept = await page.evaluate(() => window.exampleHostInSight?.loadState()?.channels?.maps);
    assert.deepEqual(kept, { samples: 'classes', unit: '5.9', overEpochs: false });
  });

  it('shows a channel’s maps before and after an event, a row each, until others are asked for', async () => {
    await open('channels-before-and-after');
    await page.getByText('epochs 6, 7').waitFor();
    assert.deepEqual(await page.locator('.map-rows svg > g[aria-hidden] > text:not(.tick)').allTextContents(), [
      'input',
      'epoch 6',
      'epoch 7',
    ]);
    const box = (await page.locator('.map-rows').boundingBox())!;
    const height = page.viewportSize()!.height;
    assert.ok(box.y >= 0 && box.y < height, `the maps begin at ${box.y} of ${height} pixels: out of sight`);
    await page.getByText('over epochs', { exact: true }).click();
    await page.getByText('over epochs', { exact: true }).click();
    await page.getByText('epochs 0, 7, 15, 23, 30').waitFor();
  });

  it('shows maps of the samples and epochs that are asked for, and selects a sample for all views', async () => {
    await open('channels');
    await page.getByLabel('Samples', { exact: true }).click();
    await page.getByRole('option', { name: 'By number' }).click();
    const numbers = page.getByLabel(/^Sample numbers/);
    await numbers.fill('4, nothing');
    assert.equal(await numbers.getAttribute('aria-invalid'), 'true');
    await numbers.fill('4, 8, 15–17');
    await numbers.press('Enter');
    await page.getByText('samples 4, 8, 15, 16, 17').waitFor();
    await page.getByText('over epochs', { exact: true }).click();
    await page.getByText('epochs 0, 8, 15, 23, 30').waitFor();
    await page.getByRole('button', { name: /^Sample 15/ }).press('Enter');
    const selected = await page.evaluate(() => window.exampleHostInSight?.loadState()?.selected);
    assert.equal(selected?.sample, 15);
    await page.getByLabel('Samples', { exact: true }).click();
    await page.getByRole('option', { name: 'Strongest activation' }).click();
    await page.getByText(/strongest first \(3\): /).waitFor();
  });

  it('says why there is no deconvnet, beside the maps that there are', async () => {
    await open('channels-unprojected');
    await page.getByText(/No deconvnet: the chunk/).waitFor();
    await page.getByRole('button', { name: 'Try again' }).waitFor();
  });
});
