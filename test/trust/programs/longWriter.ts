/**
 * `node longWriter.cjs <runs> <epochs> [commit-first]`: writes runs long-0, long-1, … with no pause until it is killed,
 * for readers that read meanwhile. Prints a line when one can be opened.
 */
import { createRun } from '../../../src/store/writing/createRun.js';
import { nodeFileSystem } from '../../../src/store/safety/fileSystem.js';
import { commitFirst } from '../../faults/commitFirst.js';
import { sampleEpoch, sampleProbes } from '../../store/sampleRun.js';
import { longManifest } from './longManifest.js';

/** Milliseconds: of a writer that is broken on purpose a reader finds the broken state, on a crowded machine too. */
const PAUSE = 5;

async function write([runs = '', epochs = '1', sabotage]: readonly string[]): Promise<never> {
  const fileSystem = sabotage === 'commit-first' ? commitFirst(nodeFileSystem, PAUSE) : nodeFileSystem;
  for (let number = 0; ; number++) {
    const manifest = longManifest(number, Number(epochs));
    const writer = await createRun(runs, manifest, sampleProbes(manifest), { fileSystem });
    process.stdout.write(`${manifest.id}\n`);
    for (let epoch = 0; epoch < Number(epochs); epoch++) await writer.writeEpoch(sampleEpoch(manifest, epoch));
    await writer.end({ state: 'finished', stopped: false });
  }
}

void write(process.argv.slice(2));
