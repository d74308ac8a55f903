/** What a person at a terminal reads while a script prints beside the progress of its recording. */
import assert from 'node:assert/strict';
import { createConsole, lostOutput, type Console } from '../../src/cli/console.js';

/** The lines that a terminal shows in the end: a carriage return goes back, `ESC [ K` clears to the right. */
function shownBy(speak: (console: Console) => void, isTTY = true): string[] {
  let written = '';
  const stream = { isTTY, write: (chunk: string | Uint8Array) => (written += Buffer.from(chunk).toString()) };
  const stdout = { write: () => true };
  speak(createConsole(stdout as unknown as NodeJS.WriteStream, stream as unknown as NodeJS.WriteStream));
  return written.split('\n').map((line) => line.split('\r\x1b[K').at(-1) ?? '');
}

const printed = (text: string): Uint8Array => Buffer.from(text);

describe('progress beside what a script prints', () => {
  it('gives way to a line of the script', () => {
    const lines = shownBy((console) => {
      console.progress('epoch 1: 50 %');
      console.output(printed('loss 1.7\n'));
      console.progress('epoch 1: 100 %');
      console.progress('epoch 1 of 3 recorded', true);
    });
    assert.deepEqual(lines, ['loss 1.7', 'epoch 1 of 3 recorded', '']);
  });

  it('covers no line that the script has only begun', () => {
    const lines = shownBy((console) => {
      console.output(printed('batch 1 … '));
      console.progress('epoch 1: 50 %');
      console.output(printed('done\n'));
      console.progress('epoch 1: 100 %');
    });
    assert.deepEqual(lines, ['batch 1 … done', 'epoch 1: 100 %']);
  });

  it('begins a line of its own after one that the script has not ended', () => {
    const lines = shownBy((console) => {
      console.output(printed('batch 1'));
      console.progress('epoch 1 of 3 recorded', true);
      console.message('notice: none');
    });
    assert.deepEqual(lines, ['batch 1', 'epoch 1 of 3 recorded', 'notice: none', '']);
  });

  it('is not written where no terminal is, but for its last line', () => {
    const lines = shownBy((console) => {
      console.progress('epoch 1: 50 %');
      console.output(printed('loss 1.7\n'));
      console.progress('epoch 1 of 3 recorded', true);
    }, false);
    assert.deepEqual(lines, ['loss 1.7', 'epoch 1 of 3 recorded', '']);
  });
});

describe('results that can no longer be printed', () => {
  const lost = (code: string): [number, string[]] => {
    const lines: string[] = [];
    return [lostOutput(Object.assign(new Error(`${code}: no room`), { code }), (line) => lines.push(line)), lines];
  };

  it('are no fault where the reader of a pipe has left', () => assert.deepEqual(lost('EPIPE'), [0, []]));
  it('say so in three parts where the disk is full, with the code of the environment', () => {
    const [code, lines] = lost('ENOSPC');
    assert.equal(code, 5);
    assert.deepEqual(lines.slice(0, 2), ['error: printing the result', '  wrong: ENOSPC: no room']);
  });
});
