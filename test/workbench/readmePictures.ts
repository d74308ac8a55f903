/**
 * The pictures of the views in the README, from runs with these names:
 *   node --import tsx test/workbench/readmePictures.ts <folder of runs> [folder of pictures]
 * digits: the example at three training sizes; lenet, lenet-normalised: LeNet on MNIST; cifar: a residual network.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { openBrowser } from './browser.js';
import { still } from './still.js';

const CLI = fileURLToPath(new URL('../../dist/cli.cjs', import.meta.url));
const WIDTH = 1400;

interface Shot {
  readonly view: string;
  /** How the run's folder ends. */
  readonly run: string;
  /** In pixels; null for as much as the view has. */
  readonly height: number | null;
  readonly dark?: boolean;
  readonly prepare?: (page: Page) => Promise<void>;
}

const SHOTS: readonly Shot[] = [
  { view: 'Query', run: '-lenet', height: 900 },
  { view: 'Training', run: '-digits-1438', height: 900 },
  { view: 'Layers', run: '-digits-1438', height: 960 },
  { view: 'Channels', run: '-digits-1438', height: 980, dark: true },
  { view: 'Network', run: '-cifar', height: 980 },
  { view: 'Information', run: '-lenet', height: null, prepare: (page) => press(page, 'Ablate') },
  { view: 'Compare', run: '-lenet-normalised', height: null, prepare: (page) => press(page, 'Mask and compare') },
];

function press(page: Page, button: string): Promise<void> {
  return page.locator('vscode-button').filter({ hasText: button }).click();
}

async function serve(folder: string): Promise<{ address: string; server: ChildProcess }> {
  const server = spawn(process.execPath, [CLI, 'view', '--no-open', folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(server.stdout, 'data')) as [Buffer];
  return { address: line.toString().trim(), server };
}

const [runs, out = 'docs/images'] = process.argv.slice(2);
if (!runs) throw new Error('give the folder of the runs');
await mkdir(out, { recursive: true });
const names = await readdir(runs);
const browser = await openBrowser();
for (const { view, run, height, dark, prepare } of SHOTS) {
  const name = names.find((one) => one.endsWith(run));
  if (!name) throw new Error(`no run in ${runs} ends with ${run}`);
  const { address, server } = await serve(resolve(runs, name));
  try {
    const size = { width: WIDTH, height: height ?? 900 };
    const page = await browser.newPage({ viewport: size, colorScheme: dark ? 'dark' : 'light' });
    await page.goto(address);
    await page.getByRole('tab', { name: view, exact: true }).click();
    await still(page);
    await prepare?.(page);
    await still(page);
    const file = join(out, `${view.toLowerCase()}.png`);
    await page.screenshot({ path: file, fullPage: height === null });
    console.log(file);
    await page.close();
  } finally {
    server.kill('SIGTERM');
  }
}
await browser.close();
