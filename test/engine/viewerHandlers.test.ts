/** What a view is answered, over the same remote calls as in the panel and the browser. */
import assert from 'node:assert/strict';
import { AnalysisEngine } from '../../src/analysis/engine.js';
import { viewerHandlers } from '../../src/analysis/viewerHandlers.js';
import { Failure } from '../../src/protocol/failure.js';
import type { Layer } from '../../src/protocol/run.js';
import { connect, serve, type Client } from '../../src/protocol/rpc.js';
import type { ViewerContract } from '../../src/protocol/viewer.js';
import { portPair } from '../protocol/portPair.js';
import { removeFolders } from '../store/sampleRun.js';
import { buildWorker, type BuiltWorker } from './builtWorker.js';
import { sliceMaps, syntheticRun, type SyntheticRun } from './syntheticRun.js';

describe('a view', () => {
  let built: BuiltWorker;
  let engine: AnalysisEngine;
  let run: SyntheticRun;
  let client: Client<ViewerContract>;
  const opened: string[] = [];
  const saved: string[] = [];

  before(async () => {
    [built, run] = await Promise.all([buildWorker(), syntheticRun()]);
    engine = new AnalysisEngine({ ...built, threads: 1 });
    const [viewPort, hostPort] = portPair();
    const openSource = ({ name, source }: Layer) => void opened.push(`${name} at line ${source?.line}`);
    serve(hostPort, viewerHandlers(engine, run.folder, { openSource, saveFile: ({ name }) => void saved.push(name) }));
    client = connect<ViewerContract>(viewPort);
  });
  after(async () => {
    client.close();
    await engine.dispose();
    await built.remove();
    await removeFolders();
  });

  it('is told of the run', async () => {
    const { summary, manifest } = await client.call('describe', {});
    assert.deepEqual(summary.epochs, [0, 1, 2, 3]);
    assert.equal(manifest.layers.length, 4);
  });
  it('is given measures, estimates, reports and pictures', async () => {
    const request = { query: 'dCNN(-, layer_1, -, last)', measure: 'inter' as const, options: { k: 5 } };
    const result = await client.call('measure', request);
    assert.ok(result.measure === 'inter' && result.values[0].k === 5 && result.values[0].epoch === 3);
    assert.equal((await client.call('estimate', request)).canonical, request.query);
    assert.equal((await client.call('report', { epoch: null })).length, 4);
    assert.equal((await client.call('classMeans', {})).count, 3);
    const means = await client.call('channelMeans', { query: 'dCNN(-, layer_1, -, -)', epoch: 1 });
    assert.ok(means.values instanceof Float32Array && means.count === 4);
  });
  it('is given single maps of samples and channels, as they were recorded', async () => {
    const asked = { layer: 1, epoch: 1, channels: [3, 0], samples: [47, 2, 11] };
    const stack = await client.call('featureMaps', asked);
    const recorded = sliceMaps(run.mapsOf(1, 1), run.manifest.layers[1], asked.samples, asked.channels);
    assert.deepEqual([stack.count, stack.height, stack.width, stack.planes], [6, 5, 5, 1]);
    stack.values.forEach((value, i) => assert.ok(Math.abs(value - recorded[i]) < 2e-3, `${value} at ${i}`));
    const labels = await client.call('probeLabels', {});
    assert.deepEqual(labels, Array.from(run.labels.slice(0, 48)));
  });
  it('is told which values of a map are no numbers, and the range of those that are', async () => {
    const stack = await client.call('featureMaps', { layer: 2, epoch: 2, channels: [0, 1, 2, 3], samples: [5, 6] });
    const recorded = sliceMaps(run.mapsOf(2, 2), run.manifest.layers[2], [5, 6], [0, 1, 2, 3]);
    assert.deepEqual([...stack.values].map(Number.isNaN), [...recorded].map(Number.isNaN));
    assert.ok([...stack.values].some(Number.isNaN) && Number.isFinite(stack.minimum) && Number.isFinite(stack.maximum));
  });
  it('is told which channels of a layer are dead at each epoch', async () => {
    const { epochs } = await client.call('channelStates', { layer: 1 });
    assert.deepEqual(
      epochs.map(({ epoch, dead }) => [epoch, dead]),
      [
        [0, []],
        [1, [2]],
        [2, [2]],
        [3, [2]],
      ],
    );
  });
  it('is refused maps that the run does not have, with what it has', async () => {
    const maps = { layer: 1, epoch: 1, channels: [0], samples: [0] };
    const refused = async (asked: Partial<typeof maps>, why: RegExp): Promise<void> =>
      assert.rejects(
        client.call('featureMaps', { ...maps, ...asked }),
        (error) => error instanceof Failure && why.test(error.wrong),
      );
    await refused({ layer: 9 }, /no layer 9: the run has 0 to 3/);
    await refused({ channels: [4] }, /no channel 4/);
    await refused({ samples: [48] }, /the first 48 probes are kept/);
    await refused({ epoch: 12 }, /epoch 12 is not recorded/);
    const forty = Array.from({ length: 40 }, (_, i) => i);
    await refused({ samples: forty, channels: forty.map(() => 0) }, /1600 maps/);
    await refused({ samples: [] }, /Expected >=1 but received 0/);
  });
  it('has the layer’s line shown, and files saved', async () => {
    assert.equal(await client.call('openSource', { layer: 2 }), null);
    await client.call('saveFile', { name: 'chart.svg', mediaType: 'image/svg+xml', text: '<svg/>' });
    assert.deepEqual([opened, saved], [['layer_2 at line 12'], ['chart.svg']]);
  });
  it('is told why a line cannot be shown', async () => {
    await assert.rejects(
      client.call('openSource', { layer: 99 }),
      (error) => error instanceof Failure && /no layer 99: the run has 0 to 3/.test(error.wrong),
    );
  });
  it('hears where a query is wrong', async () => {
    const request = { query: 'dCNN(-, nowhere, -, -)', measure: 'inter' as const };
    await assert.rejects(
      client.call('measure', request),
      (error) => error instanceof Failure && /^column 9: layer nowhere/.test(error.wrong),
    );
  });
  it('can cancel', async () => {
    const controller = new AbortController();
    const call = client.call('measure', { query: 'dCNN(-, -, -, -)', measure: 'inter' }, { signal: controller.signal });
    controller.abort();
    await assert.rejects(call, (error) => error instanceof Failure && error.kind === 'cancelled');
  });
  it('that asks what is no request is refused before anything runs', async () => {
    const hostile = {
      query: 'dCNN(-, -, -, -)',
      measure: 'everything',
    } as unknown as ViewerContract['measure']['input'];
    await assert.rejects(
      client.call('measure', hostile),
      (error) => error instanceof Failure && error.kind === 'bad-input',
    );
    await assert.rejects(
      client.call('report', { epoch: -1 }),
      (error) => error instanceof Failure && error.kind === 'bad-input',
    );
  });
});
