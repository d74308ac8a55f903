/** One headless Chromium for a test file, and pages in it that keep what went wrong inside them. */
import { chromium, type Browser, type Page } from 'playwright-core';
import { launchOptions, setUpChromium } from '../setup/chromium.mjs';

/** What our extension's code and pages complained of; the workbench's own noise is left out. */
export interface Complaints {
  /** Errors on the console, uncaught ones, and those that the extension host passes on. */
  readonly consoleErrors: string[];
  readonly blockedByPolicy: string[];
}

/** Starts the browser; throws where `setUpChromium` has a reason not to. */
export async function openBrowser(): Promise<Browser> {
  const { path, reason } = await setUpChromium();
  if (!path) throw new Error(reason);
  return chromium.launch(launchOptions(path));
}

/** A page with storage of its own and the size of a laptop's screen. */
export async function newPage(
  browser: Browser,
  size = { width: 1440, height: 900 },
): Promise<{ page: Page; complaints: Complaints }> {
  const context = await browser.newContext({ viewport: size });
  const page = await context.newPage();
  return { page, complaints: listenToComplaints(page) };
}

/** In the address of our webviews and their resources, and in every stack of the installed extension. */
const OURS = /cnnslicer\.cnnslicer/;

function listenToComplaints(page: Page): Complaints {
  const complaints: Complaints = { consoleErrors: [], blockedByPolicy: [] };
  const note = (text: string): void => {
    if (!OURS.test(text)) return;
    const isPolicy = /Content Security Policy|Refused to/.test(text);
    (isPolicy ? complaints.blockedByPolicy : complaints.consoleErrors).push(text);
  };
  page.on('console', (message) => {
    if (message.type() === 'error') note(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => note(error.stack ?? error.message));
  return complaints;
}
