/** A thread that computes: reads maps into shared memory and runs kernels over it, one task at a time. */
import type { MessagePort } from 'node:worker_threads';
import type { CallContext, Handlers } from '../../protocol/rpc.js';
import { serve } from '../../protocol/rpc.js';
import type { RunReader } from '../../store/runAccess.js';
import { openRun } from '../../store/openRun.js';
import type { HandContract, MeanMapsTask, ReadMapsTask, RunReference, SliceReference } from './handContract.js';
import { fillStandardNormal } from '../measures/standardNormal.js';
import { channelMoments } from '../measures/redundancy.js';
import { countValues, rangeOfValues, type ValueCounts, type ValueRange } from '../measures/sliceEntropy.js';
import { lengthOf } from '../mapShape.js';
import { ablationInHand } from './ablationInHand.js';
import { controlInHand, controlPictures } from './controlInHand.js';
import { deconvnetInHand } from './deconvnetInHand.js';
import { HandKernels } from './handKernels.js';
import { internalInput } from './internalInput.js';
import { clusterTask, edgeTask, topTask } from './networkTasks.js';
import { probeDigest } from './probeDigest.js';
import { portOfParent } from './workerPort.js';
import type { KernelModules } from '../kernelHost/kernels.js';

/** Runs kept open in a thread. */
const MOST_OPEN_RUNS = 4;
/** Values read at once for means. */
const BATCH_VALUES = 2 ** 21;

export interface HandData {
  readonly role: 'hand';
  readonly modules: KernelModules;
}

export function startHand(parent: MessagePort, { modules }: HandData): void {
  const runs = new OpenRuns();
  const kernels = new HandKernels(modules);
  const handlers: Handlers<HandContract> = {
    readMaps: task(async (input) => {
      const [rowCount, d] = await readMaps(await runs.open(input.run), input);
      return kernels.nonFiniteRows(input.target, input.address, rowCount, d);
    }),
    meanMaps: task(async (input) => meanMaps(await runs.open(input.run), input)),
    ablation: task(async (input) => ablationInHand(await runs.open(input.run), input)),
    deconvnet: task(async (input) => deconvnetInHand(await runs.open(input.run), input)),
    mapMaxima: task(async (input) => mapMaxima(await runs.open(input.run), input)),
    intra: task((input) => kernels.intra(input)),
    channelRanges: task((input) => kernels.channelRanges(input)),
    inter: task((input) => kernels.inter(input)),
    nonFiniteRows: task(({ target, address, rowCount, d }) => kernels.nonFiniteRows(target, address, rowCount, d)),
    fillNoise: task(({ target, address, length, seed }) => {
      fillStandardNormal(new Float32Array(target.memory.buffer, address, length), seed);
      return null;
    }),
    channelMoments: task(({ target, address, sampleCount, channelCount, mapLength }) => {
      const maps = new Float32Array(target.memory.buffer, address, sampleCount * channelCount * mapLength);
      return channelMoments(maps, sampleCount, channelCount, mapLength);
    }),
    layerInformation: task((input) => kernels.information(input)),
    gramRows: task((input) => kernels.gramRows(input)),
    gramSums: task((input) => kernels.gramSums(input)),
    valueRange: task(async (input) => valueRange(await runs.open(input.run), input)),
    valueCounts: task(async (input) => valueCounts(await runs.open(input.run), input)),
    pairCodes: task((input) => kernels.pairCodes(input)),
    sumPairs: task((input) => kernels.sumPairs(input)),
    squarePairs: task((input) => kernels.squarePairs(input)),
    quantisePairs: task((input) => kernels.quantisePairs(input)),
    takeChosen: task((input) => kernels.takeChosen(input)),
    pairMatrix: task(({ target, scratch, matrix }) => kernels.pairMatrix(target, scratch, matrix)),
    clusterLayer: task(async (input) => clusterTask(await runs.open(input.run), input)),
    clusterEdges: task(async (input) => edgeTask(await runs.open(input.run), input)),
    topActivations: task(async (input) => topTask(await runs.open(input.run), input)),
    control: task(async (input) => controlInHand(await runs.open(input.run), input)),
    controlPictures: task(async (input) => controlPictures(await runs.open(input.run), input)),
    probeDigest: task(async ({ run }) => probeDigest(await runs.open(run))),
    forgetMemory: task(({ slot }) => kernels.forget(slot)),
  };
  serve(portOfParent(parent), handlers);
}

function task<I, O>(handle: (input: I, context: CallContext) => Promise<O> | O) {
  return { input: internalInput<I>(), handle };
}

class OpenRuns {
  private readonly readers = new Map<string, Promise<RunReader>>();

