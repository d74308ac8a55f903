// The folder that the host suites open: a copy of the digits example beside small files that define no model.
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyExample } from '../setup/exampleFolder.mjs';

/** Resolves to the folder and a function that removes it. */
export async function makeHostWorkspace() {
  const parent = await mkdtemp(join(tmpdir(), 'cnnslicer-host-'));
  const folder = join(parent, 'workspace');
  await mkdir(folder);
  await cp('test/host/workspace', folder, { recursive: true });
  await copyExample(join(folder, 'digits'));
  return { folder, remove: () => rm(parent, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 }) };
}
