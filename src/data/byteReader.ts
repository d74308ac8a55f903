/**
 * Reads a stream of bytes forward in exact pieces, and knows at which offset it is: what a loader needs to
 * hold one block at a time and to name the place that is wrong.
 */
import { badData } from './dataFailure.js';

const NOTHING = new Uint8Array(0);

export class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #pending: Uint8Array = NOTHING;
  #offset = 0;

  /** `name`: of the file, for messages. */
  constructor(
    chunks: AsyncIterable<Uint8Array>,
    readonly name: string,
  ) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Bytes taken so far; of what comes out where the file is compressed. */
  get offset(): number {
    return this.#offset;
  }

  /** At least one byte and at most `limit`, as a view; empty at the end of the stream. */
  async some(limit: number): Promise<Uint8Array> {
    while (this.#pending.length === 0) {
      const { value, done } = await this.#chunks.next();
      if (done) return NOTHING;
      this.#pending = value;
    }
    const piece = this.#pending.subarray(0, limit);
    this.#pending = this.#pending.subarray(piece.length);
    this.#offset += piece.length;
    return piece;
  }

  /** Exactly `length` bytes; throws a Failure that says `what` was cut off, and where. */
  async exactly(length: number, what: string): Promise<Uint8Array> {
    const first = await this.some(length);
    if (first.length === length) return first;
    const whole = new Uint8Array(length);
    let filled = 0;
    for (let piece = first; ; piece = await this.some(length - filled)) {
      if (piece.length === 0) {
        throw badData(this.name, `offset ${this.#offset}`, `${what} is cut off`, 'Copy or download the file again.');
      }
      whole.set(piece, filled);
      filled += piece.length;
      if (filled === length) return whole;
    }
  }

  /** Throws a Failure when anything is left. */
  async end(what: string): Promise<void> {
    const at = this.#offset;
    if ((await this.some(1)).length === 0) return;
    throw badData(
      this.name,
      `offset ${at}`,
      `there is more than ${what}`,
      'Check that it is the right file and that it is complete.',
    );
  }
}
