/** Events to a parent that is stopped, as by Ctrl-Z: training is held up once, for two seconds, and no line is torn. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { EventLines } from '../../src/launch/eventLines.js';
import { openEventChannel } from '../../src/recorder/eventChannel.js';
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

/** What is in the pipe now. */
function readAll(descriptor: number, lines: EventLines): void {
  const bytes = Buffer.alloc(2 ** 20);
  try {
    for (;;) lines.add(Buffer.from(bytes.subarray(0, readSync(descriptor, bytes))));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EAGAIN') throw cause;
  }
}
