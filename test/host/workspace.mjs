// The folder that the host suites open: a copy of the digits example beside small files that define no model.
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Resolves to the folder and a function that removes it. */
export async function makeHostWorkspace() {
  const parent = await mkdtemp(join(tmpdir(), 'cnnslicer-host-'));
  const folder = join(parent, 'workspace');
  await mkdir(folder);
  await cp('test/host/workspace', folder, { recursive: true });
  await cp('examples/digits', join(folder, 'digits'), { recursive: true });
  return { folder, remove: () => rm(parent, { recursive: true, force: true }) };
}
