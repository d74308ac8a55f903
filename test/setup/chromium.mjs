// The browser that the workbench and view tests drive: one on PATH, else Debian's, else none.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
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

const fonts = fileURLToPath(new URL('fonts.conf', import.meta.url));
const hasFonts = existsSync(new URL('../../node_modules/dejavu-fonts-ttf', import.meta.url));

/** Pages have one font on every machine where fontconfig chooses fonts (Linux). */
const environment = hasFonts ? { ...process.env, FONTCONFIG_FILE: fonts } : process.env;

/** How playwright starts the browser at a path. */
export const launchOptions = (executablePath) => ({ executablePath, args: chromiumFlags, env: environment });

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
