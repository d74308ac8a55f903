/** Times of exact inter-sample entropy, from samples in shared memory to the number. */
import { Worker } from 'node:worker_threads';
import { searchInterSample } from '../../src/analysis/kernelHost/interSample/candidates.js';
import { finishInterSample } from '../../src/analysis/kernelHost/interSample/entropy.js';
import { layOutInterSample, type Reduction } from '../../src/analysis/kernelHost/interSample/job.js';
import { refineInterSample } from '../../src/analysis/kernelHost/interSample/neighbours.js';
import { prepareInterSample } from '../../src/analysis/kernelHost/interSample/preparation.js';
import { shortenInterSample } from '../../src/analysis/kernelHost/interSample/shorterRows.js';
import { type Kernels } from '../../src/analysis/kernelHost/kernels.js';
import { leastTimes, type Times } from '../times.js';
import { builtKernels } from './kernels.js';

const REPEATS = 3;

/** Three runs on the first n rows of `samples` (…, d); approximately with a reduction. */
export async function interSampleTime(
  samples: Float32Array,
  n: number,
  d: number,
  threads: number,
  reduction: Reduction | null = null,
): Promise<Times & { readonly recall: number }> {
  const kernels = await builtKernels();
  const address = kernels.memory.allocate(4 * n * d);
  kernels.memory.float32(address, n * d).set(samples.subarray(0, n * d));
  const job = layOutInterSample(kernels.memory, address, n, d, {}, threads, reduction);
  const workers = await Promise.all(Array.from({ length: threads - 1 }, () => startComputeThread(kernels)));
  const steps = { shorten: shortenInterSample, search: searchInterSample, refine: refineInterSample };
  const share = async (step: keyof typeof steps) => {
    const others = workers.map((thread, i) => perform(thread, { step, job, part: i + 1 }));
    steps[step](kernels, job, 0);
    await Promise.all(others);
  };
  let recall = 1;
  const least = await leastTimes(REPEATS, async () => {
    prepareInterSample(kernels, job);
    if (reduction) await share('shorten');
    await share('search');
    await share('refine');
    recall = finishInterSample(kernels, job).recall;
  });
  await Promise.all(workers.map((thread) => thread.terminate()));
  return { ...least, recall };
}

/** Multiplications and additions, 10⁹ a second, of the product of two blocks of rows alone. */
export async function productRate(type: 'float32' | 'int16'): Promise<number> {
  const kernels = await builtKernels();
  const isShort = type === 'int16';
  const [rows, stride, repeats] = [96, (isShort ? 2 : 4) * 784, 50];
  const [a, b, out] = [
    kernels.memory.allocate(rows * stride),
    kernels.memory.allocate(rows * stride),
    kernels.memory.allocate(4 * rows * rows),
  ];
  if (isShort) kernels.memory.uint8(a, 2 * rows * stride).fill(1);
  else kernels.memory.float32(a, 2 * rows * 784).fill(0.5);
  const multiply = isShort ? kernels.multiplyShort : kernels.multiplyBlocks;
  const { cpu: ms } = await leastTimes(20, () => {
    for (let repeat = 0; repeat < repeats; repeat++) multiply(a, rows, b, rows, stride, out);
  });
  return (repeats * 2 * rows * rows * 784) / ms / 1e6;
}

async function startComputeThread({ modules, memory }: Kernels): Promise<Worker> {
  const worker = new Worker(new URL('thread.mjs', import.meta.url), { workerData: { modules, memory: memory.memory } });
  await new Promise((resolve) => worker.once('message', resolve));
  return worker;
}

function perform(thread: Worker, task: object): Promise<void> {
  return new Promise((resolve) => {
    thread.once('message', () => resolve());
    thread.postMessage(task);
  });
}
