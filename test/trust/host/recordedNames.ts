/**
 * Inside the extension host: scripts, folders and interpreters of hostile names are recorded through the extension's own
 * commands. Each script writes down what it was given.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { finish, told, untilTraced } from './trial.js';

export interface NamesTold {
  /** The opened folder. */
  readonly root: string;
  readonly names: readonly string[];
}

/** What the recorded script sees: its interpreter's place is as the system resolved it. */
const script = (output: string): string =>
  `require('node:fs').writeFileSync(${JSON.stringify(output)}, JSON.stringify([process.execArgv.length, ...process.argv.slice(1), process.cwd()]));\n// model.fit(x, y)\n`;

const LONGEST_MS = 60_000;

export async function run(): Promise<void> {
  const { root, names } = told<NamesTold>();
  const extension = vscode.extensions.getExtension('cnnslicer.cnnslicer');
  await extension?.activate();
  await sleep(1000);
  await untilTraced();
  const wrong: string[] = [];
  for (const [at, name] of names.entries()) {
    const said = await recorded(root, name, at % 2 === 0 ? 'analyze' : 'configuration');
    if (said !== null) wrong.push(`${JSON.stringify(name)}: ${said}`);
  }
  finish(wrong);
}

/** Null where the script was given its name and arguments as they are. */
async function recorded(root: string, name: string, how: 'analyze' | 'configuration'): Promise<string | null> {
  const folder = join(root, 'folders', name);
  mkdirSync(folder, { recursive: true });
  const [node, file, output] = [
    join(folder, `${name.slice(0, 200)}`),
    join(folder, `${name.slice(0, 200)}.js`),
    join(root, 'given.json'),
  ];
  rmSync(output, { force: true });
  if (!existsSync(node)) symlinkSync(process.execPath, node);
  writeFileSync(file, script(output));
  const given = [name, `--${name}`];
  await set('node.path', node);
  if (how === 'analyze') await set('record.arguments', given);
  else await set('configurations', [{ name: 'one', script: file, arguments: given }]);
  const done =
    how === 'analyze'
      ? vscode.commands.executeCommand('cnnslicer.analyze', vscode.Uri.file(file))
      : vscode.commands.executeCommand('cnnslicer.recordConfiguration', 'one');
  await Promise.race([Promise.resolve(done).catch(() => undefined), sleep(LONGEST_MS)]);
  if (existsSync(join(root, 'canary')) || existsSync(join(folder, 'canary'))) return 'it ran';
  if (!existsSync(output)) return `${how} did not run it`;
  const seen = readFileSync(output, 'utf8');
  // With a configuration the folder that is open is the working folder; so it is of a file inside of it.
  const expected = JSON.stringify([0, file, ...given, root]);
  rmSync(dirname(file), { recursive: true, force: true });
  return seen === expected ? null : `${how} became ${seen}`;
}

async function set(setting: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration('cnnslicer').update(setting, value, vscode.ConfigurationTarget.Workspace);
}
