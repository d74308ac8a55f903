/** A report of a real run, opened as a file: every view begins whole, and what is not in the file says so and can be left. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Locator } from 'playwright-core';
import { VIEW_TITLES } from '../../src/protocol/viewState.js';
import { bundles } from '../recorder/support/bundles.js';
import { makeTourWorkspace, type TourWorkspace } from '../workbench/tourWorkspace.js';
import { inBrowser } from './inBrowser.js';

const VIEWS = Object.values(VIEW_TITLES);
const NOT_HELD = /this is not included in the report/i;
/** Options of a list that are tried; lists of layers are longer. */
const MOST_OPTIONS = 3;

describe('a report that is opened as a file', () => {
  const browser = inBrowser({ width: 1400, height: 1200 });
  let workspace: TourWorkspace;

  before(async () => {
    workspace = await makeTourWorkspace({ installed: true });
    const { dist } = await bundles();
    const cnnslicer = (...args: string[]) =>
      promisify(execFile)(process.execPath, [`${dist}/cli.cjs`, ...args], { cwd: workspace.folder });
    await cnnslicer('record', '--probes', '200', '--quiet', 'train.js', '--', '2');
    await cnnslicer('report', 'latest', '-o', 'report.html');
  });
  // Not made where there is no browser.
  after(() => (workspace as TourWorkspace | undefined)?.remove());

  for (const [i, view] of VIEWS.entries())
    it(`begins with all that ${view} shows, and takes every choice there${i > 0 ? ' @all' : ''}`, async () => {
      const { page } = browser;
      await page.goto(pathToFileURL(join(workspace.folder, 'report.html')).href);
      await page.getByRole('tab', { name: view, exact: true }).click();
      assert.doesNotMatch(await settled(), NOT_HELD, 'at first nothing is missing');
      const lists = page.locator('vscode-dropdown');
      for (let i = 0; i < (await lists.count()); i++) await tryOptions(lists.nth(i));
      for (const name of ['[role=radio]', 'vscode-checkbox']) {
        const all = page.locator(name);
        for (let i = 0; i < (await all.count()); i++) {
          await all.nth(i).click();
          await isWhole(`${name} ${i}`);
        }
        // The first of a group is the one that it begins with.
        if (name === '[role=radio]' && (await all.count()) > 0) await all.first().click();
      }
      const slider = page.getByRole('slider', { name: 'Epoch' }).first();
      if ((await slider.count()) === 0) return;
      for (const key of ['Home', 'End']) {
        await slider.press(key);
        await isWhole(`epoch by ${key}`);
      }
    });

  /** Chooses some of a list, and at last what it began with. */
  async function tryOptions(list: Locator): Promise<void> {
    const first = await list.evaluate((one: HTMLElement & { value: string }) => one.value);
    const options = await list
      .locator('vscode-option:not([disabled])')
      .evaluateAll((all) => all.map((one) => (one as HTMLElement & { value: string }).value));
    for (const value of [...options.filter((one) => one !== first).slice(0, MOST_OPTIONS), first]) {
      await list.evaluate((one: HTMLElement & { value: string }, chosen) => {
        one.value = chosen;
        one.dispatchEvent(new Event('change'));
      }, value);
      await isWhole(`${await list.getAttribute('aria-label')}: ${value}`);
    }
  }

  /** Nothing failed in another way than that the report does not hold it, and no number is none. */
  async function isWhole(choice: string): Promise<void> {
    const text = await settled();
    assert.doesNotMatch(text, /NaN|undefined|Infinity|Failed while/, choice);
    for (const said of await browser.page.locator('.failure').allInnerTexts()) {
      assert.match(said, NOT_HELD, choice);
      assert.match(said, /Open the run with/, choice);
    }
  }

  /** The view's words once nothing in it changes any more. */
  async function settled(): Promise<string> {
    const { page } = browser;
    for (let [before, unchanged] = ['', 0]; ;) {
      const now = await page.locator('body').innerText();
      const isBusy = (await page.locator('[aria-busy=true]').count()) > 0;
      unchanged = now === before && !isBusy ? unchanged + 1 : 0;
      if (unchanged >= 3) return now;
      before = now;
      await page.waitForTimeout(120);
    }
  }
});
