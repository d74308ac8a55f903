/**
 * Pictures of every view in the real workbench, in three themes, to be looked at:
 *   node --import tsx test/workbench/pictures.ts <workspace with a run> [folder of pictures]
 * The packaged extension is used (npm run package). Each picture is taken when the view has stopped changing.
 */
import { mkdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { VIEW_TITLES } from '../../src/protocol/viewState.js';
import { openBrowser } from './browser.js';
import { startServer, THEMES, type Theme } from './server.js';
import { still } from './still.js';
import { packagedExtension } from './tour.js';
import { Workbench } from './workbench.js';

const VIEWS = Object.values(VIEW_TITLES);

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
      const seconds = await still(workbench.webview());
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
