/** Recordings within bounds: pinned layers under a small budget, pauses, and a disk that is slow. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keptSampleCount } from '../../src/protocol/keptMaps.js';
import type { RecorderEvent } from '../../src/protocol/recorderEvents.js';
import { startRecording, type RecordingTask } from '../../src/launch/recordingTask.js';
import { openRun } from '../../src/store/reading/openRun.js';
import type { RunReader } from '../../src/store/format/runAccess.js';
import { bundles, root } from './support/bundles.js';
import { PREAMBLE, Workspace } from './support/workspace.js';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const training = (epochs: number, count = 64): string =>
  `${PREAMBLE}const { x, y } = samples(${count}, 3);
   compiled(network()).fit(x, y, { epochs: ${epochs}, batchSize: 16, verbose: 0 })
     .then(({ history }) => console.log(history.loss.join()));`;

/** All kept maps of a layer. */
async function mapsOf(reader: RunReader, layer: number, epoch: number): Promise<Float32Array> {
  const { channelCount, mapShape } = reader.manifest.layers[layer]!;
  const samples = upTo(keptSampleCount(reader.manifest, layer));
  const maps = new Float32Array(mapShape.reduce((product, side) => product * side, samples.length * channelCount));
  await reader.readMaps({ layer, epoch, samples, channels: upTo(channelCount) }, maps);
  return maps;
}

describe('a pinned layer', () => {
  it('is whole under a small budget, as it is without one, and other layers are not', async () => {
    const workspace = new Workspace();
    const script = workspace.write('train.js', training(4));
    const whole = await openRun((await workspace.record(script)).runFolders[0]!);
    const { layers } = whole.manifest;
    const pinned = layers.findIndex(({ className }) => className === 'MaxPooling2D');
    const options = { byteBudget: 460_000, pinnedLayers: [layers[pinned]!.name] };
    const small = await openRun((await workspace.record(script, options)).runFolders[0]!);
    assert.deepEqual(small.manifest.plan.pinned, [pinned]);
    assert.ok(small.manifest.plan.precision === 'float16' || small.manifest.plan.mapSampleCount === 0);
    for (const epoch of upTo(5))
      assert.deepEqual(await mapsOf(small, pinned, epoch), await mapsOf(whole, pinned, epoch));
    workspace.remove();
  });

  it('that cannot be whole is said to be so before the first epoch @all', async () => {
    const workspace = new Workspace();
    const script = workspace.write('train.js', training(50));
    const options = { byteBudget: 900_000, pinnedLayers: ['conv2d_Conv2D1'] };
    const { events, runFolders } = await workspace.record(script, options);
    const said = events.findIndex(
      (event) => event.type === 'notice' && /Conv2D1 whole, as it was pinned/.test(event.text),
    );
    const firstEpoch = events.findIndex((event) => event.type === 'epoch-whole' && event.epoch > 0);
    assert.ok(said >= 0 && said < firstEpoch, `${said} before ${firstEpoch}`);
    assert.equal((await openRun(runFolders[0]!)).manifest.plan.pinned, undefined);
    workspace.remove();
  });
});

describe('a recording that is paused @all', () => {
  it('leaves out epochs until it is resumed, says which, and trains as if nothing were', async () => {
    const workspace = new Workspace();
    const script = workspace.write('train.js', training(40));
    const plain = await workspace.record(script);
    let pausedEpochs = 0;
    let output = '';
    let task: RecordingTask | null = null;
    const onEvent = (event: RecorderEvent): void => {
      if (event.type === 'epoch-whole' && event.epoch === 2) task?.pause();
      if (event.type === 'epoch-paused' && ++pausedEpochs === 3) task?.resume();
    };
    task = await workspace.start(script, {}, onEvent, (chunk) => (output += Buffer.from(chunk).toString()));
    const { runFolders } = await task.done;
    const { manifest, summary } = await (await openRun(runFolders[0]!)).describe();
    const [pause, ...others] = manifest.plan.paused ?? [];
    assert.ok(pause && pause.to !== null && others.length === 0, JSON.stringify(manifest.plan.paused));
    assert.ok(pause.from > 2 && pause.to >= pause.from + 2 && pause.to < 40);
    const left = upTo(41).filter((epoch) => epoch < pause.from || epoch > pause.to!);
    assert.deepEqual(summary.epochs, left);
    assert.equal(output, plain.stdout);
    workspace.remove();
  });
});

