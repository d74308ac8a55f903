/** A whole small run on a disk that refuses: what is refused is noted, and the rest goes on as a recorder would. */
import { createRun } from '../../src/store/writing/createRun.js';
import type { FileSystem } from '../../src/store/safety/fileSystem.js';
import type { RunWriter } from '../../src/store/format/runAccess.js';
import { sampleEpoch, sampleProbes } from '../store/sampleRun.js';
import { EXTENDED_EPOCH, LAST_EPOCH, smallManifest } from './smallRun.js';

export interface Outcome {
  /** null where the run could not be begun. */
  readonly folder: string | null;
  readonly saved: readonly number[];
  readonly failures: readonly unknown[];
}

/** `onRefusal` is called when something was refused, before the next thing is tried. */
export async function recordEnduring(
  runs: string,
  fileSystem: FileSystem,
  id = 'run',
  onRefusal: () => void = () => undefined,
): Promise<Outcome> {
  const manifest = smallManifest(id);
  const failures: unknown[] = [];
  const note = (error: unknown): void => {
    failures.push(error);
    onRefusal();
  };
  let writer: RunWriter | undefined;
  await createRun(runs, manifest, sampleProbes(manifest), { fileSystem }).then((made) => (writer = made), note);
  const saved: number[] = [];
  if (!writer) return { folder: null, saved, failures };
  for (let epoch = 0; epoch <= EXTENDED_EPOCH; epoch++) {
    if (epoch > LAST_EPOCH) {
      await writer.extend(epoch).catch(note);
      if (failures.length > 0) await writer.extend(epoch);
    }
    await writer.writeEpoch(sampleEpoch(manifest, epoch)).then(() => saved.push(epoch), note);
  }
  await writer.end({ state: 'finished', stopped: false }).catch(note);
  return { folder: writer.folder, saved, failures };
}
