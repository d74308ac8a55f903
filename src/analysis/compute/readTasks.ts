/** What a compute thread does with the maps of a run that it has open: reads them to memory, or goes through them in batches. */
import type { RunReader } from '../../store/format/runAccess.js';
import { lengthOf } from '../run/mapShape.js';
import { countValues, rangeOfValues, type ValueCounts, type ValueRange } from '../measures/sliceEntropy.js';
import type { ClassMeans, MeanMapsTask, ReadMapsTask, SliceReference, ValueCountsTask } from './taskInputs.js';

/** Values read at once for means. */
const BATCH_VALUES = 2 ** 21;

/** Reads to the target; resolves with the number of samples and of values of each. */
export async function readMaps(
  reader: RunReader,
  { layer, epoch, samples, channels, target, address }: ReadMapsTask,
): Promise<[rowCount: number, d: number]> {
  const mapLength = lengthOf(reader.manifest.layers[layer].mapShape);
  const sampleLength = channels.length * mapLength;
  const values = new Float32Array(target.memory.buffer, address, samples.length * sampleLength);
  await reader.readMaps({ layer, epoch, samples, channels }, values);
  return [samples.length, sampleLength];
}

export async function meanMaps(reader: RunReader, input: MeanMapsTask): Promise<ClassMeans> {
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

export async function mapMaxima(reader: RunReader, slice: SliceReference): Promise<Float64Array> {
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

/** Mean of each map (sample, channel). */
export async function spatialMeans(reader: RunReader, slice: SliceReference): Promise<Float64Array> {
  const mapLength = lengthOf(reader.manifest.layers[slice.layer].mapShape);
  const means = new Float64Array(slice.samples.length * slice.channels.length);
  let from = 0;
  await inBatches(reader, slice, (values) => {
    values.forEach((value, i) => (means[from + Math.floor(i / mapLength)] += value / mapLength));
    from += values.length / mapLength;
  });
  return means;
}

export async function valueRange(reader: RunReader, slice: SliceReference): Promise<ValueRange> {
  let [minimum, maximum] = [Infinity, -Infinity];
  await inBatches(reader, slice, (values) => {
    const range = rangeOfValues(values);
    minimum = Math.min(minimum, range.minimum);
    maximum = Math.max(maximum, range.maximum);
  });
  return { minimum, maximum };
}

export async function valueCounts(reader: RunReader, { range, bins, ...slice }: ValueCountsTask): Promise<ValueCounts> {
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
