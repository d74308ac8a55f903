/** When the extension wakes, what it then offers, and how long that takes. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { extension, manifestCommands, open } from './workspace.js';

/** Far above what is measured (see the title); a hang or a synchronous load of TensorFlow.js is not. */
const ACTIVATION_LIMIT_MS = 1000;

describe('activation', () => {
  it('does not happen for a text file', async () => {
    await open('notes.txt');
    assert.equal(extension().isActive, false);
  });

  it('happens by itself when a training script is opened', async function () {
    await open('digits/train.js');
    while (!extension().isActive) await sleep(20);
    const milliseconds = loadAndActivateMs();
    this.test!.title += `: ${milliseconds.toFixed(0)} ms to load and activate`;
    assert.ok(milliseconds < ACTIVATION_LIMIT_MS, `${milliseconds} ms`);
  });

  it('registers every command that package.json contributes', async () => {
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      manifestCommands().filter((command) => !registered.has(command)),
      [],
    );
  });
});

/** From the marks that the extension host itself sets around loading and activating an extension. */
function loadAndActivateMs(): number {
  const { MonacoPerformanceMarks: marks } = globalThis as unknown as { MonacoPerformanceMarks: Marks };
  const at = (name: string) => marks.getMarks().find((mark) => mark.name === `code/extHost/${name}/${extension().id}`);
  const [loading, active] = [at('willLoadExtensionCode'), at('didActivateExtension')];
  assert.ok(loading && active, 'the host marks loading and activation');
  return active.startTime - loading.startTime;
}

interface Marks {
  getMarks(): readonly { readonly name: string; readonly startTime: number }[];
}
