/**
 * What a run folder says is there: base records, commit records, owner and end, each read and checked
 * before it is believed. Holds no array.
 */
import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import type * as v from 'valibot';
import { SIZE_LIMIT, type PausedEpochs } from '../../protocol/run.js';
import {
  BaseRecord,
  baseKey,
  commitKey,
  CommitRecord,
  COMMITS_FOLDER,
  recordOfName,
  type KeyEntry,
} from '../format/records.js';
import { JSON_BYTE_LIMIT } from '../safety/boundedJson.js';
import { errorCode } from '../safety/fileSystem.js';
import { KeyProblem, type RunFiles } from '../safety/runPaths.js';
import { unseal, Unsealed } from '../format/sealedRecord.js';
import { turnWhenDue } from '../../system/turns.js';

/** Of base records that are read: as many as say what metadata that is being replaced may be. */
const BASES_BYTE_LIMIT = 2 * JSON_BYTE_LIMIT;

/** Base records together: what metadata and probes must be. */
export interface BaseIndex {
  /** Of the records that were there. */
  readonly numbers: readonly number[];
  readonly run: string;
  readonly lastEpoch: number;
  readonly paused: readonly PausedEpochs[] | undefined;
  /** Every form that a key may have: while a run is extended, its metadata is old or new. */
  readonly entries: ReadonlyMap<string, readonly KeyEntry[]>;
  readonly byteCount: number;
}

export interface RecordNames {
  readonly bases: readonly number[];
  readonly epochs: readonly number[];
}

/** Numbers of the base and commit records, ascending; empty where there is no folder of commits. */
export async function listRecords(files: RunFiles): Promise<RecordNames> {
  const names = await fs.readdir(join(files.root, COMMITS_FOLDER)).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) return [];
    throw error;
  });
  const found = names.map(recordOfName).filter((record) => record !== null);
  const numbers = (kind: 'base' | 'epoch'): number[] =>
    found
      .filter((record) => record.kind === kind)
      .map((record) => record.number)
      .sort((a, b) => a - b);
  return { bases: numbers('base'), epochs: numbers('epoch') };
}

/**
 * The base records joined, newest first and within a limit of bytes. One that cannot be read is left out: what only it
 * lists then fails its check. Throws `KeyProblem` when none can be read.
 */
export async function readBases(files: RunFiles, numbers: readonly number[]): Promise<BaseIndex> {
  const bases: BaseRecord[] = [];
  let problem: unknown = new KeyProblem('missing', 'is missing');
  let bytesLeft = BASES_BYTE_LIMIT;
  for (const number of numbers.toReversed()) {
    bytesLeft -= await files.length(baseKey(number)).catch(() => 0);
    if (bytesLeft < 0 && number !== numbers.at(-1)) break;
    await readBase(files, number).then(
      (base) => bases.push(base),
      (error: unknown) => (problem = error),
    );
  }
  const [last] = bases;
  if (!last) throw problem;
  const entries = new Map<string, KeyEntry[]>();
  for (const base of bases.filter(({ run }) => run === last.run)) {
    for (const [key, entry] of Object.entries(base.keys)) entries.set(key, [entry, ...(entries.get(key) ?? [])]);
  }
  const byteCount = Object.values(last.keys).reduce((sum, { length }) => sum + length, 0);
  return { numbers, run: last.run, lastEpoch: last.lastEpoch, paused: last.paused, entries, byteCount };
}

async function readBase(files: RunFiles, number: number): Promise<BaseRecord> {
  const base = await readRecord(files, baseKey(number), BaseRecord);
  if (base.number !== number) throw new KeyProblem('altered', 'belongs to another place');
  return base;
}

/** The commit record of an epoch of this run, or a `KeyProblem`. */
export async function readCommit(files: RunFiles, run: string, epoch: number): Promise<CommitRecord> {
  const commit = await readRecord(files, commitKey(epoch), CommitRecord);
  if (commit.run !== run) throw new KeyProblem('altered', 'belongs to another run');
  if (commit.epoch !== epoch) throw new KeyProblem('altered', 'belongs to another epoch');
  return commit;
}

/** A sealed record; every way in which it cannot be believed is a `KeyProblem`. */
export async function readRecord<const S extends v.GenericSchema>(
  files: RunFiles,
  key: string,
  schema: S,
): Promise<v.InferOutput<S>> {
  const bytes = await files.readAll(key, JSON_BYTE_LIMIT);
  await turnWhenDue();
  try {
    return unseal(bytes, schema);
  } catch (error) {
    if (error instanceof Unsealed) throw new KeyProblem('altered', error.message);
    throw error;
  }
}

/** Bytes that the keys of an epoch take; never above the limit of sizes. */
export function commitBytes(commit: CommitRecord): number {
  return Math.min(
    SIZE_LIMIT,
    Object.values(commit.keys).reduce((sum, { length }) => sum + length, 0),
  );
}
