/** The panel's page as the editor makes it, in Chromium: its policy lets the page read its views' files, and nothing else. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { panelHtml } from '../../src/extension/panel/panelHtml.js';
import { readPageFiles } from '../../src/protocol/pageFiles.js';
import { VIEW_ENTRIES } from '../../webview/views/views.js';
import { exampleRun } from '../gallery/exampleRun.js';
import { findChromium, launchOptions } from '../setup/chromium.mjs';

const BUILD = join(process.cwd(), 'dist/webview');
const { first, later } = readPageFiles(readFileSync(join(BUILD, 'files.json'), 'utf8'));

/** An editor in the page: describes the run, and answers nothing else. Added before the page's own scripts. */
const editor = (run: unknown): string => `
  const state = {};
  globalThis.acquireVsCodeApi = () => ({
    getState: () => state.kept,
    setState: (kept) => void (state.kept = kept),
    postMessage: (message) => {
      if (message.type !== 'request' || message.method !== 'describe') return;
      setTimeout(() => window.postMessage({ type: 'value', id: message.id, value: ${JSON.stringify(run)} }), 0);
    },
  });`;

/** The page, and its files from another origin, as in the editor. */
async function listening(answer: (path: string) => { type: string; body: string | Buffer } | null): Promise<Server> {
  const server = createServer((request, response) => {
    const found = answer(request.url ?? '/');
    response.writeHead(found ? 200 : 404, { 'Content-Type': found?.type ?? '', 'Access-Control-Allow-Origin': '*' });
    response.end(found?.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

const originOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

describe('the page of a panel in Chromium', () => {
  let browser: Browser;
  let servers: Server[] = [];
  let page: Page;
  const faults: string[] = [];

  before(async function () {
    const executablePath = findChromium();
    if (!executablePath) {
      process.stdout.write('  skipped: there is no Chromium on PATH (set CNNSLICER_CHROMIUM)\n');
      return this.skip();
    }
    const assets = await listening((path) => {
      const name = path.slice(1).replace(/\?.*/, '');
      const type = name.endsWith('.css') ? 'text/css' : 'text/javascript';
      return [...first, ...later, 'viewer.css'].includes(name) ? { type, body: readFileSync(join(BUILD, name)) } : null;
    });
    const [source, [entry = '', ...others]] = [originOf(assets), first.map((name) => `${originOf(assets)}/${name}`)];
    const html = panelHtml({
      ...{ nonce: 'N0nce', source, style: `${source}/viewer.css`, title: 'train', language: 'en', run: '/w/1-train' },
      ...{ scripts: [entry, ...others], link: 'vscode://cnnslicer.cnnslicer/open?run=1-train', show: null },
    });
    servers = [assets, await listening((path) => (path === '/' ? { type: 'text/html', body: html } : null))];
    browser = await chromium.launch(launchOptions(executablePath));
    page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    page.on('console', (message) => void (message.text().includes('Content Security') && faults.push(message.text())));
    page.on('pageerror', (error) => faults.push(error.message));
    await page.addInitScript(editor(exampleRun({})));
    await page.goto(originOf(servers[1]!));
  });

  after(async () => {
    await browser?.close();
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
  });

  it('shows the run and the view that it opens with', async () => {
    await page.locator('.header-name').waitFor();
    await page.locator('.query-view').waitFor();
  });

  it('gives the controls of a view, however late it is read, the colours of the theme', async () => {
    assert.equal(await page.locator('body.vscode-light').count(), 1);
    const dropdown = page.locator('.query-view vscode-dropdown').first();
    assert.equal(await dropdown.evaluate((one) => getComputedStyle(one).backgroundColor), 'rgb(255, 255, 255)');
  });

  it('shows every other view, and no rule of the policy is broken', async () => {
    for (const { title } of VIEW_ENTRIES) {
      await page.getByRole('tab', { name: title, exact: true }).click();
      await page.locator('.shell > main:not(.shell-wait)').waitFor();
    }
    assert.deepEqual(faults, []);
  });

  it('reads no script twice, and none but those of the build', async () => {
    const read = await page.evaluate(() =>
      performance.getEntriesByType('resource').flatMap(({ name }) => (name.endsWith('.js') ? [name] : [])),
    );
    const names = read.map((address) => address.slice(address.lastIndexOf('/') + 1));
    assert.deepEqual(names.toSorted(), [...first, ...later].toSorted());
  });

  it('control: a script without the nonce is not run', async () => {
    // One that the page has not read under this address: what it has read is not asked for again.
    const address = `${originOf(servers[0]!)}/${first[0]}?again`;
    const isRefused = await page.evaluate(
      (src) =>
        new Promise<boolean>((resolve) => {
          const script = Object.assign(document.createElement('script'), { src, type: 'module' });
          document.addEventListener('securitypolicyviolation', ({ blockedURI }) => resolve(blockedURI === src));
          script.addEventListener('load', () => resolve(false));
          document.head.append(script);
        }),
      address,
    );
    assert.equal(isRefused, true);
  });
});
