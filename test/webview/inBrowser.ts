/** One gallery server and one Chromium for all browser tests, and a page for each test that fails on any fault it reports. */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import type { ViewId, ViewState } from '../../src/protocol/viewState.js';
import type { ExampleHost } from '../gallery/exampleHost.js';
import { serveGallery, type GalleryServer } from '../gallery/server.js';
import { findChromium, launchOptions } from '../setup/chromium.mjs';

declare global {
  interface Window {
    exampleHostInSight?: ExampleHost;
  }
}

/** Where pictures go, to be looked at. */
export const PICTURES = fileURLToPath(new URL('../../test-artifacts/webview', import.meta.url));
interface Shared {
  readonly gallery: GalleryServer;
  readonly browser: Browser;
}

let shared: Promise<Shared> | null = null;

async function start(): Promise<Shared> {
  await mkdir(PICTURES, { recursive: true });
  const [gallery, browser] = await Promise.all([serveGallery(), chromium.launch(launchOptions(findChromium()))]);
  return { gallery, browser };
}

after(async () => {
  const running = await shared;
  shared = null;
  await running?.browser.close();
  await running?.gallery.close();
});

export interface BrowserPage {
  readonly page: Page;
  /** Goes to an example of the gallery. */
  open(example: string, theme?: string): Promise<void>;
  /** What the view has kept. */
  kept(): Promise<ViewState | null>;
}

/** Sets up a describe block; what it returns is filled before each of its tests. */
export function inBrowser(viewport: { readonly width: number; readonly height: number }): BrowserPage {
  let page: Page;
  let address: string;
  let faults: string[] = [];
  before(async function () {
    if (!findChromium()) {
      process.stdout.write('  skipped: there is no Chromium on PATH (set CNNSLICER_CHROMIUM)\n');
      return this.skip();
    }
    shared ??= start();
    address = (await shared).gallery.address;
  });
  beforeEach(async () => {
    faults = [];
    page = await (await (shared ??= start())).browser.newPage({ viewport });
    // A busy machine may need longer than the default of 30 s.
    page.setDefaultTimeout(240_000);
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text());
    });
    page.on('pageerror', (error) => faults.push(error.message));
  });
  afterEach(async () => {
    await page?.close();
    assert.deepEqual(faults, []);
  });
  return {
    get page() {
      return page;
    },
    open: async (example, theme = 'vscode-light') => {
      await page.goto(`${address}?example=${encodeURIComponent(example)}&theme=${theme}`);
    },
    kept: () => page.evaluate(() => window.exampleHostInSight?.loadState() ?? null),
  };
}

/** Views draw a moment after a key or a drag: looks again for three seconds. */
export async function seen<T>(look: () => Promise<T>, expected: T): Promise<void> {
  let last = await look();
  for (let i = 0; i < 60 && JSON.stringify(last) !== JSON.stringify(expected); i++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    last = await look();
  }
  assert.deepEqual(last, expected);
}

/** An example of each view, and what is there once it has been drawn. */
const EXAMPLES: Readonly<Record<ViewId, readonly [example: string, drawn: string]>> = {
  query: ['query', '.line-chart svg'],
  training: ['training-sizes', '.diversity-row'],
  layers: ['layers-dead', '.cell-maps td canvas'],
  channels: ['channels', '.map-rows path'],
  network: ['network', '.network-card'],
  information: ['information', '.course'],
  compare: ['compare', '.change-row'],
};
export const VIEWS = Object.values(EXAMPLES);

/** A theme and a width of the page. */
export type Look = readonly [theme: string, width: number];
const LOOKS: readonly Look[] = [
  ['vscode-light', 1400],
  ['vscode-dark', 900],
  ['vscode-high-contrast', 500],
];

/** Draws an example in each look, keeps pictures, and holds that nothing overflows and no number is none. */
export async function drawsWithoutFault(
  { page }: BrowserPage,
  example: string,
  open: (example: string, theme: string) => Promise<void>,
  height: number,
): Promise<void> {
  for (const [theme, width] of LOOKS) {
    await page.setViewportSize({ width, height });
    await open(example, theme);
    await page.evaluate(STILL);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(overflow <= 0, `${overflow} pixels too wide at ${width}`);
    assert.equal(await page.getByText(/NaN|undefined|Infinity/).count(), 0);
    // To be looked at; where nobody does they only take time.
    if (!process.env['CI'])
      await page.screenshot({ path: join(PICTURES, `${example}-${theme}-${width}.png`), fullPage: true });
  }
}

/** Runs in the page, as text since names of functions in it would be those of another scope. */
const STILL = `new Promise((resolve) => {
  let timer = setTimeout(resolve, 150);
  const observer = new MutationObserver(() => {
    clearTimeout(timer);
    timer = setTimeout(resolve, 150);
  });
  observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
  setTimeout(resolve, 2000);
})`;
