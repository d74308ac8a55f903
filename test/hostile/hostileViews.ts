/** Opens hostile runs as `cnnslicer view` does and tells what came of each; and the same text put in as markup. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { AnalysisEngine } from '../../src/analysis/engine.js';
import { viewerHandlers } from '../../src/analysis/viewerHandlers.js';
import { SECURITY_HEADERS } from '../../src/cli/server/requestGuard.js';
import { startViewServer } from '../../src/cli/server/viewServer.js';
import { findChromium, launchOptions } from '../setup/chromium.mjs';
import { canaryPage, type Sightings } from './canary.js';
import { honestRun, hostileRun } from './hostileRun.js';
import { HOSTILE_STRINGS } from './hostileStrings.js';
import { tourViews } from './tourViews.js';

export interface Lab {
  readonly browser: Browser;
  readonly engine: AnalysisEngine;
  readonly honest: string;
  close(): Promise<void>;
}

/** Null where there is no browser. `dist` is what was built. */
export async function openLab(dist = 'dist'): Promise<Lab | null> {
  const executablePath = findChromium();
  if (!executablePath) return null;
  const [browser, honest] = await Promise.all([chromium.launch(launchOptions(executablePath)), honestRun()]);
  const engine = new AnalysisEngine({ workerFile: resolve(dist, 'analysisWorker.cjs'), threads: 2 });
  return {
    ...{ browser, engine, honest },
    close: async () => {
      await Promise.all([browser.close(), engine.dispose()]);
      rmSync(join(dirname(honest), '..', '..'), { recursive: true, force: true });
    },
  };
}

/** As openLab; skips the tests of a `before` where there is no browser. */
export async function labOrSkip(context: Mocha.Context): Promise<Lab> {
  const lab = await openLab();
  if (lab) return lab;
  process.stdout.write('  skipped: there is no Chromium\n');
  return context.skip();
}

export interface Viewed {
  readonly seen: Sightings;
  readonly views: readonly string[];
  /** Of the hostile strings, those that stood on the screen. */
  readonly shown: ReadonlySet<string>;
}

/** Every view of the `round`th hostile run. */
export async function viewHostile({ browser, engine, honest }: Lab, round: number, dist = 'dist'): Promise<Viewed> {
  const { folder, manifest } = hostileRun(honest, round);
  const nothing = (): void => undefined;
  const server = await startViewServer({
    handlers: viewerHandlers(engine, folder, { openSource: nothing, saveFile: nothing }),
    webviewFolder: join(dist, 'webview'),
    port: 0,
    title: manifest.name,
  });
  const canary = await canaryPage(browser, new URL(server.address).origin);
  try {
    await canary.page.goto(server.address);
    const { views, texts } = await tourViews(canary, HOSTILE_STRINGS);
    return { seen: canary.seen, views, shown: texts };
  } finally {
    await canary.close();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The strings put in as markup; with the policy of the view server, or without any. What listens must hear them. */
export async function viewAsMarkup({ browser }: Lab, withPolicy: boolean): Promise<Sightings> {
  const page = `<!doctype html><title>control</title><body><script src="/put.js"></script></body>`;
  const strings = HOSTILE_STRINGS.filter((text) => !text.includes('http-equiv'));
  const put = `for (const text of ${JSON.stringify(strings).replaceAll('<', '\\u003c')}) document.body.appendChild(document.createElement('p')).innerHTML = text;`;
  const server = createServer((request, response) => {
    const isScript = request.url === '/put.js';
    const policy = withPolicy ? SECURITY_HEADERS : {};
    response.writeHead(200, { ...policy, 'Content-Type': `text/${isScript ? 'javascript' : 'html'}; charset=utf-8` });
    response.end(isScript ? put : page);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const canary = await canaryPage(browser, origin);
  try {
    await canary.page.goto(`${origin}/`);
    await canary.page.waitForTimeout(500);
    await canary.audit();
    return canary.seen;
  } finally {
    await canary.close();
    server.closeAllConnections();
    server.close();
  }
}
