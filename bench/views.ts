/**
 * The views over a large generated run, in Chromium, through the view server that ships: script of each frame while
 * the epoch slider moves over a 128 × 128 heatmap, the time to the first view beyond that of an empty page, and the
 * largest answer that crosses. Limits stand where other sections have a peer.
 *
 *     npm run bench -- views          CNNSLICER_BENCH_GIB=5 is the run that first views are timed on
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { AnalysisEngine } from '../src/analysis/engine.js';
import { viewerHandlers } from '../src/analysis/viewerHandlers.js';
import { startViewServer } from '../src/cli/server/viewServer.js';
import { quantile, scriptByFrame } from '../test/webview/frames.js';
import { epochsFor, writeLargeRun, type LargeRunSizes } from './generate/largeRun.js';
import type { Row } from './row.js';

const FRAME_MILLISECONDS = 8;
const FIRST_VIEW_MILLISECONDS = 500;
/** Of one answer: a screen's pictures, and far below what a layer's maps take. */
const ANSWER_MEGABYTES = 8;

const HEATMAP: LargeRunSizes = { layers: 2, channels: 128, side: 6, probes: 60, epochs: 8, classes: 10 };
const DEEP: LargeRunSizes = { layers: 20, channels: 64, side: 16, probes: 400, epochs: 1, classes: 10 };

export async function benchViews(): Promise<Row[]> {
  const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
  if (!existsSync(executablePath)) {
    console.log('left out: there is no Chromium');
    return [];
  }
  const workspace = mkdtempSync(join(tmpdir(), 'cnnslicer-views-'));
  const engine = new AnalysisEngine({ workerFile: 'dist/analysisWorker.cjs' });
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--no-first-run'] });
  try {
    return [...(await frames(browser, engine, workspace)), ...(await firstView(browser, engine, workspace))];
  } finally {
    await Promise.all([browser.close(), engine.dispose()]);
    rmSync(workspace, { recursive: true, force: true });
  }
}

/** Thread time of script in each frame that has any, once every epoch has been seen. */
async function frames(browser: Browser, engine: AnalysisEngine, workspace: string): Promise<Row[]> {
  const { folder } = await writeLargeRun(workspace, 0, HEATMAP);
  return served(engine, folder, async (address) => {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    await page.goto(address);
    await page.getByRole('tab', { name: 'Layers' }).click();
    await page.locator('.heatmap canvas').first().waitFor({ timeout: 120_000 });
    await page.locator('.epoch-maps canvas').first().waitFor({ timeout: 120_000 }).catch(() => undefined); // prettier-ignore
    await moveSlider(page);
    await page.waitForTimeout(2000);
    const times = await scriptByFrame(browser, page, () => moveSlider(page));
    await page.close();
    return [limit(`epoch slider over 128 × 128 cells, p95 of ${times.length} frames`, quantile(times, 0.95), FRAME_MILLISECONDS, 'ms')]; // prettier-ignore
  });
}

async function moveSlider(page: Page): Promise<void> {
  await page.locator('input[type=range], [role=slider]').first().focus();
  for (let i = 0; i < 4 * HEATMAP.epochs; i++) {
    await page.keyboard.press(Math.floor(i / HEATMAP.epochs) % 2 === 0 ? 'ArrowLeft' : 'ArrowRight');
    await page.waitForTimeout(40);
  }
}

async function firstView(browser: Browser, engine: AnalysisEngine, workspace: string): Promise<Row[]> {
  const gib = Number(process.env['CNNSLICER_BENCH_GIB'] ?? 5);
  const sizes = { ...DEEP, epochs: epochsFor(gib * 2 ** 30, DEEP) };
  const { folder, byteCount } = await writeLargeRun(workspace, 1, sizes);
  const size = `${(byteCount / 2 ** 30).toFixed(1)} GiB`;
  let largest = 0;
  const measured = (bytes: number): void => void (largest = Math.max(largest, bytes));
  const times = await served(engine, folder, async (address) => {
    const views: number[] = [];
    for (let i = 0; i < 5; i++) views.push(await timeToView(browser, address, '.header-name', measured));
    await tour(browser, address, measured);
    return views;
  });
  const empty = await emptyPage(async (address) => {
    const pages: number[] = [];
    for (let i = 0; i < 5; i++) pages.push(await timeToView(browser, address, 'p', () => undefined));
    return pages;
  });
  const beyond = quantile(times, 0.5) - quantile(empty, 0.5);
  return [
    limit(`first view of ${size} beyond an empty page, median of 5`, beyond, FIRST_VIEW_MILLISECONDS, 'ms'),
    limit(`largest answer of ${size} in a tour of all views`, largest / 1e6, ANSWER_MEGABYTES, 'MB'),
  ];
}

async function timeToView(
  browser: Browser,
  address: string,
  what: string,
  answer: (bytes: number) => void,
): Promise<number> {
  // prettier-ignore
  const page = await browser.newPage();
  await listen(page, answer);
  const started = performance.now();
  await page.goto(address, { waitUntil: 'commit' });
  await page.locator(what).waitFor();
  const time = performance.now() - started;
  await page.close();
  return time;
}

async function tour(browser: Browser, address: string, answer: (bytes: number) => void): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  await listen(page, answer);
  await page.goto(address);
  await page.locator('.header-name').waitFor();
  for (const tab of await page.getByRole('tab').all()) {
    await tab.click();
    await page.waitForTimeout(3000);
  }
  await page.close();
}

/** Bytes of each answer, as Chromium counts them as they come. */
async function listen(page: Page, answer: (bytes: number) => void): Promise<void> {
  const client = await page.context().newCDPSession(page);
  const calls = new Map<string, number>();
  await client.send('Network.enable');
  client.on('Network.responseReceived', ({ requestId, response }) => {
    if (new URL(response.url).pathname.startsWith('/api/')) calls.set(requestId, 0);
  });
  // The page stops reading once it has its answer, so that a call is never told as finished.
  client.on('Network.dataReceived', ({ requestId, dataLength }) => {
    const before = calls.get(requestId);
    if (before === undefined) return;
    calls.set(requestId, before + dataLength);
    answer(before + dataLength);
  });
}

async function served<T>(engine: AnalysisEngine, folder: string, use: (address: string) => Promise<T>): Promise<T> {
  const nothing = (): void => undefined;
  const handlers = viewerHandlers(engine, folder, { openSource: nothing, saveFile: nothing });
  const server = await startViewServer({ handlers, webviewFolder: 'dist/webview', port: 0, title: 'bench' });
  try {
    return await use(server.address);
  } finally {
    await server.close();
  }
}

async function emptyPage<T>(use: (address: string) => Promise<T>): Promise<T> {
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

function limit(what: string, ours: number, peer: number, unit: Row['unit']): Row {
  return { section: 'views', what, ours, peer, unit, peerName: 'limit', goal: 1 };
}
