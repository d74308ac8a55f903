/** Runs with the weights of PyTorch and Keras: what is computed from them is what these frameworks compute. */
import assert from 'node:assert/strict';
import { ablationNetwork, runSteps, stepsOf, withoutChannels } from '../../src/analysis/ablation/ablatedForward.js';
import { formatsOf } from '../../src/analysis/deconvnet/formats.js';
import { networkBelow, projectBack, runForward } from '../../src/analysis/deconvnet/network.js';
import { AnalysisEngine } from '../../src/analysis/engine.js';
import { operationOf } from '../../src/frameworks/operationOf.js';
import type { DeconvnetResult } from '../../src/protocol/deconvnet.js';
import { Failure } from '../../src/protocol/failure.js';
import type { RunReader } from '../../src/store/format/runAccess.js';
import { floats } from '../deconvnet/fixtures.js';
import { buildWorker, type BuiltWorker } from '../engine/builtWorker.js';
import { removeFolders } from '../store/sampleRun.js';
import {
  argmax,
  difference,
  networks,
  recordedLayers,
  sampleCountOf,
  sourceOf,
  valuesOf,
  writtenRun,
  type PythonNetwork,
} from './fixtures.js';

const MOST = 1e-5;

/** Values of all layers of one sample, from the input and the weights. */
function forward(network: PythonNetwork, sample: number): Map<number, Float32Array> {
  const layers = recordedLayers(network);
  const formats = formatsOf(layers);
  const all = layers.slice(1).map(({ index }) => index);
  const steps = stepsOf({ framework: network.framework, layers, formats }, all, sourceOf(network, sample).weights);
  const values = new Map([[0, valuesOf(network, 0, sample)]]);
  runSteps(layers, steps, all, values);
  return values;
}

for (const network of networks) {
  const { framework, name } = network;
  const layers = recordedLayers(network);
  const model = { framework, layers };
  const label = (index: number): string => `${layers[index].name} (${layers[index].className})`;

  describe(`${name}, of ${framework.name} ${framework.version}`, () => {
    it('has an operation for every layer', () => {
      for (const layer of layers.slice(1)) assert.notEqual(operationOf(model, layer).op, 'unknown', label(layer.index));
    });

    it('answers as recorded, layer by layer, from its weights', () => {
      for (let sample = 0; sample < sampleCountOf(network); sample++) {
        const values = forward(network, sample);
        for (const [index, actual] of values)
          assert.ok(difference(actual, valuesOf(network, index, sample)) < MOST, `${label(index)}, sample ${sample}`);
      }
    });

    it('answers without channels as it does when they are 0', function () {
      if (network.ablations.length === 0) this.skip();
      for (const { layer, channels, output } of network.ablations) {
        const expected = floats(output);
        const units = layers.at(-1)!.channelCount;
        const above = ablationNetwork(model, [layer]);
        const steps = stepsOf(above, above.above, ({ index }) => sourceOf(network, 0).weights(layers[index]));
        for (let sample = 0; sample < sampleCountOf(network); sample++) {
          const values = new Map(above.given.map((index) => [index, valuesOf(network, index, sample)]));
          const zeros = new Float32Array(layers[layer].channelCount);
          const own = values.get(layer)!;
          values.set(layer, withoutChannels(own, layers[layer], above.formats[layer], channels, zeros));
          runSteps(layers, steps, above.above, values);
          const actual = values.get(above.output)!;
          const ofSample = expected.subarray(sample * units, (sample + 1) * units);
          assert.ok(difference(actual, ofSample) < MOST, `${label(layer)}, sample ${sample}`);
        }
      }
    });

    it('projects maps to the input as its gradients do', function () {
      if (network.projections.length === 0) this.skip();
      for (const { layer, channel, sample, picture } of network.projections) {
        const below = networkBelow(model, layer);
        const projection = projectBack(below, runForward(below, sourceOf(network, sample)), channel, 'map');
        assert.ok(difference(projection.picture, floats(picture)) < MOST, label(layer));
      }
    });
  });
}

describe('recorded runs of Python', function () {
  this.timeout(120_000);
  let built: BuiltWorker;
  let engine: AnalysisEngine;
  const readers = new Map<string, RunReader>();

  before(async () => {
    built = await buildWorker();
    engine = new AnalysisEngine({ ...built, threads: 1 });
    for (const network of networks) readers.set(network.name, await writtenRun(network));
  });
  after(async () => {
    await engine?.dispose();
    await built?.remove();
    await removeFolders();
  });
  const opened = (network: PythonNetwork): RunReader => readers.get(network.name)!;

  for (const network of networks) {
    it(`${network.name}: deconvnets start from the recorded maps`, async () => {
      const { folder, manifest } = opened(network);
      const asked = manifest.layers.slice(1, -3);
      for (const { index, name } of asked) {
        const question = { layer: index, channel: 0, epoch: 0, samples: [1], unit: 'map' as const };
        const found = await engine.about('deconvnet', folder, question).catch((error: unknown) => error);
        if (found instanceof Failure) {
          assert.match(found.wrong, /passes only through rectifiers/, name);
          continue;
        }
        const [{ recordedDifference }] = (found as DeconvnetResult).projections;
        assert.ok((recordedDifference ?? 1) < MOST, `${name}: ${recordedDifference}`);
      }
    });

    it(`${network.name}: ablations count the answers that the framework gives`, async () => {
      const { folder, manifest } = opened(network);
      for (const { layer, channels, output } of network.ablations) {
        const { otherThanRecorded, values } = await engine.about('ablation', folder, {
          layer,
          epoch: 0,
          sets: [channels],
        });
        const units = manifest.classNames.length;
        const expected = Array.from({ length: sampleCountOf(network) }, (_, i) =>
          argmax(floats(output).subarray(i * units, (i + 1) * units)),
        );
        const counts = manifest.classNames.map((_, k) => expected.filter((answer) => answer === k).length);
        assert.deepEqual([otherThanRecorded, values[0].answers], [0, counts], manifest.layers[layer].name);
      }
    });

    it(`${network.name}: the network view has weights between the clusters of all layers that have weights`, async () => {
      const { folder, manifest } = opened(network);
      const view = await engine.about('network', folder, { epoch: 0 });
      const kinds = view.edges.map(({ to, kind }) => [manifest.layers[to].kind, kind] as const);
      assert.ok(kinds.length > 3);
      for (const [layerKind, kind] of kinds)
        if (layerKind === 'conv' || layerKind === 'dense') assert.equal(kind, 'weights');
    });
  }
});
