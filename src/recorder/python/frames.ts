/** Reads and writes the frames of src/protocol/pythonRecorder.ts. A reader that is slow keeps Python waiting. */
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import * as v from 'valibot';
import { FromPython, type ToPython } from '../../protocol/pythonRecorder.js';
import { JsonProblem, parseBounded } from '../../store/safety/boundedJson.js';

const HEAD_BYTES = 12;
/** No message is longer or holds more: that of a network of 20,000 layers takes four fifths. */
const LIMITS = { bytes: 16 * 2 ** 20, values: 1_500_000 };
/** Values of one frame: a batch of probes, or all weights. */
const VALUES_LIMIT = 4 * 2 ** 30;

export interface Frame {
  readonly message: FromPython;
  /** None where `wants` did not want them. */
  readonly values: Float32Array<ArrayBuffer>;
}

/** Whether a message may come with so many values; what is not wanted is not kept in memory. */
export type Wants = (message: FromPython, valueCount: number) => boolean;

/** What comes is no frame: somebody else writes to the socket. */
export class FrameProblem extends Error {}

/** Ends when Python has closed its end, wherever that is in a frame. Throws `FrameProblem`. */
export async function* framesOf(socket: Readable, wants: Wants): AsyncGenerator<Frame> {
  const bytes = new ByteReader(socket);
  for (;;) {
    const head = await bytes.take(HEAD_BYTES);
    if (!head) return;
    const view = new DataView(head.buffer);
    const [textLength, valuesLength] = [view.getUint32(0, true), Number(view.getBigUint64(4, true))];
    if (textLength > LIMITS.bytes || valuesLength > VALUES_LIMIT || valuesLength % 4 !== 0)
      throw new FrameProblem(`a frame of ${textLength} and ${valuesLength} bytes`);
    const text = await bytes.take(textLength);
    if (!text) return;
    const message = parse(text);
    const isWanted = wants(message, valuesLength / 4);
    const values = isWanted ? await bytes.take(valuesLength) : await bytes.pass(valuesLength);
    if (!values) return;
    yield { message, values: new Float32Array(values.buffer) };
  }
}

export function sendFrame(socket: Socket, message: ToPython): void {
  if (!socket.writable) return;
  const text = Buffer.from(JSON.stringify(message));
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32LE(text.length, 0);
  socket.write(Buffer.concat([head, text]));
}

function parse(text: Uint8Array): FromPython {
  const parsed = v.safeParse(FromPython, parseJson(text));
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new FrameProblem(`${v.getDotPath(issue) ?? 'a message'}: ${issue.message}`);
}

function parseJson(text: Uint8Array): unknown {
  try {
    return parseBounded(Buffer.from(text.buffer, text.byteOffset, text.length), LIMITS);
  } catch (cause) {
    throw cause instanceof JsonProblem ? new FrameProblem(`a message ${cause.message}`) : cause;
  }
}

/** Copies each byte once, from the socket's chunk to where it belongs. */
class ByteReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(socket: Readable) {
    this.#chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** Null where the other end closes before there are so many. */
  async take(count: number): Promise<Uint8Array<ArrayBuffer> | null> {
    const result = new Uint8Array(count);
    let taken = 0;
    while (taken < count) {
      if (this.#rest.length === 0) {
        const next = await this.#next();
        if (!next) return null;
        this.#rest = next;
      }
      const part = this.#rest.subarray(0, count - taken);
      result.set(part, taken);
      taken += part.length;
      this.#rest = this.#rest.subarray(part.length);
    }
    return result;
  }

  /** Reads so many and keeps none. */
  async pass(count: number): Promise<Uint8Array<ArrayBuffer> | null> {
    for (let left = count; left > 0;) {
      if (this.#rest.length === 0) {
        const next = await this.#next();
        if (!next) return null;
        this.#rest = next;
      }
      const part = Math.min(left, this.#rest.length);
      this.#rest = this.#rest.subarray(part);
      left -= part;
    }
    return new Uint8Array(0);
  }

  async #next(): Promise<Uint8Array | null> {
    try {
      const { value, done } = await this.#chunks.next();
      return done ? null : value;
    } catch {
      return null; // Python was killed
    }
  }
}
