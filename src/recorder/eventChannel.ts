/**
 * Tells the parent what happens, one JSON line an event on the descriptor that it opened. Written
 * synchronously, so that what was said survives process.exit, abort and SIGKILL.
 */
import { fstatSync, writeSync } from 'node:fs';
import type { RecorderEvent } from '../protocol/recorderEvents.js';

export interface EventChannel {
  send(event: RecorderEvent): void;
  /** True when somebody may read what is sent. */
  readonly open: boolean;
}

/** How long a reader that takes nothing may hold up training before events are dropped. */
const PATIENCE_MILLISECONDS = 2000;

/** `descriptor` null, closed or no pipe: events go nowhere. `onParentGone` is called once on EPIPE. */
export function openEventChannel(descriptor: number | null, onParentGone: () => void): EventChannel {
  let open = descriptor !== null && isPipe(descriptor);
  return {
    get open() {
      return open;
    },
    send(event) {
      if (!open || descriptor === null) return;
      const written = writeLine(descriptor, `${JSON.stringify(event)}\n`);
      if (written === 'gone') {
        open = false;
        onParentGone();
      }
    },
  };
}

function isPipe(descriptor: number): boolean {
  try {
    const status = fstatSync(descriptor);
    return status.isFIFO() || status.isSocket();
  } catch {
    return false;
  }
}

function writeLine(descriptor: number, line: string): 'written' | 'dropped' | 'gone' {
  const bytes = Buffer.from(line);
  const giveUpAt = Date.now() + PATIENCE_MILLISECONDS;
  let offset = 0;
  while (offset < bytes.length) {
    try {
      offset += writeSync(descriptor, bytes, offset);
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code;
      if (code === 'EINTR') continue;
      if (code !== 'EAGAIN') return 'gone';
      // A line begun is finished, or the reader would see half of one joined to the next.
      if (offset === 0 && Date.now() > giveUpAt) return 'dropped';
      sleep(5);
    }
  }
  return 'written';
}

function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
