// `npm run demo`: records the example's training, prints what was learned layer by layer, and shows it.
// `npm run demo -- --no-view` ends after the table.
import { spawnSync, spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const cli = join(here, '..', '..', 'dist', 'cli.cjs');

function cnnslicer(...args) {
  const { status } = spawnSync(process.execPath, [cli, ...args], { cwd: here, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

cnnslicer('record', 'train.ts');
console.log('');
cnnslicer('layers', 'latest');
if (!process.argv.includes('--no-view')) {
  console.log('\nThe views of this run:');
  const view = spawn(process.execPath, [cli, 'view', 'latest', '--no-open'], { cwd: here, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => view.kill(signal));
  view.on('exit', (code) => process.exit(code ?? 0));
}
