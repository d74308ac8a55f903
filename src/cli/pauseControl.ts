/** Pause and resume of a recording from a terminal: "p" and Enter, or SIGUSR2 to this process. */
import { createInterface } from 'node:readline';
import type { RecordingTask } from '../launch/recordingTask.js';
import type { Console } from './console.js';
import { whileInForeground } from './foreground.js';

/** Listens until the returned function is called. Keeps no process alive. */
export function listenForPause(task: RecordingTask, console: Console): () => void {
  const toggle = (): void => {
    if (task.paused) task.resume();
    else task.pause();
    console.message(
      task.paused ? 'recording pauses after this epoch; training continues' : 'recording resumes with the next epoch',
    );
  };
  const stopKeys = process.stdin.isTTY ? whileInForeground(() => listenForKeys(toggle)) : () => undefined;
  if (process.platform !== 'win32') process.on('SIGUSR2', toggle);
  return () => {
    stopKeys();
    process.removeListener('SIGUSR2', toggle);
  };
}

function listenForKeys(toggle: () => void): () => void {
  const lines = createInterface({ input: process.stdin, terminal: false });
  // A terminal that is gone gives no keys; signals pause then.
  lines.on('error', () => undefined);
  lines.on('line', (line) => {
    if (line.trim().toLowerCase() === 'p') toggle();
  });
  process.stdin.unref();
  return () => {
    lines.close();
    process.stdin.pause();
  };
}
