/**
 * Tells the parent what happens, one JSON line an event on the descriptor that it opened. Written
 * synchronously, so that what was said survives process.exit, abort and SIGKILL.
 */
import { fstatSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { FailureParts } from '../protocol/failure.js';
import type { RecorderEvent } from '../protocol/recorderEvents.js';
import { sleepSynchronously } from './sleepSynchronously.js';

export interface EventChannel {
  send(event: RecorderEvent): void;
  /** True when somebody may read what is sent. */
  readonly open: boolean;
}

/** How long a reader that takes nothing may hold up training, once, before events are dropped. */
const PATIENCE_MILLISECONDS = 2000;

/** `descriptor` null, closed or no pipe: events go nowhere. `onParentGone` is called once on EPIPE. */
export function openEventChannel(descriptor: number | null, onParentGone: () => void): EventChannel {
  let pipe = descriptor !== null && isPipe(descriptor) ? new LinePipe(descriptor) : null;
  return {
    get open() {
      return pipe !== null;
    },
    send(event) {
      try {
        pipe?.write(`${JSON.stringify(event)}\n`);
      } catch {
        pipe = null;
        onParentGone();
      }
    },
  };
}

/** What ended the recording of the whole script; null says nothing. */
export function sendFailure(events: EventChannel, failure: FailureParts | null): void {
  if (failure) events.send({ type: 'failed', failure, folder: null });
}

function isPipe(descriptor: number): boolean {
  try {
    const status = fstatSync(descriptor);
    return status.isFIFO() || status.isSocket();
  } catch {
    return false;
  }
}

/** Lines to a reader that may stop for long (Ctrl-Z). One is held for it whole; those that follow it are dropped. */
class LinePipe {
  /** What the reader has still to take before it can be given another line. */
  #held = Buffer.alloc(0);
  /** Kept as long as this: nothing but it makes writing to the descriptor fail rather than wait. */
  readonly #socket: Socket | null;

  constructor(private readonly descriptor: number) {
    this.#socket = process.platform === 'win32' ? null : unblocked(descriptor);
    this.#socket?.unref();
  }

  /** Throws when the reader is gone. */
  write(line: string): void {
    this.#held = this.#untaken(this.#held, 0);
    if (this.#held.length === 0) this.#held = this.#untaken(Buffer.from(line), Date.now() + PATIENCE_MILLISECONDS);
  }

  /** What is left of the bytes when the reader has taken them, or `giveUpAt` is past. */
  #untaken(bytes: Buffer<ArrayBuffer>, giveUpAt: number): Buffer<ArrayBuffer> {
    for (let offset = 0; offset < bytes.length;) {
      try {
        offset += writeSync(this.descriptor, bytes, offset);
      } catch (cause) {
        const { code } = cause as NodeJS.ErrnoException;
        if (code !== 'EINTR' && code !== 'EAGAIN') throw cause;
        if (code === 'EAGAIN' && Date.now() > giveUpAt) return bytes.subarray(offset);
        if (code === 'EAGAIN') sleepSynchronously(5);
      }
    }
    return bytes.subarray(bytes.length);
  }
}

/** A socket of the descriptor, which so becomes one that never blocks; null where there can be none. */
function unblocked(descriptor: number): Socket | null {
  try {
    return new Socket({ fd: descriptor, readable: false, writable: true }).on('error', () => undefined);
  } catch {
    return null;
  }
}
