/** Row 21: a folder that is not trusted, with hostile settings: every command by its id; nothing runs, nothing is written. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setUpChromium } from '../../setup/chromium.mjs';
import { setUpWorkbench } from '../../setup/workbench.mjs';
import { syntheticRun } from '../../engine/syntheticRun.js';
import { Files } from '../../data/makeFiles.js';
import type { Tried as Said } from '../host/restrictedCommands.js';
import { runInHost } from '../hostTrial.js';
import type { Control, NotTried, Part, TrustRow } from '../row.js';

/** Why the workbench cannot be traced here, or null. */
export async function reasonAgainst(): Promise<string | null> {
  if (spawnSync('strace', ['-o', '/dev/null', 'true']).status !== 0) return 'strace cannot trace here';
  const reason = (await setUpChromium()).reason ?? (await setUpWorkbench()).reason;
  return reason ?? null;
}

interface Hostile {
  readonly folder: string;
  readonly canary: string;
  readonly script: string;
  readonly runFolder: string;
}

/** A recorded run, a script that trains, and settings that name programs of the folder's own. */
async function hostileFolder(): Promise<Hostile> {
  const folder = join(new Files().folder, 'workspace');
  const canary = join(folder, 'canary');
  const runs = join(folder, '.cnnslicer', 'runs');
  mkdirSync(join(folder, '.vscode'), { recursive: true });
  mkdirSync(runs, { recursive: true });
  cpSync((await syntheticRun()).folder, join(runs, 'run'), { recursive: true });
  const program = join(folder, 'canary.sh');
  writeFileSync(program, `#!/bin/sh\ntouch ${JSON.stringify(canary)}\n`, { mode: 0o755 });
  const script = join(folder, 'train.js');
  writeFileSync(
    script,
    `const tf = require('@tensorflow/tfjs');\nrequire('node:fs').writeFileSync(${JSON.stringify(canary)}, '');\nconst model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });\nmodel.fit();\n`,
  );
  const configuration = { name: 'hostile', script: 'train.js', arguments: ['canary'], data: program };
  const settings = {
    'cnnslicer.node.path': program,
    'cnnslicer.record.arguments': ['canary'],
    'cnnslicer.record.data': program,
    'cnnslicer.record.labels': program,
    'cnnslicer.configurations': [configuration],
  };
  writeFileSync(join(folder, '.vscode', 'settings.json'), JSON.stringify(settings));
  const task = { type: 'cnnslicer', script: 'train.js', label: 'hostile', runOptions: { runOn: 'folderOpen' } };
  writeFileSync(join(folder, '.vscode', 'tasks.json'), JSON.stringify({ version: '2.0.0', tasks: [task] }));
  return { folder, canary, script, runFolder: join(runs, 'run') };
}

/** The editor itself looks for ports that programs listen on, and searches files, in the same process. */
function isEditors(line: string): boolean {
  const program = /execve\("([^"]*)"/.exec(line)?.[1] ?? '';
  if (/\/sh$/.test(program)) return /"-c", "(?:ps -F -A -l|ls -l \/proc\/)/.test(line);
  return /\/(?:ps|ls|grep)$/.test(program) || /\/code-server\/.*\/rg$/.test(program);
}

/** Calls that start a program, open a file of the folder for writing, change a name in it, or reach for a network. */
function offences(calls: readonly string[], folder: string): string[] {
  return calls.filter((line) => {
    if (/= -1 E/.test(line)) return false;
    if (/execve\(/.test(line)) return !isEditors(line);
    if (/(connect|bind)\(.*sa_family=AF_INET6?/.test(line)) return true;
    if (!line.includes(folder)) return false;
    return /(rename|unlink|mkdir|creat)\w*\(/.test(line) || /open\w*\(.*O_(WRONLY|RDWR|CREAT|TRUNC)/.test(line);
  });
}

async function trial(restricted: boolean): Promise<{ violations: string[]; commands: number }> {
  const hostile = await hostileFolder();
  const { script, runFolder, folder } = hostile;
  const suite = new URL('../host/restrictedCommands.ts', import.meta.url);
  const { said, calls } = await runInHost<Said>({
    suite,
    workspace: folder,
    restricted,
    seconds: 420,
    told: { script, runFolder },
  });
  const violations = offences(calls, folder).map((line) => line.slice(0, 300));
  if (existsSync(hostile.canary)) violations.push('the canary is there');
  if (restricted && said.isTrusted) violations.push('the folder was trusted');
  violations.push(...said.believed.map((name) => `cnnslicer.${name} came from the folder`));
  return { violations, commands: said.commands.length };
}

export const restrictedMode: TrustRow = {
  number: 21,
  what: 'every command in an untrusted folder with hostile settings',
  promise: 'nothing runs, nothing is written',
  goal: 'all commands; 0 execve, writes, sockets',
  onlyFull: true,
  async *check(effort): AsyncGenerator<Part, void, void> {
    const what = 'commands, five ways each';
    const skipped = effort.full ? await reasonAgainst() : 'the workbench is started with --full alone';
    if (skipped !== null) return yield { what, skipped };
    const { violations, commands } = await trial(true);
    yield { what, count: commands, violations };
  },
  async control(effort): Promise<Control | NotTried> {
    const what = 'the same folder, trusted';
    const skipped = effort.full ? await reasonAgainst() : 'the workbench is started with --full alone';
    return skipped !== null ? { what, skipped } : { what, violations: (await trial(false)).violations };
  },
};
