/**
 * JSON of a run folder, which may come from anywhere: bounded before it is parsed, since ten million empty lists are
 * written in 30 MB, pack to 30 kB, and take minutes and gigabytes.
 */

/** A model of 5000 layers, the most that are read, takes 3 MB. */
export const JSON_BYTE_LIMIT = 8 * 2 ** 20;
/** 5000 layers of the usual kinds have 240,000. */
export const JSON_VALUE_LIMIT = 350_000;

/** Why a text is not read, in words that follow "it". */
export class JsonProblem extends Error {
  override readonly name = 'JsonProblem';
}

export interface JsonLimits {
  readonly bytes: number;
  readonly values: number;
}

const OF_RUNS: JsonLimits = { bytes: JSON_BYTE_LIMIT, values: JSON_VALUE_LIMIT };

/** The value of a JSON text in UTF-8, or a `JsonProblem`. */
export function parseBounded(text: Buffer, limits = OF_RUNS): unknown {
  if (text.length > limits.bytes)
    throw new JsonProblem(`is ${text.length} bytes long, more than the ${limits.bytes} allowed`);
  // A value takes a byte or more.
  if (text.length > limits.values && valueCount(text) > limits.values)
    throw new JsonProblem(`holds more than ${limits.values} values`);
  try {
    return JSON.parse(text.toString('utf8')) as unknown;
  } catch {
    throw new JsonProblem('is not JSON');
  }
}

const [COMMA, LIST, OBJECT] = [...Buffer.from(',[{')];

/** At least as many as there are: each but the first follows one of these; those inside strings are counted too. */
function valueCount(text: Buffer): number {
  let count = 1;
  for (let at = 0; at < text.length; at++) {
    const byte = text[at];
    if (byte === COMMA || byte === LIST || byte === OBJECT) count++;
  }
  return count;
}
