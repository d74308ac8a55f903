/** What a person at a terminal reads while a script prints beside the progress of its recording. */
import assert from 'node:assert/strict';
import { createConsole, csvLines, lostOutput, type Console } from '../../src/cli/console.js';
import { eventPrinter } from '../../src/cli/recordingEvents.js';
import type { RecorderEvent } from '../../src/protocol/recorderEvents.js';

/** The lines that a terminal shows in the end: a carriage return goes back, `ESC [ K` clears to the right. */
function shownBy(speak: (console: Console) => void, isTTY = true): string[] {
  let written = '';
  const stream = { isTTY, write: (chunk: string | Uint8Array) => (written += Buffer.from(chunk).toString()) };
  const stdout = { write: () => true };
  speak(createConsole(stdout as unknown as NodeJS.WriteStream, stream as unknown as NodeJS.WriteStream));
  return written.split('\n').map((line) => line.split('\r\x1b[K').at(-1) ?? '');
}

const printed = (text: string): Uint8Array => Buffer.from(text);

const told = { layerCount: 3, probeCount: 10, forecastBytes: 1000, bytesPerEpoch: 100, leftOut: [] };
const started = (folder: string): RecorderEvent => ({ type: 'run-started', folder, lastEpoch: null, ...told });
const whole = (folder: string): RecorderEvent => ({
  type: 'epoch-whole',
  folder,
  epoch: 2,
  lastEpoch: null,
  loss: 0.5,
  accuracy: null,
  elapsedSeconds: 3,
  recordingSeconds: 1,
  byteCount: 1000,
});

describe('what is told of a recording', () => {
  it('names the run from the second on', () => {
    const lines = shownBy((console) => {
      const print = eventPrinter(console);
      const events: RecorderEvent[] = [
        started('/runs/gan'),
        whole('/runs/gan'),
        { type: 'notice', text: 'A.', folder: '/runs/gan' },
        started('/runs/gan-model3'),
        whole('/runs/gan'),
        whole('/runs/gan-model3'),
        { type: 'notice', text: 'B.', folder: '/runs/gan-model3' },
        { type: 'notice', text: 'C.' },
      ];
      events.forEach(print);
    });
    const epoch = 'epoch 2 recorded, loss 0.5000, 1000 B, 3.0 s, 1.0 s of it recording';
    assert.deepEqual(
      lines.filter((line) => !line.startsWith('recording')),
      [epoch, 'notice: A.', `gan: ${epoch}`, `gan-model3: ${epoch}`, 'notice: gan-model3: B.', 'notice: C.', ''],
    );
  });
});

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

describe('text of a recording', () => {
  const hostile = 'a\n\t\u001b[2J\u007f\u009b31m\u202e\u2066ü "q"';
  const printedBy = (speak: (console: Console) => void): string => {
    let written = '';
    const stdout = { write: (text: string) => (written += text) };
    speak(createConsole(stdout as unknown as NodeJS.WriteStream, {} as unknown as NodeJS.WriteStream));
    return written;
  };

  it('is printed with its control characters escaped', () => {
    const escaped = 'a\\n\\t\\u001b[2J\\u007f\\u009b31m\\u202e\\u2066ü "q"\n';
    assert.equal(
      printedBy((console) => console.result(hostile)),
      escaped,
    );
  });

  it('is the same in JSON, where nothing of it steers a terminal', () => {
    const value = { name: hostile, list: [hostile] };
    const written = printedBy((console) => console.json(value));
    assert.deepEqual(JSON.parse(written), value);
    // eslint-disable-next-line no-control-regex -- control characters are what must not be there
    assert.doesNotMatch(written.replaceAll('\n', ''), /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    assert.match(written, /^\{\n {2}"name": "a\\n/);
  });

  it('is no formula in CSV, and numbers stay numbers', () => {
    const cells = ['=1+2', '+a', '-b', '@c', '\t=d', '-0.5', '+3e-4', 'x=1', -0.25, null];
    const lines = csvLines(['=layer', 'bits'], [cells]);
    assert.deepEqual(lines, ["'=layer,bits", "'=1+2,'+a,'-b,'@c,'\t=d,-0.5,+3e-4,x=1,-0.25,"]);
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
