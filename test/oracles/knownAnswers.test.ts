/**
 * Known answers in a recording, through the product: a copied channel is its own information and is listed, in
 * the next layer too; one whose samples were put into another order says nothing.
 */
import assert from 'node:assert/strict';
import { AnalysisEngine } from '../../src/analysis/engine.js';
import { lengthOf } from '../../src/analysis/run/mapShape.js';
import { shuffledIndices } from '../../src/analysis/measures/standardNormal.js';
import type { DistanceMiResult, RedundancyResult } from '../../src/protocol/measure.js';
import type { Layer } from '../../src/protocol/run.js';
import { buildWorker, type BuiltWorker } from '../engine/builtWorker.js';
import { SAMPLE_COUNT, syntheticRun, type SyntheticRun } from '../engine/syntheticRun.js';
import { removeFolders } from '../store/sampleRun.js';

/** Channels of layer 2: the values of layer 1's channel 0, and those of its channel 1 in other samples. */
const [PART, PERMUTED] = [0, 1];
/** Values of a map of layer 2, and those of layer 1's channels 0 and 1 that are not 0. */
const VARYING = 3;
const COPY = { of: 0, in: 3 };

/** Layer 1's channel 3 repeats its channel 0; layer 2's first two channels are made from layer 1. */
function withKnownAnswers() {
  const first = new Map<number, { maps: Float32Array; layer: Layer }>();
  return (maps: Float32Array, layer: Layer, epoch: number): void => {
    const { channelCount, mapShape, index } = layer;
    const length = lengthOf(mapShape);
    if (index === 1) {
      for (let at = 0; at < maps.length; at += channelCount * length) {
        for (const channel of [0, 1]) maps.fill(0, at + channel * length + VARYING, at + (channel + 1) * length);
        maps.copyWithin(at + COPY.in * length, at + COPY.of * length, at + (COPY.of + 1) * length);
      }
      first.set(epoch, { maps, layer });
    }
    const source = index === 2 ? first.get(epoch) : undefined;
    if (!source) return;
    const order = shuffledIndices(SAMPLE_COUNT, 3 + epoch);
    const sourceLength = lengthOf(source.layer.mapShape);
    for (let i = 0; i < maps.length / (channelCount * length); i++) {
      for (const [channel, sample, of] of [
        [PART, i, 0],
        [PERMUTED, order[i], 1],
      ]) {
        const from = (sample * source.layer.channelCount + of) * sourceLength;
        maps.set(source.maps.subarray(from, from + length), (i * channelCount + channel) * length);
      }
    }
  };
}

describe('known answers of a recording', () => {
  let built: BuiltWorker;
  let engine: AnalysisEngine;
  let run: SyntheticRun;
  before(async () => {
    built = await buildWorker();
    run = await syntheticRun({}, withKnownAnswers());
    engine = new AnalysisEngine({ ...built, threads: 1 });
  });
  after(async () => {
    await engine.dispose();
    await built.remove();
    await removeFolders();
  });

  it('a channel and its copy have MI = H, and are listed as redundant', async () => {
    const query = 'dCNN(-, layer_1, -, 0)';
    const [mi] = ((await engine.measure(run.folder, { query, measure: 'distance-mi' })) as DistanceMiResult).values;
    const bits = mi.bits[COPY.of * mi.columns.length + COPY.in]!;
    assert.ok(bits > 1 && Math.abs(bits - mi.entropyRows[COPY.of]!) < 1e-9, `${bits} of ${mi.entropyRows[COPY.of]}`);
    const [found] = ((await engine.measure(run.folder, { query, measure: 'redundancy' })) as RedundancyResult).values;
    assert.deepEqual(
      found.pairs.map(({ a, b }) => [a, b]),
      [[COPY.of, COPY.in]],
    );
  });

  it('a channel whose samples were permuted is inside the null at every epoch; as it was, it is not', async () => {
    const query = 'dCNN(-, {layer_1, layer_2}, -, {0, 1, 3})';
    const options = { permutations: 199 };
    const result = await engine.measure(run.folder, { query, measure: 'distance-mi', options });
    for (const { bits, columns, null: permuted } of (result as DistanceMiResult).values) {
      const at = (row: number, column: number): number => row * columns.length + column;
      assert.ok(permuted!.p[at(0, PART)]! <= 0.05, `p is ${permuted!.p[at(0, PART)]}`);
      assert.ok(permuted!.p[at(1, PERMUTED)]! > 0.05, `p is ${permuted!.p[at(1, PERMUTED)]}`);
      assert.ok(bits[at(1, PERMUTED)]! <= permuted!.maximumBits);
    }
  });
});
