// The Python that fixtures, peers and reader tests compare with: a virtual environment in the cache
// folder with numpy, scipy, scikit-learn, zarr and umap-learn. `node test/setup/python.mjs` prints its path.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cacheFolder, makeOnce } from './cache.mjs';
import { findOnPath, isExecutable, run } from './shell.mjs';
import { installDebianPackages, lastLine } from './system.mjs';

const packages = ['numpy', 'scipy', 'scikit-learn', 'zarr>=3', 'umap-learn'];
const imports = 'import numpy, scipy, sklearn, zarr, umap; assert zarr.__version__ >= "3"';
const folder = join(cacheFolder, 'python');

/** `{ path }` of a Python that has the packages, or `{ reason }` why there is none. */
export async function setUpPython({ log = console.error } = {}) {
  if (process.env.CNNSLICER_PYTHON) return { path: process.env.CNNSLICER_PYTHON };
  try {
    await makeOnce({
      folder,
      recipe: packages.join(' '),
      adopt: hasPackages,
      make: (to) => makeEnvironment(to, log),
      log,
    });
    return { path: pythonIn(folder) };
  } catch (error) {
    return { reason: lastLine(error.message) };
  }
}

function pythonIn(environment) {
  return join(environment, 'bin', 'python');
}

async function hasPackages(environment) {
  if (!isExecutable(pythonIn(environment))) return false;
  return run(pythonIn(environment), ['-c', imports]).then(
    () => true,
    () => false,
  );
}

async function makeEnvironment(to, log) {
  if (!findOnPath('python3')) await need('python3', 'python3-venv');
  log(`making a Python environment in ${to} (once, about a minute)`);
  await rm(to, { recursive: true, force: true });
  await run('python3', ['-m', 'venv', to]).catch(async () => {
    await need('python3-venv');
    await rm(to, { recursive: true, force: true });
    await run('python3', ['-m', 'venv', to]);
  });
  await run(pythonIn(to), ['-m', 'pip', 'install', '--quiet', '--prefer-binary', ...packages], { timeoutSeconds: 900 });
  await run(pythonIn(to), ['-c', imports]);
}

async function need(...debianPackages) {
  const reason = await installDebianPackages(...debianPackages);
  if (reason) throw new Error(`${debianPackages[0]} is missing: ${reason}`);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { path, reason } = await setUpPython();
  if (path) console.log(path);
  else console.error(`no Python: ${reason}`);
  process.exitCode = path ? 0 : 1;
}
