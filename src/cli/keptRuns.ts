/** What is on disk of a recording whose process has ended, whatever ended it. */
import { Failure, type FailureParts } from '../protocol/failure.js';
import { openRun } from '../store/reading/openRun.js';

export interface KeptRun {
  readonly folder: string;
  /** Whole epochs, ascending. */
  readonly epochs: readonly number[];
  /** Why the run is not whole; null where nothing is known against it. */
  readonly reason: string | null;
}

/** Never rejects for what a run is like: one that cannot be opened holds no epoch. */
export function keptRuns(folders: readonly string[]): Promise<KeptRun[]> {
  return Promise.all(
    folders.map(async (folder) => {
      try {
        const { epochs, status } = (await (await openRun(folder)).describe()).summary;
        return { folder, epochs, reason: status.state === 'broken' ? status.reason : null };
      } catch (error) {
        if (error instanceof Failure) return { folder, epochs: [], reason: error.parts.wrong };
        throw error;
      }
    }),
  );
}

/** "kept 21 epochs, 0 to 20, in FOLDER" */
export function keptText({ folder, epochs }: KeptRun): string {
  if (epochs.length === 1) return `kept epoch ${epochs[0]} in ${folder}`;
  return `kept ${epochs.length} epochs, ${epochs[0]} to ${epochs.at(-1)}, in ${folder}`;
}

/** The failure of a recording of `script` that ended well and has begun runs, of which no epoch is on disk. */
export function nothingKept(script: string, runs: readonly KeptRun[]): FailureParts | null {
  if (runs.length === 0 || runs.some(({ epochs }) => epochs.length > 0)) return null;
  const reason = runs.find((run) => run.reason !== null)?.reason?.replace(/\.$/, '');
  return {
    kind: 'environment',
    doing: `recording ${script}`,
    wrong: `no epoch was recorded${reason === undefined ? '' : `. ${reason}`}`,
    tryThis: 'Fix the cause and record again. See the messages above for details.',
  };
}
