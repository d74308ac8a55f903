/** `node longWriter.cjs <runs> <epochs> [commit-first]`: writes a run with no pause, for readers that read meanwhile. */
import { createRun } from '../../../src/store/createRun.js';
import { nodeFileSystem } from '../../../src/store/fileSystem.js';
import { commitFirst } from '../../faults/commitFirst.js';
import { sampleEpoch, sampleProbes } from '../../store/sampleRun.js';
import { longManifest } from './longManifest.js';

async function write([runs = '', epochs = '1', sabotage]: readonly string[]): Promise<void> {
  const manifest = longManifest(Number(epochs));
  const fileSystem = sabotage === 'commit-first' ? commitFirst(nodeFileSystem) : nodeFileSystem;
  const writer = await createRun(runs, manifest, sampleProbes(manifest), { fileSystem });
  process.stdout.write('created\n');
  for (let epoch = 0; epoch < Number(epochs); epoch++) await writer.writeEpoch(sampleEpoch(manifest, epoch));
  await writer.end({ state: 'finished', stopped: false });
}

void write(process.argv.slice(2));