const SLOW = (milliseconds: number): string => `
const { promises: fs } = require('node:fs');
const open = fs.open;
fs.open = async (...args) => {
  const handle = await open(...args);
  const write = handle.write.bind(handle);
  handle.write = async (bytes) => { await new Promise((next) => setTimeout(next, ${milliseconds})); return write(bytes); };
  return handle;
};
require('./fastWriter.cjs');`;

describe('a disk that is slow @all', () => {
  /** Peak memory of the training process, and the most epochs trained and not yet whole, where every write waits so long. */
  async function peak(milliseconds: number): Promise<{ bytes: number; behind: number }> {
    const { dist } = await bundles();
    const slowDist = mkdtempSync(join(tmpdir(), 'cnnslicer-slow-'));
    cpSync(dist, slowDist, { recursive: true, filter: (path) => !/\.vsix$|webview/.test(path) });
    symlinkSync(join(root, 'node_modules'), join(slowDist, 'node_modules'));
    renameSync(join(slowDist, 'writerWorker.cjs'), join(slowDist, 'fastWriter.cjs'));
    writeFileSync(join(slowDist, 'writerWorker.cjs'), SLOW(milliseconds));
    const workspace = new Workspace();
    const script = workspace.write(
      'train.js',
      `${PREAMBLE}const { x, y } = samples(300, 3, [24, 24, 1]);
       const model = tf.sequential({ layers: [
         tf.layers.conv2d({ inputShape: [24, 24, 1], filters: 16, kernelSize: 3, activation: 'relu' }),
         tf.layers.flatten(), tf.layers.dense({ units: 3, activation: 'softmax' })] });
       const wholeEpochs = () => require('node:fs').readdirSync(${JSON.stringify(workspace.runsFolder)}, { recursive: true })
         .filter((file) => /commits.\\d{6}\\.json$/.test(file)).length;
       let behind = 0;
       const onEpochEnd = (epoch) => { behind = Math.max(behind, epoch + 1 - wholeEpochs()); };
       compiled(model).fit(x, y, { epochs: 10, batchSize: 300, verbose: 0, callbacks: { onEpochEnd } })
         .then(() => import(${JSON.stringify(join(root, 'test/setup/peakMemory.mjs'))}))
         .then(({ peakMemory }) => console.log(JSON.stringify({ bytes: peakMemory(), behind })));`,
    );
    let output = '';
    const task = startRecording({
      ...{ nodePath: process.execPath, recorderFile: join(slowDist, 'recorder.cjs'), script, arguments: [] },
      ...{ workingFolder: workspace.folder, workspace: workspace.folder, runsFolder: workspace.runsFolder },
      ...{ probes: 300, byteBudget: 2 ** 31, timeShare: 1000, nativeFolder: null, onEvent: () => undefined },
      onOutput: (chunk) => (output += Buffer.from(chunk).toString()),
    });
    const { failure, runFolders } = await task.done;
    assert.equal(failure, null);
    assert.equal((await (await openRun(runFolders[0]!)).describe()).summary.epochs.length, 11);
    rmSync(slowDist, { recursive: true });
    workspace.remove();
    return JSON.parse(output) as { bytes: number; behind: number };
  }

  it('is waited for by the training, and memory does not grow', async () => {
    const fast = await peak(0);
    const slow = await peak(40);
    // 40 ms a write are more than training takes: it would be ten epochs ahead.
    assert.ok(slow.behind <= 2, `${slow.behind} epochs were trained and not yet whole`);
    // 11 epochs of 19 MB of maps: unbounded they would add 200 MB.
    assert.ok(slow.bytes - fast.bytes < 100e6, `${slow.bytes / 1e6} MB after ${fast.bytes / 1e6} MB`);
  });
});
