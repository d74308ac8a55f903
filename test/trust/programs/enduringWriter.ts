/** Writes a small run as far as the system lets it, and prints what was saved and what was refused as one line of JSON. */
import { Failure } from '../../../src/protocol/failure.js';
import { nodeFileSystem } from '../../../src/store/safety/fileSystem.js';
import { recordEnduring } from '../../faults/enduringRecord.js';

export interface EnduringReport {
  readonly folder: string | null;
  readonly saved: readonly number[];
  /** Of each refusal whether it was a `Failure` of the environment, and its words. */
  readonly refusals: readonly { readonly isTyped: boolean; readonly wrong: string }[];
}

const [, , runs = '', id = 'run'] = process.argv;
void recordEnduring(runs, nodeFileSystem, id).then(({ folder, saved, failures }) => {
  const refusals = failures.map((error) => ({
    isTyped: error instanceof Failure && error.kind === 'environment',
    wrong: String(error),
  }));
  process.stdout.write(JSON.stringify({ folder, saved, refusals } satisfies EnduringReport));
});
