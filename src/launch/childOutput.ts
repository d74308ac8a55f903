/** What a process prints, passed on no faster than it is taken: until then the process waits, as for any reader. */
import type { Readable } from 'node:stream';

/** Passed on to whoever takes nothing, once the process waits no more: pipes hold less when their writer ends. */
const UNTAKEN_BYTES = 2 ** 20;

export class ChildOutput {
  /** Resolves when there is nothing more to come. */
  readonly ended: Promise<void>;
  #untaken = 0;
  #waits = true;

  /** `taken` resolves when what was passed on has been taken; without it everything is taken at once. */
  constructor(
    private readonly stream: Readable | null,
    private readonly passOn: (chunk: Buffer) => void,
    private readonly taken?: () => Promise<void>,
  ) {
    stream?.on('data', (chunk: Buffer) => this.#receive(chunk));
    this.ended = new Promise((resolve) => {
      if (!stream) return resolve();
      stream.once('close', () => resolve());
      stream.once('error', () => resolve());
    });
  }

  /** The process is to end, or has: from now on it waits for nobody, and what would fill the memory is dropped. */
  release(): void {
    this.#waits = false;
    this.stream?.resume();
  }

  #receive(chunk: Buffer): void {
    if (this.#untaken >= UNTAKEN_BYTES) return;
    this.passOn(chunk);
    if (!this.taken) return;
    this.#untaken += chunk.length;
    if (this.#waits) this.stream?.pause();
    void this.taken().then(() => {
      this.#untaken -= chunk.length;
      this.stream?.resume();
    });
  }
}
