/** Script of each frame while the network view's 1,000 clusters and 10,000 edges are scrolled and hovered, in the gallery. */
import type { Browser } from 'playwright-core';
import { serveGallery } from '../../test/gallery/server.js';
import type { Row } from '../row.js';
import { frameRow } from './served.js';

/** So many that a percentile of frames rests on more than three of them. */
const MOVES = 160;

export async function networkFrames(browser: Browser): Promise<Row[]> {
  const gallery = await serveGallery();
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    await page.goto(`${gallery.address}?example=network-thousand&theme=vscode-light`);
    await page.locator('.network-card').nth(1000).waitFor();
    await page.waitForTimeout(1000);
    const words = (await page.locator('.network-caption').textContent()) ?? '';
    const edges = /([\d,]+) edges/.exec(words)?.[1] ?? 'no';
    const row = await frameRow(browser, page, `1,000 clusters, ${edges} edges scrolled and hovered`, async () => {
      await page.mouse.move(700, 500);
      for (let i = 0; i < MOVES; i++) {
        const back = Math.floor(i / 40) % 2 === 1 ? -1 : 1;
        await page.mouse.wheel(back * (i % 4 === 3 ? 120 : 0), back * 160);
        await page.mouse.move(300 + 20 * (i % 40), 300 + 10 * (i % 20));
        await page.waitForTimeout(30);
      }
    });
    await page.close();
    return [row];
  } finally {
    await gallery.close();
  }
}
