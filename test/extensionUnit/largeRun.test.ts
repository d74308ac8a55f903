import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { epochsFor, LARGE, writeLargeRun, writeLayerScript } from '../../bench/generate/largeRun.js';
import { matchLayers } from '../../src/extension/match/matchLayers.js';
import { listRuns } from '../../src/store/runs/listRuns.js';
import { openRun } from '../../src/store/reading/openRun.js';
import { detect } from '../detection/detector.js';

describe('the generator of large runs', () => {
  const sizes = { layers: 5, channels: 3, side: 4, probes: 6, epochs: 2, classes: 2 };
  let workspace: string;
  before(async () => {
    workspace = await mkdtemp(join(tmpdir(), 'cnnslicer-large-'));
    await writeLayerScript(workspace, sizes);
    await writeLargeRun(workspace, 0, sizes);
    await writeLargeRun(workspace, 1, sizes);
  });
  after(() => rm(workspace, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 }));

  it('writes runs that open whole, newest first', async () => {
    const runs = await listRuns(join(workspace, '.cnnslicer', 'runs'));
    assert.deepEqual(
      runs.map(({ name, status, epochs }) => [name, status.state, epochs.join()]),
      [1, 0].map((number) => [`generated ${number}`, 'finished', '0,1,2']),
    );
  });

  it('names the lines of the script that it writes', async () => {
    const [run] = await listRuns(join(workspace, '.cnnslicer', 'runs'));
    const { manifest } = await openRun(run!.folder);
    const definitions = await detect(await readFile(join(workspace, 'large.js'), 'utf8'));
    const matches = matchLayers(definitions, manifest.layers.slice(1), true);
    assert.deepEqual(
      matches.map((match) => match.state === 'current' && match.layers.map(({ name }) => name).join()),
      ['conv_1', 'conv_2', 'conv_3', 'conv_4', 'conv_5'],
    );
  });

  it('makes a run as large as asked for', () => {
    const few = epochsFor(2 ** 30, LARGE);
    assert.ok(epochsFor(5 * 2 ** 30, LARGE) >= 4 * few, String(few));
    assert.equal(epochsFor(1, LARGE), 1);
  });
});
