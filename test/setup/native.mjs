// The native engine for the tests that train on it: what `cnnslicer doctor --install-native` builds, where it
// builds it (0.9 GB in the cache folder, once). Needs dist/. `node test/setup/native.mjs` prints its folder.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cacheFolder } from './cache.mjs';
import { run } from './shell.mjs';
import { installDebianPackages, lastLine } from './system.mjs';

const folder = join(cacheFolder, 'native');

/** `{ path }` of the engine's folder, or `{ reason }` why there is none. */
export async function setUpNative({ log = console.error } = {}) {
  if (!existsSync('dist/cli.cjs')) return { reason: 'dist/ is not built' };
  if (!existsSync(`${folder}.done`)) log(`building the native engine in ${folder} (once, about a minute)`);
  try {
    await install().catch((error) => addWhatIsMissing(error, install));
    return { path: folder };
  } catch (error) {
    return { reason: lastLine(error.message.replace(/\n {2}try: .*/s, '')).trim() };
  }
}

function install() {
  return run(process.execPath, ['dist/cli.cjs', 'doctor', '--install-native', '--json'], { timeoutSeconds: 1800 });
}

/** Tools that Debian has are installed, once, where that is possible. */
async function addWhatIsMissing(error, again) {
  const names = /apt-get install ([\w -]+)\)/.exec(error.message)?.[1];
  if (!names || (await installDebianPackages(...names.split(' ')))) throw error;
  await again();
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { path, reason } = await setUpNative();
  if (path) console.log(path);
  else console.error(`no native engine: ${reason}`);
  process.exitCode = path ? 0 : 1;
}