  open({ folder, tag }: RunReference): Promise<RunReader> {
    const key = `${tag} ${folder}`;
    const reader = this.readers.get(key) ?? openRun(folder);
    this.readers.delete(key);
    this.readers.set(key, reader);
    reader.catch(() => this.readers.delete(key));
    const [oldest] = this.readers.keys();
    if (this.readers.size > MOST_OPEN_RUNS && oldest !== undefined) this.readers.delete(oldest);
    return reader;
  }
}

/** Reads to the target; resolves with the number of samples and of values of each. */
async function readMaps(
  reader: RunReader,
  { layer, epoch, samples, channels, target, address }: ReadMapsTask,
): Promise<[rowCount: number, d: number]> {
  const mapLength = lengthOf(reader.manifest.layers[layer].mapShape);
  const sampleLength = channels.length * mapLength;
  const values = new Float32Array(target.memory.buffer, address, samples.length * sampleLength);
  await reader.readMaps({ layer, epoch, samples, channels }, values);
  return [samples.length, sampleLength];
}

async function meanMaps(reader: RunReader, input: MeanMapsTask): Promise<HandContract['meanMaps']['output']> {
  const { layer, epoch, samples, channels, mapLength, groups, groupCount } = input;
  const sampleLength = channels.length * mapLength;
  const sums = new Float64Array(groupCount * sampleLength);
  const finite = new Uint32Array(groupCount * sampleLength);
  const batchSize = Math.max(1, Math.floor(BATCH_VALUES / Math.max(1, sampleLength)));
  for (let from = 0; from < samples.length; from += batchSize) {
    const batch = samples.slice(from, from + batchSize);
    const values = new Float32Array(batch.length * sampleLength);
    await reader.readMaps({ layer, epoch, samples: batch, channels }, values);
    for (let i = 0; i < batch.length; i++) {
      const group = groups[from + i];
      if (group >= 0) addFinite(sums, finite, group * sampleLength, values, i * sampleLength, sampleLength);
    }
  }
  const counts = Array.from({ length: groupCount }, (_, group) => groups.filter((one) => one === group).length);
  return { means: Float32Array.from(sums, (sum, i) => (finite[i] > 0 ? sum / finite[i] : NaN)), counts };
}

async function mapMaxima(reader: RunReader, slice: SliceReference): Promise<Float64Array> {
  const mapLength = lengthOf(reader.manifest.layers[slice.layer].mapShape);
  const maxima = new Float64Array(slice.samples.length * slice.channels.length).fill(NaN);
  let from = 0;
  await inBatches(reader, slice, (values) => {
    values.forEach((value, i) => {
      const at = from + Math.floor(i / mapLength);
      if (value > maxima[at] || (Number.isNaN(maxima[at]) && Number.isFinite(value))) maxima[at] = value;
    });
    from += values.length / mapLength;
  });
  return maxima;
}

async function valueRange(reader: RunReader, slice: SliceReference): Promise<ValueRange> {
  let [minimum, maximum] = [Infinity, -Infinity];
  await inBatches(reader, slice, (values) => {
    const range = rangeOfValues(values);
    minimum = Math.min(minimum, range.minimum);
    maximum = Math.max(maximum, range.maximum);
  });
  return { minimum, maximum };
}

async function valueCounts(
  reader: RunReader,
  { range, bins, ...slice }: HandContract['valueCounts']['input'],
): Promise<ValueCounts> {
  const counts = new Float64Array(bins);
  let nonFiniteCount = 0;
  await inBatches(reader, slice, (values) => {
    const counted = countValues(values, range, bins);
    counted.counts.forEach((count, bin) => (counts[bin] += count));
    nonFiniteCount += counted.nonFiniteCount;
  });
  return { counts, nonFiniteCount };
}

/** A slice of any size, some samples at a time. */
async function inBatches(
  reader: RunReader,
  { layer, epoch, samples, channels }: SliceReference,
  work: (values: Float32Array) => void,
): Promise<void> {
  const sampleLength = channels.length * lengthOf(reader.manifest.layers[layer].mapShape);
  const batchSize = Math.max(1, Math.floor(BATCH_VALUES / Math.max(1, sampleLength)));
  for (let from = 0; from < samples.length; from += batchSize) {
    const batch = samples.slice(from, from + batchSize);
    const values = new Float32Array(batch.length * sampleLength);
    await reader.readMaps({ layer, epoch, samples: batch, channels }, values);
    work(values);
  }
}

function addFinite(
  sums: Float64Array,
  finite: Uint32Array,
  to: number,
  values: Float32Array,
  from: number,
  length: number,
): void {
  for (let i = 0; i < length; i++) {
    const value = values[from + i];
    if (!Number.isFinite(value)) continue;
    sums[to + i] += value;
    finite[to + i]++;
  }
}
