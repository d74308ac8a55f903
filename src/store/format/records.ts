/**
 * The records that say what of a run is there: base records (metadata and probes), commit records
 * (one an epoch), the owner and the end. Each is a sealed JSON file (sealedRecord.ts).
 */
import * as v from 'valibot';
import { PausedEpochs, SIZE_LIMIT } from '../../protocol/run.js';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(SIZE_LIMIT));
const text = v.pipe(v.string(), v.maxLength(4096));
const checksum = v.pipe(v.string(), v.regex(/^[0-9a-f]{8}$/));
/** Drawn once for each run, so that a record of another run is known for what it is. */
const token = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/));

/** What a key's file must be. */
export const KeyEntry = v.object({
  length: count,
  /**
   * Of the file; of an array's file without its last four bytes. Those are the `crc32c` codec's own, and
   * a checksum over values followed by their checksum is the same whatever the values are.
   */
  crc32c: checksum,
  /** Of a shard's tail alone (shard.ts), by which parts of the file can be checked without the rest. */
  tail: v.optional(checksum),
});
export type KeyEntry = v.InferOutput<typeof KeyEntry>;

const keys = v.record(text, KeyEntry);

export const BaseRecord = v.object({
  record: v.literal('base'),
  version: v.literal(1),
  run: token,
  /** 0, 1, …: one more with each extension and pause. */
  number: count,
  lastEpoch: count,
  /** As the manifest's `plan.paused`, and newer than it. */
  paused: v.optional(v.array(PausedEpochs)),
  keys,
});
export type BaseRecord = v.InferOutput<typeof BaseRecord>;

export const CommitRecord = v.object({
  record: v.literal('epoch'),
  version: v.literal(1),
  run: token,
  epoch: count,
  keys,
});
export type CommitRecord = v.InferOutput<typeof CommitRecord>;

export const OwnerRecord = v.object({
  record: v.literal('owner'),
  version: v.literal(1),
  processId: count,
  /** When the process began, in clock ticks since boot, with the boot's id; null where /proc is not. */
  processStart: v.nullable(text),
  host: text,
});
export type OwnerRecord = v.InferOutput<typeof OwnerRecord>;

const endedAt = v.pipe(v.string(), v.isoTimestamp());
export const EndRecord = v.variant('state', [
  v.object({
    record: v.literal('end'),
    version: v.literal(1),
    endedAt,
    state: v.literal('finished'),
    stopped: v.boolean(),
  }),
  v.object({ record: v.literal('end'), version: v.literal(1), endedAt, state: v.literal('broken'), reason: text }),
]);
export type EndRecord = v.InferOutput<typeof EndRecord>;

export const OWNER_FILE = 'owner.json';
export const END_FILE = 'end.json';
export const COMMITS_FOLDER = 'commits';

export function commitKey(epoch: number): string {
  return `${COMMITS_FOLDER}/${String(epoch).padStart(6, '0')}.json`;
}

export function baseKey(number: number): string {
  return `${COMMITS_FOLDER}/base-${String(number).padStart(4, '0')}.json`;
}

/** What a file name in the folder of commits stands for; null for anything else. */
export function recordOfName(name: string): { readonly kind: 'base' | 'epoch'; readonly number: number } | null {
  const match = /^(base-)?(\d{4,15})\.json$/.exec(name);
  if (!match) return null;
  const kind = match[1] ? 'base' : 'epoch';
  const number = Number(match[2]);
  const key = kind === 'base' ? baseKey(number) : commitKey(number);
  return key === `${COMMITS_FOLDER}/${name}` ? { kind, number } : null;
}
