/**
 * The picture of the editor in the README: lenses, the hover of a layer, and the channel view beside the code.
 *   node --import tsx test/workbench/readmeEditor.ts <workspace with a run> <file> <layer's text> [picture]
 * The packaged extension is used (npm run package).
 */
import { readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openBrowser } from './browser.js';
import { startServer } from './server.js';
import { still } from './still.js';
import { packagedExtension } from './tour.js';
import { Workbench } from './workbench.js';

/** The hover fades in. */
const FADE_MS = 1000;

const [workspace, file, layer, out = 'docs/images/editor.png'] = process.argv.slice(2);
if (!workspace || !file || !layer) throw new Error('give a workspace, a file in it, and a text of the layer to hover');
const lines = readFileSync(join(workspace, file), 'utf8').split('\n');
const line = lines.findIndex((text) => text.includes(layer)) + 1;
if (line === 0) throw new Error(`no line of ${file} holds ${layer}`);
const settings = { 'editor.minimap.enabled': false, 'editor.stickyScroll.enabled': false, 'editor.fontSize': 13 };
const server = await startServer({ theme: 'light', extensions: [await packagedExtension()], settings });
const browser = await openBrowser();
try {
  const workbench = await Workbench.open(browser, server, resolve(workspace));
  await workbench.page.keyboard.press('Control+B');
  await workbench.openFile(basename(file));
  await workbench.goToLine(line);
  await (await workbench.codeLensAbove(layer)).click();
  await workbench.viewTab('Channels').click();
  await workbench.viewTab('Channels', { selected: true }).waitFor();
  await still(workbench.webview());
  await workbench.goToLineOf(basename(file), line);
  await workbench.hover(layer);
  await sleep(FADE_MS);
  await workbench.page.screenshot({ path: out });
} finally {
  await browser.close();
  await server.stop();
}
