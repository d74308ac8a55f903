/**
 * Row 27, in the editor: the extension host is killed while a view is open. What was shown stays on the screen, and with
 * the window's reload – which is what the editor offers – the view is back as it was.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FrameLocator, Page } from 'playwright-core';
import { Files } from '../../data/makeFiles.js';
import { syntheticRun } from '../../engine/syntheticRun.js';
import { newPage, openBrowser } from '../../workbench/browser.js';
import { startServer } from '../../workbench/server.js';
import type { Control, NotTried, Part, TrustRow } from '../row.js';
import { reasonAgainst } from './restrictedMode.js';

const VIEWS = ['Training', 'Layers', 'Channels', 'Information'];
const MARK = 'CNNSLICER_HOST_KILLS';
const STEP_MS = 90_000;

/** Processes of this trial that host extensions. */
function hosts(mark: string): number[] {
  const pids = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
  return pids.filter((pid) => {
    try {
      const isOurs = readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`${MARK}=${mark}\0`);
      return isOurs && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=extensionHost');
    } catch {
      return false; // It ended meanwhile.
    }
  });
}

const viewIn = (page: Page): FrameLocator =>
  page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');

async function openView(page: Page): Promise<void> {
  const row = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'CNNSlicer: Open Run' });
  // The palette is filled once, when it opens: the extension's commands may not be there yet.
  for (let tries = 0; tries < 10 && !(await row.first().isVisible()); tries++) {
    await page.keyboard.press('Escape');
    await page.keyboard.press('F1');
    await page.keyboard.type('CNNSlicer: Open Run');
    await sleep(2000);
  }
  await page.keyboard.press('Enter');
  const run = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'sample' });
  await run.first().waitFor();
  await page.keyboard.press('Enter');
}

const shown = async (page: Page, view: string): Promise<boolean> =>
  viewIn(page).locator('[aria-selected="true"], [aria-current]').filter({ hasText: view }).first().waitFor().then(() => true, () => false); // prettier-ignore

/** `forgets`: broken on purpose, the window's own memory is lost too. */
async function kills(count: number, forgets: boolean): Promise<string[]> {
  const folder = join(new Files().folder, 'workspace');
  mkdirSync(join(folder, '.cnnslicer', 'runs'), { recursive: true });
  cpSync((await syntheticRun()).folder, join(folder, '.cnnslicer', 'runs', 'run'), { recursive: true });
  writeFileSync(join(folder, 'train.js'), "const tf = require('@tensorflow/tfjs');\n");
  const mark = `${process.pid}-${Date.now()}`;
  const server = await startServer({ smokeTestDriver: true, env: { [MARK]: mark } });
  const browser = await openBrowser();
  const violations: string[] = [];
  try {
    const { page } = await newPage(browser);
    page.setDefaultTimeout(forgets ? STEP_MS / 3 : STEP_MS);
    const payload = JSON.stringify([['extensionDevelopmentPath', `vscode-remote://127.0.0.1:${server.port}${resolve('.')}`]]); // prettier-ignore
    const address = `http://127.0.0.1:${server.port}/?folder=${encodeURIComponent(folder)}&payload=${encodeURIComponent(payload)}`; // prettier-ignore
    await page.goto(address);
    await page.locator('.explorer-folders-view .monaco-list-row').first().waitFor();
    await openView(page);
    for (let round = 0; round < count; round++) {
      const view = VIEWS[round % VIEWS.length] ?? 'Query';
      await viewIn(page).getByText(view, { exact: true }).first().click();
      // While it asks: before, during or after its answers.
      await sleep(100 * (round % 20));
      if (!(await shown(page, view))) violations.push(`round ${round}: ${view} was not shown`);
      await sleep(1500); // the editor keeps a page's state a moment after it changed
      for (const pid of hosts(mark)) process.kill(pid, 'SIGKILL');
      await sleep(500);
      if (!(await shown(page, view))) violations.push(`round ${round}: ${view} went with the host`);
      if (forgets) await page.evaluate(forgetEverything);
      await page.reload();
      if (!(await shown(page, view))) violations.push(`round ${round}: ${view} did not come back`);
      if (forgets) break;
    }
  } finally {
    await browser.close();
    await server.stop();
  }
  return violations;
}

async function forgetEverything(): Promise<void> {
  for (const { name } of await indexedDB.databases()) if (name) indexedDB.deleteDatabase(name);
  localStorage.clear();
}

export const hostKills: TrustRow = {
  number: 27,
  what: 'the extension host killed while a view is open',
  promise: 'what was shown stays; the window reloaded, the view is back as it was',
  goal: '100 kills',
  async *check(effort): AsyncGenerator<Part, void, void> {
    const what = 'kills of the host';
    const skipped = effort.full ? await reasonAgainst() : 'the workbench is started with --full alone';
    if (skipped !== null) return yield { what, skipped };
    const count = Number(process.env['CNNSLICER_HOST_KILLS_COUNT'] ?? 100);
    yield { what, count, violations: await kills(count, false) };
  },
  async control(effort): Promise<Control | NotTried> {
    const what = 'a window that forgets';
    const skipped = effort.full ? await reasonAgainst() : 'the workbench is started with --full alone';
    return skipped !== null ? { what, skipped } : { what, violations: await kills(1, true) };
  },
};
