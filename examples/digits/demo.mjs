// `npm run demo`: records the example's training, prints what was learned layer by layer, and shows it.
// `npm run demo -- --python` records its twin in PyTorch, or else the one in Keras.
// `npm run demo -- --no-view` ends after the table.
import { spawnSync, spawn } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const cli = join(here, '..', '..', 'dist', 'cli.cjs');

function cnnslicer(...args) {
  const { status } = spawnSync(process.execPath, [cli, ...args], { cwd: here, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

/** What to record with: the first Python that has a framework; ends with what to install where there is none. */
function pythonScript() {
  const { CNNSLICER_TRAINING_PYTHON: chosen } = process.env;
  const pythons = [...(chosen ? [resolve(chosen)] : []), 'python3', 'python'];
  for (const [script, imports] of [
    ['train_pytorch.py', 'import torch'],
    ['train_keras.py', 'import keras; keras.layers'],
  ])
    for (const python of pythons)
      if (spawnSync(python, ['-c', imports], { cwd: here, stdio: 'ignore' }).status === 0)
        return [script, '--python', python];
  console.error(
    `The Python example needs PyTorch or Keras, and neither is installed for ${pythons.join(', ')}. Install one of them, as in\n` +
      '  python3 -m venv .venv && .venv/bin/pip install torch\n' +
      'and name its Python: CNNSLICER_TRAINING_PYTHON=.venv/bin/python npm run demo -- --python',
  );
  process.exit(1);
}

cnnslicer('record', ...(process.argv.includes('--python') ? pythonScript() : ['train.ts']));
console.log('');
cnnslicer('layers', 'latest');
if (!process.argv.includes('--no-view')) {
  console.log('\nThe views of this run:');
  const view = spawn(process.execPath, [cli, 'view', 'latest', '--no-open'], { cwd: here, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => view.kill(signal));
  view.on('exit', (code) => process.exit(code ?? 0));
}
