/**
 * The views in Chromium against their limits: script of each frame while sliders, circles and clusters move, the time
 * to the first view of a large generated run beyond that of an empty page, and the largest answer that crosses. Script
 * is counted in the main thread's own processor time, so that what else runs on the machine does not count.
 *
 *     npm run bench -- views          CNNSLICER_BENCH_GIB=5 is the run that first views are timed on
 *                                     CNNSLICER_BENCH_VIEWS=heatmap,circles,network,first leaves the others out
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AnalysisEngine } from '../src/analysis/engine.js';
import type { Row } from './row.js';
import { circleFrames } from './views/circleFrames.js';
import { firstView } from './views/firstView.js';
import { heatmapFrames } from './views/heatmapFrames.js';
import { networkFrames } from './views/networkFrames.js';
import { startChromium } from './views/served.js';

export async function benchViews(): Promise<Row[]> {
  const browser = await startChromium();
  if (!browser) {
    console.log('left out: there is no Chromium');
    return [];
  }
  const workspace = mkdtempSync(join(tmpdir(), 'cnnslicer-views-'));
  const engine = new AnalysisEngine({ workerFile: join(process.cwd(), 'dist/analysisWorker.cjs') });
  const gib = Number(process.env['CNNSLICER_BENCH_GIB'] ?? 5);
  const parts: Record<string, () => Promise<Row[]>> = {
    heatmap: () => heatmapFrames(browser, engine, workspace),
    circles: () => circleFrames(browser, engine, workspace),
    network: () => networkFrames(browser),
    first: () => firstView(browser, engine, workspace, gib),
  };
  const wanted = process.env['CNNSLICER_BENCH_VIEWS']?.split(',') ?? Object.keys(parts);
  try {
    const rows: Row[] = [];
    for (const part of wanted) rows.push(...((await parts[part]?.()) ?? []));
    return rows;
  } finally {
    await Promise.all([browser.close(), engine.dispose()]);
    rmSync(workspace, { recursive: true, force: true });
  }
}
