import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { toChannelMajor } from '../../src/analysis/kernelHost/channelMajor.js';
import { interSampleEntropy } from '../../src/analysis/kernelHost/interSampleEntropy.js';
import { finishInterSample } from '../../src/analysis/kernelHost/interSample/entropy.js';
import { layOutInterSample } from '../../src/analysis/kernelHost/interSample/job.js';
import { refineInterSample } from '../../src/analysis/kernelHost/interSample/neighbours.js';
import { prepareInterSample } from '../../src/analysis/kernelHost/interSample/preparation.js';
import { loadKernels, type Kernels } from '../../src/analysis/kernelHost/kernels.js';
import { fillStandardNormal } from '../../src/analysis/measures/standardNormal.js';
import { Failure } from '../../src/protocol/failure.js';
import { kernelsFolder } from '../setup/kernels.mjs';
import { builtKernels } from './builtKernels.js';

let kernels: Kernels;
before(async () => {
  kernels = await builtKernels();
});

describe('channels in front of space', () => {
  for (const [sampleCount, length, channelCount] of [
    [3, 49, 6],
    [1, 1, 1],
    [2, 33, 5],
    [4, 64, 64],
    [2, 784, 1],
    [1, 40_000, 3],
    [0, 4, 4],
  ]) {
    it(`(${sampleCount}, ${length}, ${channelCount}): every value moves to its place`, () => {
      const source = Float32Array.from({ length: sampleCount * length * channelCount }, (_, at) => at);
      const moved = toChannelMajor(kernels, source, { sampleCount, length, channelCount });
      const expected = source.map((_, at) => {
        const [sample, channel, place] = [
          Math.floor(at / (length * channelCount)),
          Math.floor(at / length) % channelCount,
          at % length,
        ];
        return (sample * length + place) * channelCount + channel;
      });
      assert.deepEqual(moved, expected);
    });
  }

  it('into a given target', () => {
    const target = new Float32Array(12);
    assert.equal(
      toChannelMajor(kernels, new Float32Array(12).fill(2), { sampleCount: 1, length: 4, channelCount: 3 }, target),
      target,
    );
    assert.deepEqual(target, new Float32Array(12).fill(2));
  });
});

describe('the kernels’ memory', () => {
  it('gives regions that do not overlap, aligned to cache lines, and takes them back', async () => {
    const { memory } = await loadKernels(await kernelsFolder());
    const first = memory.allocate(10);
    const mark = memory.mark();
    const second = memory.allocate(100);
    assert.ok(first > 0 && second >= first + 10 && first % 64 === 0 && second % 64 === 0);
    memory.release(mark);
    assert.equal(memory.allocate(4), second);
    memory.scoped(() => memory.allocate(1000));
    assert.equal(memory.mark(), second + 64);
  });

  it('keeps its content and its addresses when it grows', async () => {
    const { memory } = await loadKernels(await kernelsFolder());
    const address = memory.allocate(64);
    const before = memory.float32(address, 16);
    before.fill(3);
    memory.allocate(64 * 2 ** 20);
    assert.deepEqual([...memory.float32(address, 16)], new Array(16).fill(3));
    assert.equal(memory.addressOf(before), address);
    assert.equal(memory.addressOf(new Float32Array(4)), null);
  });

  it('says in three parts that 4 GiB are the most', async () => {
    const { memory } = await loadKernels(await kernelsFolder());
    assert.throws(
      () => memory.allocate(5 * 2 ** 30),
      (error) => error instanceof Failure && error.kind === 'environment' && /4 GiB/.test(error.wrong),
    );
    assert.ok(memory.allocate(64) < 2 ** 20, 'a refused region takes nothing');
  });
});

describe('loading kernels', () => {
  it('names the file that is missing or no module', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kernels-'));
    await assert.rejects(loadKernels(folder), (error) => error instanceof Failure && error.doing.includes(folder));
    writeFileSync(join(folder, 'channelMajor.wasm'), 'no module');
    await assert.rejects(loadKernels(folder), (error) => error instanceof Failure && error.kind === 'environment');
  });

  it('works in other threads over the memory of one', async () => {
    const [n, d] = [400, 30];
    const samples = new Float32Array(n * d);
    fillStandardNormal(samples, 9);
    const address = kernels.memory.allocate(samples.byteLength);
    kernels.memory.float32(address, samples.length).set(samples);
    const job = layOutInterSample(kernels.memory, address, n, d, {}, 2);
    prepareInterSample(kernels, job);
    await Promise.all(
      [0, 1].map((part) => searchInThread({ modules: kernels.modules, memory: kernels.memory.memory, job, part })),
    );
    for (const part of [0, 1]) refineInterSample(kernels, job, part);
    assert.equal(finishInterSample(kernels, job).bits, interSampleEntropy(kernels, samples, n, d).bits);
  });
});

function searchInThread(workerData: unknown): Promise<void> {
  const program = new URL('searchThread.mjs', import.meta.url);
  return new Promise((resolve, reject) => {
    const worker = new Worker(program, { workerData });
    worker.on('error', reject);
    worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`the thread ended with ${code}`))));
  });
}
