/**
 * Pictures of every view in the real workbench, in three themes, to be looked at:
 *   node --import tsx test/workbench/pictures.ts <workspace with a run> [folder of pictures]
 * The packaged extension is used (npm run package). Each picture is taken when the view has stopped changing.
 */
import { mkdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openBrowser } from './browser.js';
import { startServer, THEMES, type Theme } from './server.js';
import { packagedExtension } from './tour.js';
import { Workbench } from './workbench.js';

const VIEWS = ['Query', 'Training', 'Layers', 'Channels', 'Network', 'Information', 'Compare'];
const STILL_MS = 4000;
const MOST_MS = 120_000;

const [workspace, out = 'test-artifacts/pictures'] = process.argv.slice(2);
if (!workspace) throw new Error('give the folder of a workspace that holds a run');
await mkdir(out, { recursive: true });
const extension = await packagedExtension();
for (const theme of Object.keys(THEMES) as Theme[]) await inTheme(theme);

async function inTheme(theme: Theme): Promise<void> {
  const server = await startServer({ theme, extensions: [extension] });
  const browser = await openBrowser();
  try {
    const workbench = await Workbench.open(browser, server, resolve(workspace));
    await openRun(workbench);
    for (const view of VIEWS) {
      await workbench.viewTab(view).click();
      await workbench.viewTab(view, { selected: true }).waitFor();
      const seconds = await still(workbench);
      const file = join(out, `${basename(workspace)}-${view.toLowerCase()}-${theme}.png`);
      await workbench.page.screenshot({ path: file });
      console.log(`${file}: still after ${seconds.toFixed(0)} s`);
    }
  } finally {
    await browser.close();
    await server.stop();
  }
}

/** The first run of the workspace, over the whole window. */
async function openRun(workbench: Workbench): Promise<void> {
  await workbench.openSideBar('CNNSlicer');
  await workbench.pickFromMenu(workbench.treeRow(/epochs/), 'Open Run');
  await workbench.viewTab('Query').waitFor();
  await workbench.page.keyboard.press('Control+B');
}

/** Waits until the view's text has not changed for a while and nothing in it is being answered; resolves to the seconds. */
async function still(workbench: Workbench): Promise<number> {
  const begin = performance.now();
  let [text, since] = ['', begin];
  while (performance.now() - begin < MOST_MS) {
    const now = await workbench.webview().locator('body').innerText();
    const isBusy = (await workbench.webview().locator('[aria-busy=true]').count()) > 0;
    if (now !== text || isBusy) [text, since] = [now, performance.now()];
    if (performance.now() - since >= STILL_MS) break;
    await sleep(250);
  }
  return (since - begin) / 1000;
}
