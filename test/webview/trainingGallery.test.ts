/**
 * The training view in a real browser, driven by mouse and keys. Pictures go to test-artifacts/webview/
 * to be looked at.
 */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { ViewerContract } from '../../src/protocol/viewer.js';
import type { ViewState } from '../../src/protocol/viewState.js';
import { drawsWithoutFault, inBrowser, seen } from './inBrowser.js';

type Saved = ViewerContract['saveFile']['input'];

describe('the training view in a browser', () => {
  const view = inBrowser({ width: 1400, height: 900 });
  let page: Page;
  beforeEach(() => {
    page = view.page;
  });

  async function open(example: string, theme = 'vscode-light'): Promise<void> {
    await view.open(example, theme);
    await page.locator('.training-view .epoch-track svg').waitFor();
  }
  const openMatrix = async (example: string): Promise<void> => {
    await open(example);
    await page.locator('.confusion [role=option]').first().waitFor();
  };
  const kept = (): Promise<ViewState | null> => view.kept();
  const keepsEpoch = (epoch: number): Promise<void> => seen(async () => (await kept())?.epoch, epoch);
  const keepsClasses = (classes: number[]): Promise<void> => seen(async () => (await kept())?.classes, classes);

  const EXAMPLES = [
    'training',
    'training-never-predicted',
    'training-names',
    'training-hundred',
    'training-sizes',
    'training-one-class',
    'training-one-epoch',
    'training-damaged',
    'training-regression',
    'training-failing',
    'training-slow',
    'training-markup',
  ];
  for (const [i, example] of EXAMPLES.entries()) {
    it(`${example} draws without a fault, and nothing is wider than the page${i > 0 ? ' @all' : ''}`, () =>
      drawsWithoutFault(view, example, open, 700));
  }

  it('names with markup stay text', async () => {
    await openMatrix('training-markup');
    assert.equal(await page.locator('img, [onerror], .training-view script').count(), 0);
  });

  it('one epoch rules the slider, the matrix and the charts, and is kept', async () => {
    await openMatrix('training');
    const before = await page.locator('.confusion-number').allTextContents();
    await page.locator('.epoch-track').focus();
    await page.keyboard.press('ArrowRight');
    await keepsEpoch(5);
    await seen(() => page.locator('.epoch-word').textContent(), 'epoch 5');
    assert.notDeepEqual(await page.locator('.confusion-number').allTextContents(), before);
    const values = await page.locator('[role=slider]').evaluateAll((all) => all.map((one) => one.ariaValueNow));
    assert.deepEqual(values, ['5', '5', '5', '5', '5']);
    await page.keyboard.press('End');
    await keepsEpoch(30);
    const track = await page.locator('.epoch-track').boundingBox();
    assert.ok(track);
    await page.mouse.click(track.x + track.width / 2, track.y + track.height / 2);
    await keepsEpoch(15);
  });

  it('play goes through the epochs to the last one, and space stops it', async () => {
    await openMatrix('training');
    await page.locator('.epoch-track').focus();
    await page.keyboard.press('End');
    await page.keyboard.press(' ');
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await page.waitForFunction(() => {
      const epoch = window.exampleHostInSight?.loadState()?.epoch ?? 30;
      return epoch >= 2 && epoch < 30;
    });
    await page.keyboard.press(' ');
    await page.getByRole('button', { name: 'Play epochs' }).waitFor();
    const stopped = (await kept())?.epoch;
    await page.waitForTimeout(700);
    assert.equal((await kept())?.epoch, stopped);
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowLeft');
    await page.getByRole('button', { name: 'Play epochs' }).click();
    await keepsEpoch(30);
    await page.getByRole('button', { name: 'Play epochs' }).waitFor();
  });

  it('a class is pinned by its name in the matrix, by its line’s label and by keys', async () => {
    await openMatrix('training');
    await page.locator('#confusion-row-3 .confusion-name').click();
    await keepsClasses([5, 8, 9, 3]);
    await seen(() => page.locator('.line.pinned.class-3').count(), 2);
    await page.locator('.chart').nth(1).locator('.label.class-5 .label-name').click();
    await keepsClasses([8, 9, 3]);
    await page.locator('.confusion svg').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await keepsClasses([8, 9, 3, 1]);
    assert.equal(await page.locator('#confusion-row-1').getAttribute('aria-selected'), 'true');
  });

  it('a class and an epoch chosen here stand out in the query view, and back', async () => {
    await view.open('query-label');
    await page.getByRole('tab', { name: 'Training' }).click();
    await page.locator('#confusion-row-3 .confusion-name').click();
    await page.locator('.epoch-track').focus();
    await page.keyboard.press('Home');
    await page.getByRole('tab', { name: 'Query' }).click();
    await seen(() => page.locator('.line.pinned.class-3').count(), 2);
    const chart = page.locator('.line-chart [role=slider]').first();
    await seen(() => chart.getAttribute('aria-valuenow'), '0');
    await page.locator('.label.class-3 .label-name').first().click();
    await page.getByRole('tab', { name: 'Training' }).click();
    await page.locator('.confusion [role=option]').first().waitFor();
    assert.equal(await page.locator('#confusion-row-3').getAttribute('aria-selected'), 'false');
  });

  it('what is counted is kept', async () => {
    await openMatrix('training');
    await page.getByRole('combobox', { name: 'Numbers in the cells' }).click();
    await page.getByRole('option', { name: 'Percent of the label' }).click();
    await seen(async () => (await kept())?.training, { split: 'all', cells: 'rates' } as const);
  });

  it('choosing a size switches confusion and entropies to that run, and is kept', async () => {
    await openMatrix('training-sizes');
    await page.locator('.diversity-row').nth(3).waitFor();
    assert.deepEqual(await page.locator('.diversity-name').allTextContents(), ['500', '1,000', '2,500', '5,000']);
    const bars = await page
      .locator('.diversity-row')
      .evaluateAll((all) => all.map((one) => getComputedStyle(one).getPropertyValue('--tone')));
    const buttons = await page
      .locator('.size-button')
      .evaluateAll((all) => all.map((one) => getComputedStyle(one).getPropertyValue('--tone')));
    assert.deepEqual(bars, buttons);
    await page.getByRole('radio', { name: '5,000' }).click();
    await seen(async () => (await kept())?.training?.run, 'example-5000');
    await page.locator('.diversity-row.chosen', { hasText: '5,000' }).waitFor();
    await page.getByRole('radio', { name: '5,000' }).press('ArrowLeft');
    await seen(async () => (await kept())?.training?.run, 'example');
  });

  it('a cell pressed shows its samples, of which one is selected in all views', async () => {
    await openMatrix('training-sizes');
    const box = await page.locator('#confusion-row-0 .confusion-hit').boundingBox();
    assert.ok(box);
    await page.mouse.click(box.x + box.width + 5, box.y + box.height / 2);
    await page.getByRole('heading', { name: /Label 0 predicted as 0 *\d+ samples at epoch 4/ }).waitFor();
    await page.getByRole('button', { name: 'Sample 20', exact: true }).click();
    await seen(async () => (await kept())?.selected?.sample, 20);
    await page.locator('.confusion svg').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press(' ');
    await seen(async () => (await kept())?.training?.cell, { label: 1, prediction: 2 });
    await page.getByRole('button', { name: 'Close the samples' }).press('Escape');
    await seen(async () => (await kept())?.training?.cell, undefined);
  });

  it('the cell under the pointer is told in words', async () => {
    await openMatrix('training-never-predicted');
    const box = await page.locator('#confusion-row-0 .confusion-hit').boundingBox();
    assert.ok(box);
    await page.mouse.move(box.x + box.width + 5, box.y + box.height / 2);
    const words = await page.locator('.confusion-readout').textContent();
    assert.match(words ?? '', /^label 0 predicted as 0: \d+ of 100 \([\d.]+ %\)$/);
  });

  it('every chart is saved as SVG, PNG and CSV @all', async () => {
    await openMatrix('training');
    await page.locator('.diversity svg').waitFor();
    const groups = page.locator('.chart-save');
    assert.equal(await groups.count(), 6);
    for (let i = 0; i < 6; i++) {
      for (const kind of ['SVG', 'PNG', 'CSV']) await groups.nth(i).getByText(kind).click();
    }
    await seen(() => page.evaluate(() => window.exampleHostInSight?.saved.length), 18);
    const saved = (await page.evaluate(() => window.exampleHostInSight?.saved)) as Saved[];
    const named = (ending: string): Saved[] => saved.filter((file) => file.name.endsWith(ending));
    assert.equal(new Set(saved.map((file) => file.name)).size, 18);
    for (const file of named('.svg')) {
      assert.ok(file.text.startsWith('<svg'));
      assert.doesNotMatch(file.text, /var\(|NaN|undefined/);
    }
    for (const file of named('.png')) {
      assert.equal(file.encoding, 'base64');
      assert.equal(Buffer.from(file.text, 'base64').subarray(1, 4).toString(), 'PNG');
    }
    const confusion = named('.csv').find((file) => file.name.includes('confusion'));
    assert.equal(confusion?.text.trimEnd().split('\n').length, 12);
  });

  it('a run whose numbers cannot be read says so and can be asked again', async () => {
    await open('training-failing');
    await page.locator('.failure').first().waitFor();
    await seen(() => page.locator('.failure').count(), 6);
    await page.getByText('Try again').last().click();
    await seen(() => page.locator('.failure').count(), 6);
  });
});
