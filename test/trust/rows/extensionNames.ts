/** Row 20, in the editor: hostile names through "Analyze CNN" and configurations, the host's starts seen by strace. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Files } from '../../data/makeFiles.js';
import type { NamesTold } from '../host/recordedNames.js';
import { runInHost } from '../hostTrial.js';
import type { Control, NotTried, Part, TrustRow } from '../row.js';
import { hostileNames, launch } from './names.js';
import { reasonAgainst } from './restrictedMode.js';

const SECONDS_A_NAME = 20;

async function recorded(names: readonly string[]): Promise<Part> {
  const root = join(new Files().folder, 'workspace');
  mkdirSync(root);
  const suite = new URL('../host/recordedNames.ts', import.meta.url);
  const told: NamesTold = { root, names };
  const seconds = 60 + SECONDS_A_NAME * names.length;
  const { said, calls } = await runInHost<string[]>({ suite, workspace: root, restricted: false, seconds, told });
  const shells = calls.filter((line) => /execve\("[^"]*\/(?:ba|da|z)?sh"/.test(line) && line.includes(root));
  const violations = [...said, ...shells.map((line) => `a shell was started: ${line.slice(0, 200)}`)];
  return { what: 'recorded through the extension’s commands', count: names.length, violations };
}

export const extensionNames: TrustRow = {
  number: 20,
  what: 'the same names for script, folder and interpreter, in the editor',
  promise: 'one argument each, no shell',
  goal: '200 names',
  onlyFull: true,
  async *check(effort): AsyncGenerator<Part, void, void> {
    const skipped = effort.full ? await reasonAgainst() : 'the workbench is started with --full alone';
    if (skipped !== null) return yield { what: 'recorded through the extension’s commands', skipped };
    // Longer than a name with its ending may be.
    yield recorded(hostileNames(201).filter((name) => name.length < 250 || /^n+$/.test(name)));
  },
  async control(): Promise<Control | NotTried> {
    return { what: 'a launcher that uses a shell', violations: await launch(hostileNames(10), 'shell') };
  },
};
