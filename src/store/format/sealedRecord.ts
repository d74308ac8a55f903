/**
 * JSON files that carry the checksum of their own content as the last member, so that a bit that
 * flipped anywhere in them is seen. They stay ordinary JSON for every other reader.
 */
import * as v from 'valibot';
import { JsonProblem, parseBounded } from '../safety/boundedJson.js';
import { checksumText, crc32c } from './checksum.js';

const SEAL = /^,"crc32c":"([0-9a-f]{8})"\}\n$/;
const CLOSE = Buffer.from('}');
const SEAL_LENGTH = ',"crc32c":"00000000"}\n'.length;

/** The file's bytes: the record with a member `crc32c` added, which covers all bytes before it. */
export function seal(record: Readonly<Record<string, unknown>>): Uint8Array {
  const open = Buffer.from(JSON.stringify(record).slice(0, -1));
  return Buffer.concat([open, Buffer.from(`,"crc32c":"${checksumText(crc32c(open))}"}\n`)]);
}

/** Why a sealed record could not be read, in words that follow "it". */
export class Unsealed extends Error {
  override readonly name = 'Unsealed';
}

/** The record without its seal. Throws `Unsealed` unless seal and schema both hold. */
export function unseal<const S extends v.GenericSchema>(bytes: Uint8Array, schema: S): v.InferOutput<S> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const open = buffer.subarray(0, Math.max(0, buffer.length - SEAL_LENGTH));
  const written = SEAL.exec(buffer.toString('latin1', open.length))?.[1];
  if (written === undefined) throw new Unsealed('is incomplete or not a record of a run');
  if (written !== checksumText(crc32c(open))) throw new Unsealed('does not match its own checksum');
  const parsed = v.safeParse(schema, parse(Buffer.concat([open, CLOSE])), { abortEarly: true });
  if (!parsed.success) throw new Unsealed(`has an unexpected form at "${v.getDotPath(parsed.issues[0]) ?? ''}"`);
  return parsed.output;
}

function parse(text: Buffer): unknown {
  try {
    return parseBounded(text);
  } catch (error) {
    throw error instanceof JsonProblem ? new Unsealed(error.message) : error;
  }
}
