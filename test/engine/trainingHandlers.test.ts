/** What the training view asks beside measures, against the labels and predictions that were recorded. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { basename } from 'node:path';
import { AnalysisEngine } from '../../src/analysis/engine.js';
import { mixedDraws } from '../../src/analysis/run/mixedDraws.js';
import { viewerHandlers } from '../../src/analysis/viewerHandlers.js';
import { Failure } from '../../src/protocol/failure.js';
import { connect, serve, type Client } from '../../src/protocol/rpc.js';
import type { ViewerContract } from '../../src/protocol/viewer.js';
import { portPair } from '../protocol/portPair.js';
import { removeFolders } from '../store/sampleRun.js';
import { buildWorker, type BuiltWorker } from './builtWorker.js';
import { SAMPLE_COUNT, syntheticRun, type SyntheticRun } from './syntheticRun.js';

describe('the training view', () => {
  let built: BuiltWorker;
  let engine: AnalysisEngine;
  let run: SyntheticRun;
  let client: Client<ViewerContract>;

  before(async () => {
    [built, run] = await Promise.all([buildWorker(), syntheticRun()]);
    engine = new AnalysisEngine({ ...built, threads: 1 });
    const [viewPort, hostPort] = portPair();
    serve(hostPort, viewerHandlers(engine, run.folder, { openSource: () => undefined, saveFile: () => undefined }));
    client = connect<ViewerContract>(viewPort);
  });
  after(async () => {
    await engine?.dispose();
    await removeFolders();
  });

  it('is given the samples of a cell of the confusion matrix, as many as it asks for', async () => {
    const predictions = run.predictionsOf(1);
    const expected = Array.from(run.labels.keys()).filter((i) => run.labels[i] === 0 && predictions[i] === 1);
    const cell = { run: null, epoch: 1, label: 0, prediction: 1, split: 'all' as const };
    assert.ok(expected.length > 3);
    assert.deepEqual(await client.call('confusedSamples', { ...cell, most: 256 }), {
      samples: expected,
      total: expected.length,
    });
    assert.deepEqual(await client.call('confusedSamples', { ...cell, most: 2 }), {
      samples: expected.slice(0, 2),
      total: expected.length,
    });
    const trained = await client.call('confusedSamples', { ...cell, split: 'train', most: 256 });
    assert.deepEqual(
      trained.samples,
      expected.filter((i) => run.splits[i] === 0),
    );
  });

  it('is given the inputs of any probe as pictures, whether its maps are kept or not', async () => {
    const last = SAMPLE_COUNT - 1;
    const { count, values, width, height } = await client.call('probePictures', { run: null, samples: [2, last] });
    assert.equal(count, 2);
    const inputs = run.mapsOf(0, 0);
    const size = width * height;
    assert.deepEqual([...values.subarray(size)], [...inputs.subarray(last * size, (last + 1) * size)]);
  });

  it('finds no other run where there is no group, and no other folder by a name', async () => {
    assert.deepEqual(await client.call('groupRuns', {}), []);
    const request = { query: 'dCNN(-, -, -, -)', measure: 'label' as const };
    const own = await client.call('measure', { ...request, run: basename(run.folder) });
    assert.equal(own.measure, 'label');
    await assert.rejects(
      client.call('measure', { ...request, run: '../elsewhere' }),
      (error) => error instanceof Failure && error.parts.kind === 'not-found',
    );
  });

  it('is told where a run keeps no training inputs', async () => {
    assert.equal((await client.call('trainingEntropy', { run: null })).value, null);
  });
});

describe('a mixed-class draw', () => {
  it('has equally many of every class, each sample once, and is the same for the same seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 99 }), (count, seed) => {
        const labels = Int32Array.from({ length: 90 }, (_, i) => (i * 7) % 3);
        const [draw, other] = mixedDraws(labels, count, 2, seed);
        assert.equal(new Set(draw).size, count);
        assert.equal(other.length, count);
        const counts = [0, 1, 2].map((label) => draw.filter((sample) => labels[sample] === label).length);
        assert.ok(Math.max(...counts) - Math.min(...counts) <= 1);
        assert.deepEqual(mixedDraws(labels, count, 2, seed)[0], draw);
      }),
    );
  });

  it('takes all of a class that has too few', () => {
    assert.deepEqual(mixedDraws([0, 1, 1, 1, -1], 4, 1, 1), [[0, 1, 2, 3]]);
  });
});
