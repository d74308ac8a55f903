/** Events to a parent that is stopped, as by Ctrl-Z: training is held up once, for two seconds, and no line is torn. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs, { closeSync, openSync, readSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { EventLines } from '../../src/launch/eventLines.js';
import { openEventChannel } from '../../src/recorder/process/eventChannel.js';
import { Workspace } from './support/workspace.js';

describe('events that nobody reads for a while', () => {
  it('hold up training once, and are dropped whole', function () {
    if (process.platform === 'win32') this.skip();
    const workspace = new Workspace([]);
    const file = join(workspace.folder, 'events');
    execFileSync('mkfifo', [file]);
    const descriptor = openSync(file, 'r+');
    const channel = openEventChannel(descriptor, () => assert.fail('the reader is there'));
    const texts: string[] = [];
    const lines = new EventLines((event) => texts.push(event.type === 'notice' ? event.text : event.type));

    const before = performance.now();
    for (let i = 0; i < 2000; i++) channel.send({ type: 'notice', text: `${i} ${'x'.repeat(300)}` });
    const seconds = (performance.now() - before) / 1000;
    assert.ok(seconds > 1.5 && seconds < 4, `${seconds} s`);
    readAll(descriptor, lines);
    channel.send({ type: 'notice', text: 'after' });
    readAll(descriptor, lines);

    assert.equal(lines.dropped, 0);
    assert.deepEqual(
      texts.slice(0, -1).map((text) => Number.parseInt(text)),
      texts.slice(0, -1).map((_, index) => index),
    );
    assert.ok(texts.length > 100 && texts.length < 2000, `${texts.length} lines`);
    assert.equal(texts.at(-1), 'after');
    workspace.remove();
  });
});

describe('events of a script that replaces what they are made with', () => {
  const replace = (object: object, key: string): (() => void) => {
    const original = Object.getOwnPropertyDescriptor(object, key)!;
    Object.defineProperty(object, key, { ...original, value: () => assert.fail(`${key} of the script`) });
    syncBuiltinESMExports();
    return () => {
      Object.defineProperty(object, key, original);
      syncBuiltinESMExports();
    };
  };
  const replaced: readonly (readonly [object, string])[] = [
    [JSON, 'stringify'],
    [Buffer, 'from'],
    [Buffer, 'alloc'],
    [Date, 'now'],
    [globalThis, 'Date'],
    [globalThis, 'TextEncoder'],
    [fs, 'writeSync'],
    [Object.getPrototypeOf(performance) as object, 'now'],
    [Atomics, 'wait'],
  ];
  const inWorkspace = (work: (descriptor: number) => void): void => {
    const workspace = new Workspace([]);
    const file = join(workspace.folder, 'events');
    execFileSync('mkfifo', [file]);
    work(openSync(file, 'r+'));
    workspace.remove();
  };
  const received = (descriptor: number): string[] => {
    const texts: string[] = [];
    readAll(descriptor, new EventLines((event) => texts.push(event.type === 'notice' ? event.text : event.type)));
    return texts;
  };
  before(function () {
    if (process.platform === 'win32') this.skip();
  });

  it('arrive', () => {
    inWorkspace((descriptor) => {
      const channel = openEventChannel(descriptor, () => assert.fail('the reader is there'));
      for (const [object, key] of replaced) {
        const restore = replace(object, key);
        channel.send({ type: 'notice', text: key });
        restore();
      }
      assert.deepEqual(
        received(descriptor),
        replaced.map(([, key]) => key),
      );
    });
  });

  it('are dropped alone where one cannot be made', () => {
    inWorkspace((descriptor) => {
      const channel = openEventChannel(descriptor, () => assert.fail('the reader is there'));
      channel.send({ type: 'notice', text: { toJSON: () => assert.fail('no JSON') } as unknown as string });
      channel.send({ type: 'notice', text: 'the next' });
      assert.deepEqual([received(descriptor), channel.open], [['the next'], true]);
    });
  });

  it('end nothing where the script has closed their descriptor', () => {
    inWorkspace((descriptor) => {
      const channel = openEventChannel(descriptor, () => assert.fail('nobody knows of the reader'));
      closeSync(descriptor);
      channel.send({ type: 'notice', text: 'to nobody' });
      assert.equal(channel.open, false);
    });
  });
});

/** What is in the pipe now. */
function readAll(descriptor: number, lines: EventLines): void {
  const bytes = Buffer.alloc(2 ** 20);
  try {
    for (;;) lines.add(Buffer.from(bytes.subarray(0, readSync(descriptor, bytes))));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EAGAIN') throw cause;
  }
}
