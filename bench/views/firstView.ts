/**
 * Time from an address to the first view of a run of gigabytes, beyond that of an empty page – its header, and the view
 * itself below – and the largest answer.
 */
import type { Browser, Page } from 'playwright-core';
import type { AnalysisEngine } from '../../src/analysis/engine.js';
import { epochsFor, writeLargeRun } from '../generate/largeRun.js';
import type { Row } from '../row.js';
import { quantile } from './scriptFrames.js';
import { emptyPage, limit, served } from './served.js';

const FIRST_VIEW_MILLISECONDS = 500;
/** Of one answer: a screen's pictures, and far below what a layer's maps take. */
const ANSWER_MEGABYTES = 8;
const DEEP = { layers: 20, channels: 64, side: 16, probes: 400, epochs: 1, classes: 10 };
const TIMES = 7;

/** `gib`: size of the run. */
export async function firstView(
  browser: Browser,
  engine: AnalysisEngine,
  workspace: string,
  gib: number,
): Promise<Row[]> {
  const sizes = { ...DEEP, epochs: epochsFor(gib * 2 ** 30, DEEP) };
  const { folder, byteCount } = await writeLargeRun(workspace, 1, sizes);
  const size = `${(byteCount / 2 ** 30).toFixed(1)} GiB`;
  const [headers, views, empty]: [number[], number[], number[]] = [[], [], []];
  let largest = 0;
  await served(engine, folder, (address) =>
    emptyPage(async (nothing) => {
      // In turns, so that what else the machine does falls on both.
      for (let i = 0; i < TIMES; i++) {
        empty.push(await timeTo(browser, nothing, 'p'));
        headers.push(await timeTo(browser, address, '.header-name'));
        views.push(await timeTo(browser, address, '.query-view'));
      }
      largest = await largestAnswer(browser, address);
    }),
  );
  const beyond = (times: number[]): number => quantile(times, 0.5) - quantile(empty, 0.5);
  const row = (what: string, times: number[]): Row =>
    limit(`${what} of ${size} beyond an empty page, median of ${TIMES}`, beyond(times), FIRST_VIEW_MILLISECONDS, 'ms');
  return [
    row('first view', headers),
    row('the query view below it', views),
    limit(`largest answer of ${size} in a tour of all views`, largest / 1e6, ANSWER_MEGABYTES, 'MB'),
  ];
}

/**
 * Milliseconds from going to an address until the frame that draws `what`, in a page of its own without a cache. The
 * page itself notes when that is: whoever drives it hears of it only when the page has nothing else to do.
 */
async function timeTo(browser: Browser, address: string, what: string): Promise<number> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.addInitScript(noteFrameOf(what));
  await page.goto('about:blank');
  const started = performance.timeOrigin + performance.now();
  await page.goto(address, { waitUntil: 'commit' });
  const drawn = await page.locator('html[data-drawn]').getAttribute('data-drawn');
  const time = Number(drawn) - started;
  await context.close();
  return time;
}

/** Milliseconds since 1970, as `started` is: when the first frame with `what` in the page begins. */
const noteFrameOf = (what: string): string => `new MutationObserver((_, observer) => {
  if (!document.querySelector(${JSON.stringify(what)})) return;
  observer.disconnect();
  requestAnimationFrame(() => (document.documentElement.dataset.drawn = performance.timeOrigin + performance.now()));
}).observe(document, { childList: true, subtree: true });`;

/** Bytes of the largest answer while all views are looked at. */
async function largestAnswer(browser: Browser, address: string): Promise<number> {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  let largest = 0;
  await listen(page, (bytes) => (largest = Math.max(largest, bytes)));
  await page.goto(address);
  await page.locator('.header-name').waitFor();
  for (const tab of await page.getByRole('tab').all()) {
    await tab.click();
    await page.waitForTimeout(3000);
  }
  await page.close();
  return largest;
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
