/**
 * The writer alone, to be killed: writes a small run and says on standard output when something is on
 * disk, one JSON object a line. Its one argument is a `WriterOrder` as JSON.
 */
import { writeSync } from 'node:fs';
import { Failure } from '../../src/protocol/failure.js';
import { createRun } from '../../src/store/writing/createRun.js';
import { sampleEpoch, sampleProbes } from '../store/sampleRun.js';
import { commitFirst } from './commitFirst.js';
import { countedFileSystem, type Counts, type FaultPlan } from './countedFileSystem.js';
import { EXTENDED_EPOCH, LAST_EPOCH, smallManifest } from './smallRun.js';

export interface WriterOrder {
  readonly runs: string;
  readonly id: string;
  readonly fault: FaultPlan | null;
  /** Broken on purpose: a check that passes these checks nothing. */
  readonly sabotage?: 'commit-first';
}

/** One line of output; `counts` are the operations of a whole run. */
export type WriterEvent = { readonly created: string } | { readonly whole: number } | { readonly counts: Counts };

async function write({ runs, id, fault, sabotage }: WriterOrder): Promise<void> {
  const manifest = smallManifest(id);
  const counted = countedFileSystem(fault);
  const fileSystem = sabotage === 'commit-first' ? commitFirst(counted) : counted;
  const say = (event: WriterEvent): void => void writeSync(1, `${JSON.stringify(event)}\n`);
  const writer = await createRun(runs, manifest, sampleProbes(manifest), { fileSystem });
  say({ created: writer.folder });
  for (let epoch = 0; epoch <= EXTENDED_EPOCH; epoch++) {
    if (epoch > LAST_EPOCH) await writer.extend(epoch);
    await writer.writeEpoch(sampleEpoch(manifest, epoch));
    say({ whole: epoch });
  }
  await writer.end({ state: 'finished', stopped: false });
  say({ counts: counted.counts });
}

write(JSON.parse(process.argv[2]!) as WriterOrder).catch((error: unknown) => {
  if (!(error instanceof Failure)) throw error;
  process.exitCode = 1; // refused: said to nobody, since nothing is on disk
});
