/** Script of each frame while 10,000 circles of the channel view change their epoch, are zoomed, dragged and hovered. */
import type { Browser, Page } from 'playwright-core';
import type { AnalysisEngine } from '../../src/analysis/engine.js';
import { writeLargeRun, type LargeRunSizes } from '../generate/largeRun.js';
import type { Row } from '../row.js';
import { dragSlider, frameRow, served } from './served.js';

/** 909 channels by ten classes and all of them together: 9,999 circles. */
const SIZES: LargeRunSizes = { layers: 1, channels: 909, side: 4, probes: 40, epochs: 8, classes: 10 };
const CIRCLES = '.circle-packing > svg';
/** Circles take their places over several frames. */
const SETTLES_MILLISECONDS = 4000;

export async function circleFrames(browser: Browser, engine: AnalysisEngine, workspace: string): Promise<Row[]> {
  const { folder } = await writeLargeRun(workspace, 2, SIZES);
  return served(engine, folder, async (address) => {
    const page = await browser.newPage({ viewport: { width: 1400, height: 1600 } });
    await page.goto(address);
    await page.getByRole('tab', { name: 'Channels' }).click();
    await page.locator('.circle-packing canvas').waitFor({ timeout: 120_000 });
    await page.waitForTimeout(SETTLES_MILLISECONDS);
    const slide = (): Promise<void> => dragSlider(page, '.channel-circles [role=slider]', SIZES.epochs);
    const rows = [await frameRow(browser, page, 'epoch slider over 10,000 circles, first time', slide)];
    await page.waitForTimeout(SETTLES_MILLISECONDS);
    for (const [name, act] of Object.entries({
      slide,
      zoom: () => zoom(page),
      drag: () => drag(page),
      hover: () => hover(page),
    }))
      rows.push(await frameRow(browser, page, `10,000 circles, ${WORDS[name] ?? name}`, act));
    await page.close();
    return rows;
  });
}

const WORDS: Readonly<Record<string, string>> = {
  slide: 'epoch slider, epochs seen before',
  zoom: 'zoomed',
  drag: 'dragged while zoomed',
  hover: 'under the pointer',
};

async function middle(page: Page): Promise<{ x: number; y: number }> {
  const box = await page.locator(CIRCLES).boundingBox();
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
  await page.locator(CIRCLES).press('0');
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
  await page.locator(CIRCLES).press('0');
  for (let i = 0; i < 80; i++) {
    await page.mouse.move(x + i * 3 - 120, y + 30 * Math.sin(i / 4));
    await page.waitForTimeout(16);
  }
}
