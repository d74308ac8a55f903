/** One headless Chromium for a test file, and pages in it that keep what went wrong inside them. */
import { chromium, type Browser, type Page } from 'playwright-core';
import { chromiumFlags, setUpChromium } from '../setup/chromium.mjs';

/** Complaints of a page: errors on its console (those of frames too), uncaught errors, blocked content. */
export interface Complaints {
  readonly consoleErrors: string[];
  readonly blockedByPolicy: string[];
}

/** Starts the browser; throws where `setUpChromium` has a reason not to. */
export async function openBrowser(): Promise<Browser> {
  const { path, reason } = await setUpChromium();
  if (!path) throw new Error(reason);
  return chromium.launch({ executablePath: path, args: chromiumFlags });
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

/** What code-server itself lacks: a signing library that is not free, a native watchdog, a sign-in provider. */
const ofTheWorkbench = /\/vsda\/|native-watchdog|authentication provider/;

function listenToComplaints(page: Page): Complaints {
  const complaints: Complaints = { consoleErrors: [], blockedByPolicy: [] };
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    const text = message.text();
    if (ofTheWorkbench.test(text) || ofTheWorkbench.test(message.location().url)) return;
    const isPolicy = /Content Security Policy|Refused to/.test(text);
    (isPolicy ? complaints.blockedByPolicy : complaints.consoleErrors).push(`${text} (${message.location().url})`);
  });
  page.on('pageerror', (error) => complaints.consoleErrors.push(error.stack ?? error.message));
  return complaints;
}
