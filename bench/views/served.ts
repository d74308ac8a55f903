/** What the views are timed on: Chromium, a run behind the view server that ships, an empty page, and limits as rows. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium, type Browser, type Page } from 'playwright-core';
import type { AnalysisEngine } from '../../src/analysis/engine.js';
import { viewerHandlers } from '../../src/analysis/viewerHandlers.js';
import { startViewServer } from '../../src/cli/server/viewServer.js';
import { chromiumFlags, findChromium } from '../../test/setup/chromium.mjs';
import type { Row } from '../row.js';
import { quantile, scriptByFrame } from './scriptFrames.js';

/** Milliseconds of script that 95 % of frames keep. */
const FRAME_MILLISECONDS = 8;

/** Null where there is no Chromium. */
export async function startChromium(): Promise<Browser | null> {
  const executablePath = findChromium();
  return executablePath ? chromium.launch({ executablePath, args: chromiumFlags }) : null;
}

/** The views of a run as `cnnslicer view` serves them, while `use` works. */
export async function served<T>(
  engine: AnalysisEngine,
  folder: string,
  use: (address: string) => Promise<T>,
): Promise<T> {
  const nothing = (): void => undefined;
  const handlers = viewerHandlers(engine, folder, { openSource: nothing, saveFile: nothing });
  const server = await startViewServer({ handlers, webviewFolder: 'dist/webview', port: 0, title: 'bench' });
  try {
    return await use(server.address);
  } finally {
    await server.close();
  }
}

/** A page with nothing in it, for what Chromium itself takes. */
export async function emptyPage<T>(use: (address: string) => Promise<T>): Promise<T> {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html' });
    response.end('<!doctype html><title>empty</title><p>empty</p>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Limits stand where other sections have a peer. */
export function limit(what: string, ours: number, peer: number, unit: Row['unit']): Row {
  return { section: 'views', what, ours, peer, unit, peerName: 'limit', goal: 1 };
}

/** Script of the frames while `act` goes on, against the limit of a frame. */
export async function frameRow(browser: Browser, page: Page, what: string, act: () => Promise<void>): Promise<Row> {
  const times = await scriptByFrame(browser, page, act);
  return limit(`${what}, p95 of ${times.length} frames`, quantile(times, 0.95), FRAME_MILLISECONDS, 'ms');
}

/** To and fro over the slider with the pointer held down, an epoch a step, each step long enough for two frames. */
export async function dragSlider(page: Page, slider: string, epochs: number): Promise<void> {
  const box = await page.locator(slider).first().boundingBox();
  if (!box) throw new Error(`the slider ${slider} is not on the page`);
  const [first, room, y] = [box.x + SLIDER_INSET, box.width - 2 * SLIDER_INSET, box.y + box.height / 2];
  await page.mouse.move(first, y);
  await page.mouse.down();
  for (let i = 0; i < 4 * epochs; i++) {
    const [round, step] = [Math.floor(i / epochs), i % epochs];
    await page.mouse.move(first + (room * (round % 2 === 0 ? step + 1 : epochs - step - 1)) / epochs, y);
    await page.waitForTimeout(STEP_MILLISECONDS);
  }
  await page.mouse.up();
}

const SLIDER_INSET = 10;
const STEP_MILLISECONDS = 34;
