/** Script of each frame while the epoch slider is dragged over a heatmap of 128 × 128 cells. */
import type { Browser } from 'playwright-core';
import type { AnalysisEngine } from '../../src/analysis/engine.js';
import { writeLargeRun, type LargeRunSizes } from '../generate/largeRun.js';
import type { Row } from '../row.js';
import { dragSlider, frameRow, served } from './served.js';

const SIZES: LargeRunSizes = { layers: 2, channels: 128, side: 6, probes: 60, epochs: 8, classes: 10 };
const SLIDER = '.layers-controls [role=slider]';

export async function heatmapFrames(browser: Browser, engine: AnalysisEngine, workspace: string): Promise<Row[]> {
  const { folder } = await writeLargeRun(workspace, 0, SIZES);
  return served(engine, folder, async (address) => {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    await page.goto(address);
    await page.getByRole('tab', { name: 'Layers' }).click();
    await page.locator('.heatmap canvas').first().waitFor({ timeout: 120_000 });
    // The epochs beside each other come last.
    await page.locator('.epoch-maps canvas').first().waitFor({ timeout: 120_000 });
    const drag = (): Promise<void> => dragSlider(page, SLIDER, SIZES.epochs);
    const first = await frameRow(browser, page, 'epoch slider over 128 × 128 cells, first time', drag);
    await page.waitForTimeout(2000);
    const again = await frameRow(browser, page, 'epoch slider over 128 × 128 cells, epochs seen before', drag);
    await page.close();
    return [first, again];
  });
}
