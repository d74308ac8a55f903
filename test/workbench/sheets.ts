/**
 * Puts the pictures of `pictures.ts` side by side, a sheet a view: rows are the runs, columns the themes.
 *   node --import tsx test/workbench/sheets.ts <folder of pictures> <folder of sheets> <run> [run …]
 */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openBrowser } from './browser.js';
import { THEMES } from './server.js';
import { VIEW_ENTRIES } from '../../webview/views/views.js';

const WIDTH = 1080;
const GAP = 8;
const QUALITY = 74;

const [pictures, sheets, ...runs] = process.argv.slice(2);
if (!pictures || !sheets || runs.length === 0)
  throw new Error('give the folder of the pictures, that of the sheets, and the runs');
await mkdir(sheets, { recursive: true });
const browser = await openBrowser();
const themes = Object.keys(THEMES);
for (const { id } of VIEW_ENTRIES) {
  const files = runs.flatMap((run) => themes.map((theme) => join(pictures, `${run}-${id}-${theme}.png`)));
  const images = await Promise.all(files.map(async (file) => (await readFile(file)).toString('base64')));
  const page = await browser.newPage({ viewport: { width: themes.length * (WIDTH + GAP) + GAP, height: 100 } });
  const cells = images.map((data) => `<img width="${WIDTH}" src="data:image/png;base64,${data}">`).join('');
  await page.setContent(
    `<body style="margin:0;padding:${GAP}px;display:grid;gap:${GAP}px;grid-template-columns:repeat(${themes.length},${WIDTH}px)">${cells}`,
  );
  await page.screenshot({ path: join(sheets, `${id}.jpg`), type: 'jpeg', quality: QUALITY, fullPage: true });
  await page.close();
}
await browser.close();
