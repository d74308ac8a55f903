/**
 * A writer broken on purpose: files get their names only after the commit record that lists them. Tests
 * that do not find this out find nothing out.
 */
import { basename, dirname } from 'node:path';
import type { FileSystem } from '../../src/store/fileSystem.js';

export function commitFirst(inner: FileSystem): FileSystem {
  let waiting: (() => Promise<void>)[] = [];
  return {
    ...inner,
    rename: async (from, to) => {
      if (!/\/c\.[\d.]+$/.test(to)) await inner.rename(from, to);
      else waiting.push(() => inner.rename(from, to));
      if (basename(dirname(to)) !== 'commits') return;
      const late = waiting;
      waiting = [];
      for (const rename of late) await rename();
    },
  };
}
