/** Makes a process's output fit for a text panel: UTF-8 across chunks, no terminal sequences, an end to floods. */
import { StringDecoder } from 'node:string_decoder';

/** Characters of one recording's output that are kept. */
const OUTPUT_LIMIT = 4 * 2 ** 20;

/** CSI and OSC sequences, other escapes, and control characters except tab and line ends. */
const TERMINAL = new RegExp(
  [
    '\\u001b\\[[0-?]*[ -/]*[@-~]',
    '\\u001b\\][^\\u0007\\u001b]*(?:\\u0007|\\u001b\\\\)?',
    '\\u001b[@-_]?',
    '[\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001a\\u001c-\\u001f\\u007f]',
  ].join('|'),
  'g',
);

export class BoundedText {
  readonly #decoder = new StringDecoder('utf8');
  #left: number;

  constructor(readonly limit: number = OUTPUT_LIMIT) {
    this.#left = limit;
  }

  /** The part of the chunk to show; after the limit a single notice, then nothing. */
  take(chunk: Uint8Array | string): string {
    if (this.#left <= 0) return '';
    const decoded = typeof chunk === 'string' ? chunk : this.#decoder.write(chunk);
    const text = decoded.replace(TERMINAL, '').replace(/\r\n/g, '\n').replace(/\r/g, '\n');
    const kept = text.slice(0, this.#left);
    this.#left -= text.length;
    return this.#left > 0 ? kept : `${kept}\n[cnnslicer] output truncated at ${this.limit} characters\n`;
  }
}
