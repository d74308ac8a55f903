// Debian packages that some tests need and npm cannot bring. Installed only for root with apt-get at
// hand, as in a container; otherwise the tests that need them are skipped by name with the reason.
import { findOnPath, run } from './shell.mjs';

let listsAreFresh = false;

/** Resolves to undefined when the packages are installed now, else to the reason why they are not. */
export async function installDebianPackages(...names) {
  const command = `apt-get install ${names.join(' ')}`;
  if (process.platform !== 'linux' || !findOnPath('apt-get')) return `on Debian "${command}" provides it`;
  if (process.getuid() !== 0) return `"sudo ${command}" provides it`;
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  try {
    if (!listsAreFresh) await run('apt-get', ['update', '-q'], { env });
    listsAreFresh = true;
    await run('apt-get', ['install', '-q', '-y', '--no-install-recommends', ...names], { env, timeoutSeconds: 900 });
    return undefined;
  } catch (error) {
    return `"${command}" failed: ${lastLine(error.message)}`;
  }
}

export function lastLine(text) {
  return text.trim().split('\n').at(-1);
}
