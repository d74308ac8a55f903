/** Inside the extension host of a folder that is not trusted: every contributed command, with and without arguments. */
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { finish, told, untilTraced } from './trial.js';

export interface Tried {
  readonly isTrusted: boolean;
  readonly commands: readonly string[];
  /** "command: value" of settings that the folder gave although it is not trusted. */
  readonly believed: readonly string[];
}

/** Most end at once or ask a person, for ever. */
const COMMAND_MS = 500;

export async function run(): Promise<void> {
  const { script, runFolder } = told<{ script: string; runFolder: string }>();
  const extension = vscode.extensions.getExtension('cnnslicer.cnnslicer');
  const document = await vscode.workspace.openTextDocument(script);
  await vscode.window.showTextDocument(document);
  await extension?.activate();
  await sleep(1500);
  await untilTraced();
  const { contributes } = extension?.packageJSON as { contributes: { commands: { command: string }[] } };
  const commands = contributes.commands.map(({ command }) => command);
  const given: unknown[][] = [
    [],
    [document.uri],
    [{ run: runFolder, layer: 1, script }],
    [{ kind: 'run', run: { folder: runFolder, name: 'x', id: 'x', annotations: { tags: [] } } }],
    ['hostile'],
  ];
  for (const command of commands) for (const one of given) await tried(command, one);
  for (const view of ['query', 'training', 'channels'])
    await tried('cnnslicer.showEntropy', [{ run: runFolder, layer: 1, script, view }]);
  await sleep(2000);
  // Asks a person for trust, and waits.
  await atMost(vscode.tasks.fetchTasks({ type: 'cnnslicer' }));
  const settings = vscode.workspace.getConfiguration('cnnslicer', document.uri);
  const believed = ['node.path', 'record.arguments', 'configurations', 'record.data', 'record.labels'].filter((name) =>
    /canary/.test(JSON.stringify(settings.get(name))),
  );
  finish({ isTrusted: vscode.workspace.isTrusted, commands, believed } satisfies Tried);
}

/** Questions to a person are closed unanswered. */
async function tried(command: string, given: readonly unknown[]): Promise<void> {
  await atMost(vscode.commands.executeCommand(command, ...given));
  await atMost(vscode.commands.executeCommand('workbench.action.closeQuickOpen'));
  await atMost(vscode.commands.executeCommand('notifications.clearAll'));
}

async function atMost(work: Thenable<unknown>): Promise<void> {
  const done = Promise.resolve(work).catch(() => undefined);
  await Promise.race([done, sleep(COMMAND_MS)]);
}
