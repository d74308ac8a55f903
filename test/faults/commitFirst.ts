/**
 * A writer broken on purpose: files get their names only after the commit record that lists them. Tests
 * that do not find this out find nothing out.
 */
import { basename, dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FileSystem } from '../../src/store/safety/fileSystem.js';

/** `pause` in milliseconds: before each late name, for readers that must meet the state between. */
export function commitFirst(inner: FileSystem, pause = 0): FileSystem {
  let waiting: (() => Promise<void>)[] = [];
  return {
    ...inner,
    rename: async (from, to) => {
      if (!/\/c\.[\d.]+$/.test(to)) await inner.rename(from, to);
      else waiting.push(() => inner.rename(from, to));
      if (basename(dirname(to)) !== 'commits') return;
      const late = waiting;
      waiting = [];
      for (const rename of late) {
        if (pause > 0) await sleep(pause);
        await rename();
      }
    },
  };
}
