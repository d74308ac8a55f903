/** What is known of a run from its first moment on, while its recorder sets it up. */
import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RunFacts } from '../../src/extension/runs/runFacts.js';
import type { Log } from '../../src/extension/log.js';
import { createRun } from '../../src/store/writing/createRun.js';
import { listRuns } from '../../src/store/runs/listRuns.js';
import { thisOwner } from '../../src/store/writing/runOwner.js';
import { seal } from '../../src/store/format/sealedRecord.js';
import { bundles } from '../recorder/support/bundles.js';
import { removeFolders, sampleEpoch, sampleManifest, sampleProbes, temporaryRuns } from '../store/sampleRun.js';

describe('a run that is being set up', () => {
  afterEach(removeFolders);

  it('is known as soon as it can be opened, though it was asked for before', async () => {
    const { runs, manifest, facts } = await asked();
    const folder = join(runs, manifest.id);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'owner.json'), seal(await thisOwner()));
    const [early] = await listRuns(runs);
    assert.equal(early?.status.state, 'recording');
    await assert.rejects(facts.manifest(early), { kind: 'damaged' });
    await rm(folder, { recursive: true });
    await createRun(runs, manifest, sampleProbes(manifest));
    const [begun] = await listRuns(runs);
    assert.equal((await facts.manifest(begun!)).id, manifest.id);
    await facts.dispose();
  });

  it('has its table of layers with the first epoch, though it was asked for before', async () => {
    const { runs, manifest, facts } = await asked();
    const writer = await createRun(runs, manifest, sampleProbes(manifest));
    const [begun] = await listRuns(runs);
    assert.deepEqual(await facts.reports(begun!), []);
    await writer.writeEpoch(sampleEpoch(manifest, 0));
    const [grown] = await listRuns(runs);
    assert.equal((await facts.reports(grown!)).length, manifest.layers.length);
    await facts.dispose();
  });
});

async function asked() {
  const manifest = sampleManifest();
  const { dist } = await bundles();
  const log = { line: () => undefined, error: () => undefined } as unknown as Log;
  return { runs: await temporaryRuns(), manifest, facts: new RunFacts(join(dist, 'analysisWorker.cjs'), log) };
}
