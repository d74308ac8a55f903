/** Begins a run under a name that nothing has yet, also where other recorders begin theirs in the same second. */
import { Failure } from '../../protocol/failure.js';
import type { RunManifest } from '../../protocol/run.js';
import { createRun, type CreateOptions } from './createRun.js';
import { errorCode } from '../safety/fileSystem.js';
import type { ProbeRecord, RunWriter } from '../format/runAccess.js';
import { newRunId } from './runId.js';

/** Every name that is lost is another recorder's run: more than begin at once on one machine. */
const MOST_NAMES = 100;

export interface BegunRun {
  readonly manifest: RunManifest;
  readonly writer: RunWriter;
}

/** As `createRun`, with `id` chosen from the manifest's name and the time; throws what it throws. */
export async function beginRun(
  runsFolder: string,
  described: RunManifest,
  probes: ProbeRecord,
  options: CreateOptions = {},
): Promise<BegunRun> {
  for (let tries = 1; ; tries++) {
    const manifest = { ...described, id: await newRunId(runsFolder, described.name, new Date()) };
    try {
      return { manifest, writer: await createRun(runsFolder, manifest, probes, options) };
    } catch (error) {
      if (!isTaken(error) || tries === MOST_NAMES) throw error;
    }
  }
}

/** Another recorder made the folder between the look for a free name and ours. */
function isTaken(error: unknown): boolean {
  return error instanceof Failure && errorCode(error.cause) === 'EEXIST';
}
