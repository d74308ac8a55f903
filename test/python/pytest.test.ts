/** What the recorder does in Python alone, against a Node.js side that is made up: test_*.py, run by pytest without `--all`. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../recorder/support/bundles.js';

const python = process.env['CNNSLICER_TRAINING_PYTHON'];
const folder = join(root, 'test/python');

describe('the recorder in Python', function () {
  this.timeout(1_200_000);
  before(function () {
    if (!python) this.skip();
  });

  for (const file of readdirSync(folder).filter((name) => /^test_.*\.py$/.test(name))) {
    it(`${file} @all`, () => pytest(file));
  }
});

async function pytest(file: string): Promise<void> {
  const args = ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', '--tb=short', file];
  const environment = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
  const { code, output } = await new Promise<{ code: number | null; output: string }>((resolve) => {
    const child = spawn(python!, args, { cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.on('close', (status) => resolve({ code: status, output: text }));
  });
  assert.equal(code, 0, output.slice(-6000));
}
