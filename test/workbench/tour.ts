/**
 * A tour is a describe whose tests are one person's steps in one window: after a step that failed the others
 * are skipped, and a picture of the failed step is kept.
 */
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { openBrowser } from './browser.js';
import { startServer, type Server, type ServerOptions } from './server.js';
import { Workbench } from './workbench.js';

export interface Tour {
  readonly server: Server;
  readonly browser: Browser;
  readonly workbench: Workbench;
}

/**
 * Registers the steps' hooks in the describe that calls it; the tour can be read once its steps run. `ready`
 * says whether what an earlier tour made is there; all steps are skipped where it is not.
 */
export function takeTour(folder: () => string, options: ServerOptions, ready = async () => true): () => Tour {
  let tour: Tour | undefined;
  let failed = false;
  let open: { server?: Server; browser?: Browser } = {};

  before(async function () {
    if (!(await ready())) return this.skip();
    const server = await startServer(options);
    open = { server };
    const browser = await openBrowser();
    open = { server, browser };
    tour = { server, browser, workbench: await Workbench.open(browser, server, folder()) };
  });
  beforeEach(function () {
    if (failed) this.skip();
  });
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    failed = true;
    await tour?.workbench.screenshot(`failed ${this.currentTest.title}`.replace(/[^\w]+/g, '-').slice(0, 80));
  });
  after(async () => {
    await open.browser?.close();
    await open.server?.stop();
  });
  return () => {
    if (!tour) throw new Error('the tour has not begun');
    return tour;
  };
}

/** Closes the window, and no process of the editor or of a recording may be left. */
export async function leavesNothing({ workbench, server }: Tour): Promise<void> {
  await workbench.close();
  // The editor's own hosts of terminals and of watched files outlive its window for a while.
  const left = (await server.stop()).filter((command) => !/--type=(ptyHost|fileWatcher)/.test(command));
  assert.deepEqual(left, []);
}

/** The package that `npm run package` made. */
export async function packagedExtension(): Promise<string> {
  const [vsix] = (await readdir('.')).filter((name) => /^cnnslicer-.*\.vsix$/.test(name));
  if (!vsix) throw new Error('no cnnslicer-*.vsix is here: run "npm run package" first');
  return resolve(vsix);
}
