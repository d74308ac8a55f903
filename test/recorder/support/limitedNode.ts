/** Node.js in a process of few addresses. */
import { chmodSync } from 'node:fs';
import type { Workspace } from './workspace.js';

/** Path of a program that starts Node.js with so many GiB of addresses. For Linux. */
export function limitedNode(workspace: Workspace, gibibytes: number): string {
  const limit = Math.round(gibibytes * 2 ** 20);
  const file = workspace.write('node', `#!/bin/sh\nulimit -v ${limit}\nexec '${process.execPath}' "$@"\n`);
  chmodSync(file, 0o755);
  return file;
}
