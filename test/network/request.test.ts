/** The network of a recorded run through the engine: clusters from its statistics, patches from its maps. */
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AnalysisEngine } from '../../src/analysis/engine.js';
import { lengthOf } from '../../src/analysis/run/mapShape.js';
import { Failure } from '../../src/protocol/failure.js';
import type { NetworkOptions, NetworkResult } from '../../src/protocol/network.js';
import { buildWorker, type BuiltWorker } from '../engine/builtWorker.js';
import {
  CLASS_NAMES,
  DEAD_CHANNEL,
  LAST_EPOCH,
  MAP_SAMPLE_COUNT,
  syntheticRun,
  type SyntheticRun,
} from '../engine/syntheticRun.js';
import { removeFolders } from '../store/sampleRun.js';

describe('the network of a recorded run', () => {
  let built: BuiltWorker;
  let engine: AnalysisEngine;
  let run: SyntheticRun;

  before(async () => {
    built = await buildWorker();
    run = await syntheticRun();
    engine = new AnalysisEngine({ ...built, threads: 2 });
  });
  after(async () => {
    await engine.dispose();
    await built.remove();
    await removeFolders();
  });

  const network = (options: Partial<NetworkOptions> = {}): Promise<NetworkResult> =>
    engine.about('network', run.folder, { epoch: null, ...options });
  const maximumOf = (layer: number, sample: number, channel: number): number => {
    const { channelCount, mapShape } = run.manifest.layers[layer];
    const length = lengthOf(mapShape);
    const from = (sample * channelCount + channel) * length;
    return Math.max(...run.mapsOf(layer, LAST_EPOCH).subarray(from, from + length));
  };

  it('the last whole epoch is taken, and says its N and parameters', async () => {
    const { epoch, provenance } = await network();
    assert.equal(epoch, LAST_EPOCH);
    assert.equal(provenance.n, run.manifest.probes.count);
    assert.deepEqual(provenance.parameters, {
      ...{ linkage: 'average', criterion: 'silhouette', scale: 'share', strongest: 0.5 },
    });
  });

  it('without classes one mean a channel is clustered as it is, and is said to be', async () => {
    const { folder, manifest, mapsOf } = await syntheticRun({ classNames: [], id: '20250131-120000-no-classes' });
    const { provenance, layers } = await engine.about('network', folder, { epoch: null, scale: 'share' });
    assert.match(provenance.estimator, /^average linkage of mean activations over all probes \(unscaled\), Euclidean/);
    assert.equal(provenance.parameters['scale'], 'none');
    const { channelCount, mapShape } = manifest.layers[1];
    const length = lengthOf(mapShape);
    const maps = mapsOf(1, LAST_EPOCH);
    const ofChannel = maps.filter((_, at) => Math.floor(at / length) % channelCount === 3);
    assert.equal(layers[1].means.length, channelCount);
    assert.ok(Math.abs(layers[1].means[3]! - ofChannel.reduce((a, b) => a + b, 0) / ofChannel.length) < 1e-6);
  });

  it('a class’s mean is that of the maps of its probes, and the dead channel stands apart', async () => {
    const layer = (await network()).layers[1];
    assert.deepEqual(layer.dead, [DEAD_CHANNEL]);
    const { channelCount, mapShape } = run.manifest.layers[1];
    const length = lengthOf(mapShape);
    const maps = run.mapsOf(1, LAST_EPOCH);
    let [sum, count] = [0, 0];
    run.labels.forEach((label, sample) => {
      if (label !== 1) return;
      const from = (sample * channelCount + 3) * length;
      for (let i = 0; i < length; i++) sum += maps[from + i];
      count += length;
    });
    assert.ok(Math.abs(layer.means[3 * CLASS_NAMES.length + 1]! - sum / count) < 1e-6);
  });

  it('the number of clusters is as asked for, and answers are the same every time', async () => {
    const asked = { counts: [[1, 2]] as [number, number][] };
    const [first, second] = [await network(asked), await network({ ...asked, moves: [] })];
    assert.equal(first.layers[1].clusters.length, 2);
    assert.deepEqual(first, second);
  });

  it('patches are of the samples with the largest activations, and hold the input where that was', async () => {
    const sheet = await engine.about('networkPatches', run.folder, {
      ...{ layer: 1, epoch: LAST_EPOCH, channels: [0, 3], each: 4, classIndex: null },
    });
    assert.deepEqual([sheet.n, sheet.height, sheet.width, sheet.planes], [MAP_SAMPLE_COUNT, 1, 1, 1]);
    const inputs = run.mapsOf(0, 0);
    for (const channel of [0, 3]) {
      const samples = Array.from({ length: MAP_SAMPLE_COUNT }, (_, i) => i);
      const best = samples.sort((a, b) => maximumOf(1, b, channel) - maximumOf(1, a, channel)).slice(0, 4);
      const found = sheet.patches.filter((patch) => patch.channel === channel);
      assert.deepEqual(
        found.map(({ sample }) => sample),
        best,
      );
    }
    sheet.patches.forEach(({ sample, y, x, top, left }, i) => {
      assert.deepEqual([top, left], [y, x]);
      assert.equal(sheet.values[i], inputs[sample * 36 + y * 6 + x]);
    });
  });

  it('another process finds the answers in the run folder, and computes none anew', async () => {
    const asked = { layer: 1, epoch: LAST_EPOCH, channels: [0, 3], each: 4, classIndex: null };
    const first = [await network(), (await engine.about('networkPatches', run.folder, asked)).patches];
    const kept = (await readdir(join(run.folder, 'cache'))).sort();
    const other = new AnalysisEngine({ ...built, threads: 1 });
    const again = [
      await other.about('network', run.folder, { epoch: null }),
      (await other.about('networkPatches', run.folder, asked)).patches,
    ];
    await other.dispose();
    assert.deepEqual(again, first);
    assert.ok(kept.length > 0);
    assert.deepEqual((await readdir(join(run.folder, 'cache'))).sort(), kept);
  });

  it('a facet takes patches of its class alone', async () => {
    const asked = { layer: 1, epoch: LAST_EPOCH, channels: [0], each: 5, classIndex: 2 };
    const { patches } = await engine.about('networkPatches', run.folder, asked);
    assert.ok(patches.length === 5 && patches.every(({ sample }) => run.labels[sample] === 2));
  });

  it('what the run does not have is refused with what it has', async () => {
    const asked = { layer: 1, epoch: LAST_EPOCH, channels: [99], each: 1, classIndex: null };
    const refused = (wrong: RegExp) => (error: unknown) => error instanceof Failure && wrong.test(error.parts.wrong);
    await assert.rejects(engine.about('networkPatches', run.folder, asked), refused(/no channel 99: it has 4/));
    await assert.rejects(
      engine.about('networkPatches', run.folder, { ...asked, channels: [0], classIndex: 9 }),
      refused(/class 9/),
    );
    await assert.rejects(network({ epoch: 77 }), refused(/epoch 77 is not recorded/));
  });
});
