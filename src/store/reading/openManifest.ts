/** The manifest of a run folder, checked against its base records before it is believed. */
import { Failure } from '../../protocol/failure.js';
import { FORMAT_NAME, FORMAT_VERSION, type RunManifest } from '../../protocol/run.js';
import { JSON_BYTE_LIMIT, JsonProblem, parseBounded } from '../safety/boundedJson.js';
import { checksumText, crc32c } from '../format/checksum.js';
import { diskFailure } from '../writing/durableFiles.js';
import { manifestInTurns, ManifestProblem, soundManifest } from '../format/manifestChecks.js';
import { readFailure } from './readFailure.js';
import { baseKey, OWNER_FILE } from '../format/records.js';
import { holds, notARun } from '../writing/runEnd.js';
import { listRecords, readBases, type BaseIndex } from './runIndex.js';
import { KeyProblem, type RunFiles } from '../safety/runPaths.js';
import { turnWhenDue } from '../../system/turns.js';
import { MANIFEST_ATTRIBUTE, ROOT_KEY } from '../format/zarrMetadata.js';

export interface OpenedManifest {
  readonly manifest: RunManifest;
  readonly base: BaseIndex;
}

/** No base record is on disk yet: its recorder is setting the run up, or was cut off while it did. */
export class NotSetUp extends Failure {}

/** Throws a `not-found`, `damaged` (`NotSetUp`) or `unsupported` Failure. */
export async function openManifest(files: RunFiles): Promise<OpenedManifest> {
  const doing = `opening the run in ${files.root}`;
  const { bases } = await listRecords(files).catch((error: unknown) => {
    throw diskFailure(error, doing);
  });
  if (bases.length === 0) throw (await holds(files, OWNER_FILE)) ? notSetUp(doing) : notARun(doing, files.root);
  let key = baseKey(bases.at(-1)!);
  try {
    const base = await readBases(files, bases);
    key = ROOT_KEY;
    const bytes = await files.readAll(ROOT_KEY, JSON_BYTE_LIMIT);
    await turnWhenDue();
    checkMetadata(base, ROOT_KEY, bytes);
    const manifest = await manifestInTurns(manifestAttribute(bytes, doing));
    return { manifest: await asAmended(manifest, base), base };
  } catch (error) {
    if (error instanceof KeyProblem) throw readFailure(error, key, { what: 'what the run is', folder: files.root });
    if (error instanceof ManifestProblem) throw badManifest(doing, error);
    throw error;
  }
}

/** Throws `KeyProblem` unless the bytes are what a base record says of the key. */
export function checkMetadata(base: BaseIndex, key: string, bytes: Uint8Array): void {
  const checksum = checksumText(crc32c(bytes));
  const isListed = base.entries.get(key)?.some((entry) => entry.length === bytes.length && entry.crc32c === checksum);
  if (!isListed) throw new KeyProblem('altered', 'does not match its checksum');
}

/** What of a plan changes while a run is recorded; the last base record has it first. */
export type Amendment = Pick<BaseIndex, 'lastEpoch' | 'paused'>;

/** The manifest as it is when t runs to `lastEpoch` and recording was paused as the base record says. */
export async function asAmended(manifest: RunManifest, { lastEpoch, paused }: Amendment): Promise<RunManifest> {
  const { plan } = manifest;
  if (lastEpoch === plan.lastEpoch && JSON.stringify(paused) === JSON.stringify(plan.paused)) return manifest;
  await turnWhenDue();
  return soundManifest({ ...manifest, plan: { ...plan, lastEpoch, ...(paused ? { paused: [...paused] } : {}) } });
}

function manifestAttribute(bytes: Uint8Array, doing: string): unknown {
  const attributes = property(parse(bytes), 'attributes');
  const manifest = property(attributes, MANIFEST_ATTRIBUTE);
  const format = property(manifest, 'format');
  const version = property(format, 'version');
  const isLater = property(format, 'name') === FORMAT_NAME && typeof version === 'number' && version > FORMAT_VERSION;
  if (isLater) throw laterVersion(doing, version);
  return manifest;
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

function parse(bytes: Uint8Array): unknown {
  try {
    return parseBounded(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  } catch (error) {
    throw error instanceof JsonProblem ? new ManifestProblem(error.message) : error;
  }
}

function badManifest(doing: string, problem: ManifestProblem): Failure {
  const tryThis = 'Record the run again; do not trust this folder if it came from elsewhere.';
  return new Failure({ kind: 'damaged', doing, wrong: `the manifest ${problem.message}`, tryThis }, { cause: problem });
}

function laterVersion(doing: string, version: number): Failure {
  const wrong = `it has format version ${version}; this program reads versions up to ${FORMAT_VERSION}`;
  return new Failure({ kind: 'unsupported', doing, wrong, tryThis: 'Install a newer CNNSlicer.' });
}

function notSetUp(doing: string): NotSetUp {
  return new NotSetUp({
    kind: 'damaged',
    doing,
    wrong: 'its recorder has not finished setting it up',
    tryThis: 'If it is being recorded now, wait a moment. Otherwise, delete it and record again.',
  });
}
