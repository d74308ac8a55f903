/**
 * Tells the parent what happens, one JSON line an event on the descriptor that it opened. Written
 * synchronously, so that what was said survives process.exit, abort and SIGKILL.
 */
import { fstatSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { FailureParts } from '../../protocol/failure.js';
import type { RecorderEvent } from '../../protocol/recorderEvents.js';
import { sleepSynchronously } from './sleepSynchronously.js';

/** Kept from before the script's first line: it may replace these, and must not be ended for that. */
const { stringify } = JSON;
const write = writeSync;
const now = performance.now.bind(performance);
const encode = TextEncoder.prototype.encode.bind(new TextEncoder());

export interface EventChannel {
  send(event: RecorderEvent): void;
  /** True when somebody may read what is sent. */
  readonly open: boolean;
}

/** How long a reader that takes nothing may hold up training, once, before events are dropped. */
const PATIENCE_MILLISECONDS = 2000;

/**
 * `descriptor` null, closed or no pipe: events go nowhere. `onParentGone` is called once, when the pipe has nobody at
 * its other end. What fails otherwise costs that event alone.
 */
export function openEventChannel(descriptor: number | null, onParentGone: () => void): EventChannel {
  let pipe = descriptor !== null && isPipe(descriptor) ? new LinePipe(descriptor) : null;
  return {
    get open() {
      return pipe !== null;
    },
    send(event) {
      try {
        pipe?.write(`${stringify(event)}\n`);
      } catch (cause) {
        const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
        if (code === 'EBADF') pipe = null; // the script has closed it
        if (code !== 'EPIPE' && code !== 'ECONNRESET') return;
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
  /** The line that the reader has not taken to its end, and how much of it is taken. */
  #line = encode('');
  #taken = 0;
  /** Kept as long as this: nothing but it makes writing to the descriptor fail rather than wait. */
  readonly #socket: Socket | null;

  constructor(private readonly descriptor: number) {
    this.#socket = process.platform === 'win32' ? null : unblocked(descriptor);
    this.#socket?.unref();
  }

  /** Throws when the reader is gone. */
  write(line: string): void {
    if (!this.#giveUntil(0)) return;
    this.#line = encode(line);
    this.#taken = 0;
    this.#giveUntil(now() + PATIENCE_MILLISECONDS);
  }

  /** Whether the reader has taken the whole line before `giveUpAt`. */
  #giveUntil(giveUpAt: number): boolean {
    while (this.#taken < this.#line.length) {
      const count = this.#give();
      this.#taken += count;
      if (count > 0) continue;
      if (now() > giveUpAt) return false;
      sleepSynchronously(5);
    }
    return true;
  }

  /** How many bytes the reader has taken; 0 when it has no room. */
  #give(): number {
    try {
      return write(this.descriptor, this.#line, this.#taken);
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code === 'EINTR' || code === 'EAGAIN') return 0;
      throw cause;
    }
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
