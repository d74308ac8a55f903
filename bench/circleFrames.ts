/**
 * Main-thread script of each frame while 10,000 circles of the channel view are zoomed, dragged and hovered,
 * in Chromium:
 *
 *     node --import tsx bench/circleFrames.ts
 *
 * Thread time of all script between two frames, as Chromium's own trace has it: what else runs on the
 * machine does not count. The limit is 8 ms at the 95th percentile.
 */
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { serveGallery } from '../test/gallery/server.js';

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly ts: number;
  readonly dur?: number;
  /** Thread time, µs. */
  readonly tdur?: number;
  readonly tid: number;
  readonly pid: number;
}

const SCRIPT = new Set([
  'FunctionCall',
  'EvaluateScript',
  'RunMicrotasks',
  'v8.callFunction',
  'TimerFire',
  'FireAnimationFrame',
  'EventDispatch',
]);

const gallery = await serveGallery();
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run'],
});
try {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  await page.goto(`${gallery.address}?example=circles-10000&theme=vscode-light`);
  await page.locator('.circle-packing canvas').waitFor();
  // The circles take their places over several frames; what is measured is what comes after.
  await page.waitForTimeout(6000);
  for (const [name, act] of Object.entries({ zoom, drag, hover })) {
    const frames = await traced(page, () => act(page));
    const sorted = [...frames].sort((a, b) => a - b);
    const at = (share: number): string =>
      (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] / 1000).toFixed(2);
    process.stdout.write(
      `${name}: ${frames.length} frames, script median ${at(0.5)} ms, p95 ${at(0.95)} ms, most ${at(1)} ms\n`,
    );
  }
} finally {
  await browser.close();
  await gallery.close();
}

async function middle(page: Page): Promise<{ x: number; y: number }> {
  const box = await page.locator('.circle-packing > svg').boundingBox();
  if (!box) throw new Error('the circles are not on the page');
  return { x: box.x + box.width * 0.45, y: box.y + box.height * 0.4 };
}

async function zoom(page: Page): Promise<void> {
  const { x, y } = await middle(page);
  await page.mouse.move(x, y);
  await page.keyboard.down('Control');
  for (let i = 0; i < 60; i++) {
    await page.mouse.wheel(0, i < 30 ? -40 : 40);
    await page.waitForTimeout(16);
  }
  await page.keyboard.up('Control');
}

async function drag(page: Page): Promise<void> {
  const { x, y } = await middle(page);
  await page.locator('.circle-packing > svg').press('0');
  for (let i = 0; i < 3; i++) await page.getByRole('button', { name: 'Zoom in' }).click();
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (let i = 0; i < 60; i++) {
    await page.mouse.move(x + 60 * Math.sin(i / 6), y + 40 * Math.cos(i / 5));
    await page.waitForTimeout(16);
  }
  await page.mouse.up();
}

async function hover(page: Page): Promise<void> {
  const { x, y } = await middle(page);
  await page.locator('.circle-packing > svg').press('0');
  for (let i = 0; i < 80; i++) {
    await page.mouse.move(x + i * 3 - 120, y + 30 * Math.sin(i / 4));
    await page.waitForTimeout(16);
  }
}

/** Microseconds of script in each frame that had any. */
async function traced(page: Page, act: () => Promise<void>): Promise<number[]> {
  const file = join(tmpdir(), `cnnslicer-trace-${process.pid}.json`);
  await browser.startTracing(page, { path: file, categories: ['devtools.timeline', 'v8', 'blink.user_timing'] });
  await act();
  await browser.stopTracing();
  const { traceEvents } = JSON.parse(await readFile(file, 'utf8')) as { traceEvents: TraceEvent[] };
  await rm(file);
  return framesOf(traceEvents);
}

function framesOf(events: readonly TraceEvent[]): number[] {
  const main = events.find(({ name }) => name === 'FireAnimationFrame');
  if (!main) throw new Error('the trace has no frame');
  const own = events.filter(({ pid, tid }) => pid === main.pid && tid === main.tid).sort((a, b) => a.ts - b.ts);
  // Once a frame, after all of its script.
  const frameEnd = own.some(({ name }) => name === 'PrePaint') ? 'PrePaint' : 'UpdateLayerTree';
  const frames: number[] = [];
  let script = 0;
  let end = -Infinity;
  for (const { name, ph, ts, dur = 0, tdur } of own) {
    if (name === frameEnd) {
      if (script > 0) frames.push(script);
      script = 0;
    }
    if (ph !== 'X' || !SCRIPT.has(name) || ts < end) continue;
    // Outermost ones only: what they call is in their time.
    end = ts + dur;
    script += tdur ?? dur;
  }
  return frames;
}
