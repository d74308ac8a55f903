/** Takes the recorder's events out of a stream of lines. What is no event is counted and dropped. */
import { StringDecoder } from 'node:string_decoder';
import * as v from 'valibot';
import { RecorderEvent } from '../protocol/recorderEvents.js';

/** No event is longer; a line that is, is skipped without being kept. */
const LINE_LIMIT = 2 ** 20;

export class EventLines {
  readonly #decoder = new StringDecoder('utf8');
  #pending = '';
  #skipping = false;
  #dropped = 0;

  constructor(private readonly onEvent: (event: RecorderEvent) => void) {}

  /** Lines that were no event. */
  get dropped(): number {
    return this.#dropped;
  }

  add(bytes: Buffer): void {
    const lines = (this.#pending + this.#decoder.write(bytes)).split('\n');
    this.#pending = lines.pop() ?? '';
    for (const line of lines) this.#take(line);
    if (this.#pending.length > LINE_LIMIT) {
      this.#skipping = true;
      this.#pending = '';
    }
  }

  #take(line: string): void {
    const isRest = this.#skipping;
    this.#skipping = false;
    const event = isRest ? null : parse(line);
    if (event) this.onEvent(event);
    else this.#dropped++;
  }
}

function parse(line: string): RecorderEvent | null {
  try {
    const parsed = v.safeParse(RecorderEvent, JSON.parse(line));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}
