/** Status and epochs of a run as they are on disk at this moment. Reads no map. */
import type { RunDescription, RunManifest, RunStatus, RunSummary } from '../../protocol/run.js';
import type { EpochIndex, SeenEpoch } from './epochIndex.js';
import { diskFailure } from '../writing/durableFiles.js';
import { asAmended } from './openManifest.js';
import { readFailure } from './readFailure.js';
import { END_FILE, EndRecord, OWNER_FILE, OwnerRecord } from '../format/records.js';
import { listRecords, readBases, readRecord, type BaseIndex } from './runIndex.js';
import type { RunOutcome } from './runOutcome.js';
import { ownerState } from '../writing/runOwner.js';
import { KeyProblem, type RunFiles } from '../safety/runPaths.js';

export interface DescribeInput {
  readonly folder: string;
  readonly files: RunFiles;
  readonly manifest: RunManifest;
  /** As it was when the run was opened. */
  readonly base: BaseIndex;
  readonly epochs: EpochIndex;
  /** Believe commit records without looking at the files they list: for lists of many runs. */
  readonly recordsOnly: boolean;
  /** What the training came to, by its whole epochs. */
  readonly outcome: (epochs: readonly number[]) => Promise<RunOutcome>;
}

/** Throws a `damaged` or `environment` Failure when the records of the run can no longer be read. */
export async function describeRun(input: DescribeInput): Promise<RunDescription> {
  const { folder, files, manifest, epochs, recordsOnly, outcome } = input;
  // Status first: a run that ends meanwhile is then shown recording with all its epochs, not ended without the last.
  const end = await readEnd(files);
  const { epochs: epochNumbers, base } = await readRecords(input);
  const seen: SeenEpoch[] = [];
  for (const epoch of epochNumbers) seen.push(await epochs.state(epoch, recordsOnly));
  const whole = seen.filter(({ state }) => state === 'whole').map(({ epoch }) => epoch);
  const last = whole.at(-1);
  const summary: RunSummary = {
    id: manifest.id,
    folder,
    name: manifest.name,
    createdAt: manifest.createdAt,
    status: end ?? (await statusWithoutEnd(files, last)),
    epochs: whole,
    lastEpoch: manifest.plan.openEnded ? null : base.lastEpoch,
    ...(await outcome(whole).catch(() => ({ accuracy: null }))),
    byteCount: seen.reduce((sum, { byteCount }) => sum + byteCount, base.byteCount),
    ...(manifest.group ? { group: manifest.group } : {}),
  };
  const epochStates = seen.map((epoch) =>
    epoch.state === 'whole'
      ? { epoch: epoch.epoch, state: epoch.state }
      : { epoch: epoch.epoch, state: epoch.state, reason: epoch.reason },
  );
  return { summary, manifest: await asAmended(manifest, base), epochStates };
}

async function readRecords({
  files,
  folder,
  base: known,
  recordsOnly,
}: DescribeInput): Promise<{ epochs: readonly number[]; base: BaseIndex }> {
  try {
    const { bases, epochs } = await listRecords(files);
    // A base record does not change once it is there; a list has read them a moment ago.
    const isKnown = recordsOnly && bases.join() === known.numbers.join();
    return { epochs, base: isKnown ? known : await readBases(files, bases) };
  } catch (error) {
    if (error instanceof KeyProblem)
      throw readFailure(error, 'the base record', { what: 'what is in the run', folder });
    throw diskFailure(error, `reading the run in ${folder}`);
  }
}

/** The status that an end record gives; null when there is none. */
async function readEnd(files: RunFiles): Promise<RunStatus | null> {
  try {
    const end = await readRecord(files, END_FILE, EndRecord);
    return end.state === 'finished'
      ? { state: 'finished', endedAt: end.endedAt, stopped: end.stopped }
      : { state: 'broken', reason: end.reason };
  } catch (error) {
    if (!(error instanceof KeyProblem)) throw error;
    return error.state === 'missing' ? null : { state: 'broken', reason: `the record of its end ${error.message}` };
  }
}

/** `lastWhole` is the last whole epoch, undefined when there is none. */
export async function statusWithoutEnd(files: RunFiles, lastWhole: number | undefined): Promise<RunStatus> {
  const howFar = lastWhole === undefined ? 'no complete epoch' : `complete up to epoch ${lastWhole}`;
  try {
    const owner = await readRecord(files, OWNER_FILE, OwnerRecord);
    switch (await ownerState(owner)) {
      case 'alive':
        return { state: 'recording', processId: owner.processId };
      case 'dead':
        // It may have written its end, and gone, since the end was looked for.
        return (await readEnd(files)) ?? { state: 'broken', reason: `the recorder ended without finishing; ${howFar}` };
      case 'elsewhere':
        return {
          state: 'broken',
          reason: `it did not finish, and its recorder is or was on another machine; ${howFar}`,
        };
    }
  } catch (error) {
    if (!(error instanceof KeyProblem)) throw error;
    return { state: 'broken', reason: `the record of its recorder ${error.message}; ${howFar}` };
  }
}
