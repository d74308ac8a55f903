/** Tests get the example as it is shipped, whatever the demo has recorded in it. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeHostWorkspace } from '../host/workspace.mjs';
import { copyExample } from '../setup/exampleFolder.mjs';

describe('the example that tests copy', () => {
  it('brings no run that was recorded in it, nor packages installed in it', async () => {
    const parent = await mkdtemp(join(tmpdir(), 'cnnslicer-example-'));
    const [example, copy] = [join(parent, 'example'), join(parent, 'copy')];
    for (const name of ['.cnnslicer/runs', 'node_modules/tf', 'data'])
      await mkdir(join(example, name), { recursive: true });
    await writeFile(join(example, 'train.js'), '');
    await copyExample(copy, example);
    assert.deepEqual((await readdir(copy)).sort(), ['data', 'train.js']);
    await rm(parent, { recursive: true });
  });

  it('stands in the host suites’ workspace with its scripts and its data', async () => {
    const workspace = await makeHostWorkspace();
    const names = await readdir(join(workspace.folder, 'digits'));
    assert.ok(
      ['train.js', 'train.ts', 'data'].every((name) => names.includes(name)),
      names.join(),
    );
    assert.ok(!names.includes('.cnnslicer'));
    await workspace.remove();
  });
});
