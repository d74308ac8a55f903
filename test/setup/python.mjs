// Virtual environments in the cache folder: the Python that fixtures, peers and reader tests compare with, the one that
// trainings are recorded in, and one beside it with the peers of that. `node test/setup/python.mjs [training]` makes one
// and prints its path.
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cacheFolder, makeOnce } from './cache.mjs';
import { findOnPath, isExecutable, run } from './shell.mjs';
import { installDebianPackages, lastLine } from './system.mjs';

/** What is compared with. The environment variable names another Python that has the packages. */
const ORACLES = {
  folder: join(cacheFolder, 'python'),
  variable: 'CNNSLICER_PYTHON',
  packages: ['numpy', 'scipy', 'scikit-learn', 'zarr>=3', 'umap-learn'],
  imports: 'import numpy, scipy, sklearn, zarr, umap; assert zarr.__version__ >= "3"',
};

/** What is recorded: PyTorch, and Keras on JAX; and pytest. */
const TRAINING = {
  folder: join(cacheFolder, 'training-python'),
  variable: 'CNNSLICER_TRAINING_PYTHON',
  packages: ['torch==2.13.0', 'numpy', 'keras>=3', 'jax', 'pytest'],
  imports: 'import os; os.environ["KERAS_BACKEND"] = "jax"; import torch, keras, jax, pytest',
};

/** What trainings are recorded with elsewhere, on top of `TRAINING`. */
const RECORDING_PEERS = {
  folder: join(cacheFolder, 'recording-peers-python'),
  variable: 'CNNSLICER_PEERS_PYTHON',
  packages: ['zarr>=3', 'tensorboard', 'captum', 'torchlens'],
  imports: 'import torch, zarr, captum, torchlens; from torch.utils.tensorboard import SummaryWriter',
};

/** `{ path }` of a Python that has the packages, or `{ reason }` why there is none. */
export function setUpPython({ log = console.error } = {}) {
  return setUp(ORACLES, log);
}

/** The same for trainings: about 1.5 GB, so it is made only for `npm test -- --all`; `isMade`: what is there already. */
export async function setUpTrainingPython({ log = console.error, isMade = false } = {}) {
  if (isMade && !process.env[TRAINING.variable] && !(await hasImports(TRAINING)))
    return { reason: '"node test/setup/python.mjs training" provides PyTorch and Keras' };
  return setUp(TRAINING, log);
}

/** PyTorch and the peers of recording it. */
export async function setUpRecordingPeers({ log = console.error } = {}) {
  const training = await setUpTrainingPython({ log });
  return training.path ? setUp(RECORDING_PEERS, log, training.path) : training;
}

/** `below`: a Python whose packages are seen, too. */
async function setUp({ folder, variable, packages, imports }, log, below) {
  if (process.env[variable]) return { path: process.env[variable] };
  try {
    await makeOnce({
      folder,
      recipe: packages.join(' '),
      adopt: () => hasImports({ folder, imports }),
      make: (to) => makeEnvironment(to, packages, imports, log, below),
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

async function hasImports({ folder, imports }) {
  if (!isExecutable(pythonIn(folder))) return false;
  return run(pythonIn(folder), ['-c', imports]).then(
    () => true,
    () => false,
  );
}

async function makeEnvironment(to, packages, imports, log, below) {
  if (!findOnPath('python3')) await need('python3', 'python3-venv');
  log(`making a Python environment in ${to} (once, a minute or two)`);
  await rm(to, { recursive: true, force: true });
  await run('python3', ['-m', 'venv', to]).catch(async () => {
    await need('python3-venv');
    await rm(to, { recursive: true, force: true });
    await run('python3', ['-m', 'venv', to]);
  });
  if (below) await addPackagesOf(below, to);
  await run(pythonIn(to), ['-m', 'pip', 'install', '--quiet', '--prefer-binary', ...packages], { timeoutSeconds: 900 });
  await run(pythonIn(to), ['-c', imports]);
}

async function addPackagesOf(below, environment) {
  const where = 'import sysconfig; print(sysconfig.get_path("purelib"))';
  const [packages, own] = await Promise.all([below, pythonIn(environment)].map((python) => run(python, ['-c', where])));
  await writeFile(join(own.stdout.trim(), 'below.pth'), packages.stdout);
}

async function need(...debianPackages) {
  const reason = await installDebianPackages(...debianPackages);
  if (reason) throw new Error(`${debianPackages[0]} is missing: ${reason}`);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { path, reason } = await (process.argv[2] === 'training' ? setUpTrainingPython() : setUpPython());
  if (path) console.log(path);
  else console.error(`no Python: ${reason}`);
  process.exitCode = path ? 0 : 1;
}
