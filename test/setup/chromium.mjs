// The browser that the workbench and view tests drive: one on PATH, else Debian's, else none.
import { findOnPath } from './shell.mjs';
import { installDebianPackages } from './system.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Without a sandbox (containers run as root), without anything that reaches for a network. */
export const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

/** The path of a browser that is here already, or undefined. */
export function findChromium() {
  return process.env.CNNSLICER_CHROMIUM || findOnPath(...names);
}

/** `{ path }` of a browser, installed now if need be, or `{ reason }` why there is none. */
export async function setUpChromium({ log = console.error } = {}) {
  const found = findChromium();
  if (found) return { path: found };
  log('installing chromium (once)');
  const reason = await installDebianPackages('chromium', 'fonts-dejavu-core');
  return reason ? { reason: `chromium is missing: ${reason}` } : { path: findChromium() };
}
