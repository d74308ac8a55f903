/** A control experiment on a recorded network whose classes are the places of a bright square on a grey ground. */
import assert from 'node:assert/strict';
import { AnalysisEngine } from '../../src/analysis/engine.js';
import type { Condition, ControlResult } from '../../src/protocol/control.js';
import { buildWorker, type BuiltWorker } from '../engine/builtWorker.js';
import { Workspace } from '../recorder/support/workspace.js';

const SCRIPT = `
const tf = require('@tensorflow/tfjs');
const l = tf.layers;
const seeded = (seed) => tf.initializers.heNormal({ seed });
const model = tf.sequential({ layers: [
  l.conv2d({ inputShape: [12, 12, 1], filters: 3, kernelSize: 3, activation: 'tanh', kernelInitializer: seeded(1) }),
  l.flatten(),
  l.dense({ units: 2, activation: 'softmax', kernelInitializer: seeded(2) }),
] });
const count = 80;
const pixels = Float32Array.from({ length: count * 144 }, (_, i) => {
  const [sample, y, x] = [Math.floor(i / 144), Math.floor((i % 144) / 12), i % 12];
  const [top, left] = [2 + (sample % 3), sample % 2 === 0 ? 1 : 7];
  return y >= top && y < top + 4 && x >= left && x < left + 4 ? 1 : 0.3;
});
const xs = tf.tensor4d(pixels, [count, 12, 12, 1]);
const ys = tf.oneHot(tf.range(0, count, 1, 'int32').mod(tf.scalar(2, 'int32')), 2);
model.compile({ optimizer: tf.train.adam(0.02), loss: 'categoricalCrossentropy' });
model.fit(xs, ys, { epochs: 6, verbose: 0, shuffle: false });
`;

describe('a control experiment', () => {
  let built: BuiltWorker;
  let engine: AnalysisEngine;
  let workspace: Workspace;
  let result: ControlResult;
  let probeCount: number;

  before(async () => {
    built = await buildWorker();
    engine = new AnalysisEngine({ ...built, threads: 2 });
    workspace = new Workspace();
    const { reader } = await workspace.recordText(SCRIPT);
    probeCount = reader.manifest.probes.count;
    result = await engine.about('control', reader.folder, {
      ...{ epoch: null, samples: 64, masks: ['foreground', 'background', 'noise'] },
    });
  });
  after(async () => {
    await engine?.dispose();
    await built?.remove();
    workspace?.remove();
  });

  const of = (condition: Condition) => result.conditions.find((one) => one.condition === condition);

  it('answers unmasked probes as they were recorded', () =>
    assert.deepEqual(
      [result.otherThanRecorded, of('original')?.accuracy?.to, result.n],
      [0, 1, Math.min(64, probeCount)],
    ));

  it('knows nothing of the class without the object, in any layer, and all of it without the background', () => {
    assert.equal(of('foreground')?.accuracy?.to, 0.5);
    assert.deepEqual([of('background')?.accuracy?.difference, of('foreground')?.withoutObject], [0, 0]);
    for (const { name, values } of result.layers) {
      const [original, foreground, background] = values;
      assert.ok(Math.abs(foreground?.labelBits ?? 1) < 1e-9, name);
      assert.equal(background?.labelBits, original?.labelBits, name);
      assert.ok((original?.labelBits ?? 0) > 0.3, `${name}: ${original?.labelBits}`);
    }
  });

  it('shows what the network was given', () => {
    const { pictures, shown } = result;
    const picture = (row: number): Set<number> =>
      new Set(pictures.values.subarray(row * shown.length * 144, (row * shown.length + 1) * 144));
    assert.deepEqual([pictures.count, pictures.width, pictures.height], [4 * shown.length, 12, 12]);
    assert.deepEqual([picture(0).size, picture(1).size, picture(2).size, picture(3).size > 100], [2, 1, 2, true]);
  });
});
