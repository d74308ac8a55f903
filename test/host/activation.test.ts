/** When the extension wakes, what it then offers, and how long that takes. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { extension, manifestCommands, open } from './workspace.js';

/** A hang: far above what is measured on a busy machine (see the title). How fast it is, bench/host measures. */
const ACTIVATION_LIMIT_MS = 10_000;

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

/**
 * What the extension itself takes: loading its bundle, and its `activate`. From the marks that the extension
 * host sets around both; what the host does between them (reading stored state) is not ours.
 */
function loadAndActivateMs(): number {
  const { MonacoPerformanceMarks: marks } = globalThis as unknown as { MonacoPerformanceMarks: Marks };
  const at = (name: string): number => {
    const mark = marks.getMarks().find((one) => one.name === `code/extHost/${name}/${extension().id}`);
    assert.ok(mark, `the host marks ${name}`);
    return mark.startTime;
  };
  const loadMs = at('didLoadExtensionCode') - at('willLoadExtensionCode');
  return loadMs + at('didActivateExtension') - at('willActivateExtension');
}

interface Marks {
  getMarks(): readonly { readonly name: string; readonly startTime: number }[];
}
