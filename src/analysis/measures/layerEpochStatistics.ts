/**
 * All statistics of one layer at one epoch, from the maps of all probes in float32: what the recorder
 * stores for every epoch. How the maps are read is passed in: kernels do it in
 * kernelHost, plain TypeScript in `plainMapReader`.
 */
import { HISTOGRAM_BINS } from '../../store/format/runAccess.js';
import { VALUE_STATISTICS } from '../../protocol/run.js';
import { activationBounds, saturationThresholds, type Bounds } from './activationBounds.js';
import { countInto } from './histogram.js';
import { entropyMoments, mapEntropies } from './intraSampleEntropy.js';
import { clearSummary, mergeSummary, SUMMARY, SUMMARY_LENGTH, summarise } from './valueSummary.js';

export interface LayerMaps {
  /** (sample, channel, mapLength) */
  readonly maps: Float32Array;
  readonly sampleCount: number;
  readonly channelCount: number;
  readonly mapLength: number;
  /** Class by sample, −1 where unknown; empty where the task has none. */
  readonly labels: ArrayLike<number>;
  /** 0 where the task has no classes: then there is only the row "all". */
  readonly classCount: number;
  /** Name of the activation function inside the layer, for saturation. */
  readonly activation: string | null;
  /**
   * True where the layer has units and no maps (an empty `mapShape`): its whole vector is then the
   * one map whose entropy is taken. Default: mapLength is 1. A spatial layer of 1×1 maps says false.
   */
  readonly units?: boolean;
}

/** As `LayerEpoch` of src/store takes them. Undefined values (of no sample) are NaN. */
export interface LayerEpochStatistics {
  /** (range, moment, class + 1, map): ENTROPY_RANGES × ENTROPY_MOMENTS. */
  readonly entropy: Float64Array;
  /**
   * (statistic, class + 1, channel): VALUE_STATISTICS. The variance is the population's; fractions
   * are of the finite values; `saturated_fraction` is NaN where the activation has no bounds.
   */
  readonly values: Float64Array;
  /** (channel, HISTOGRAM_BINS) over the channel's minimum…maximum; finite values only. */
  readonly histogram: Uint32Array;
}

/** The two readings of maps that kernels do faster. */
export interface MapReader {
  /** Summary of every map: (sample, channel, SUMMARY_LENGTH). */
  summaries(layer: LayerMaps, thresholds: Bounds): Float64Array;
  /**
   * Entropies of every map, (sample, channel), over its own range and over its channel's of `ranges`
   * (channel, 2); and each channel's finite values in HISTOGRAM_BINS bins over `ranges`.
   */
  measures(layer: LayerMaps, ranges: Float32Array): MapMeasures;
}

export interface MapMeasures {
  readonly own: Float64Array;
  readonly ranged: Float64Array;
  readonly histogram: Uint32Array;
}

export function statisticsOfLayer(layer: LayerMaps, reader: MapReader): LayerEpochStatistics {
  const statistics = new LayerStatistics(layer, reader);
  statistics.summarise(layer.maps, 0);
  statistics.measure(layer.maps, 0);
  return statistics.result();
}

/** What is known of a layer before its maps come. */
export type LayerFacts = Omit<LayerMaps, 'maps'>;

/**
 * The same from maps that come in parts of whole samples, read twice: only the second reading knows the range
 * of every channel. Parts of both come in the samples' order; how they are cut changes no bit.
 */
export class LayerStatistics {
  readonly #thresholds: Bounds;
  readonly #table: Float64Array;
  #second: SecondReading | null = null;

  constructor(
    private readonly layer: LayerFacts,
    private readonly reader: MapReader,
  ) {
    this.#thresholds = saturationThresholds(activationBounds(layer.activation));
    this.#table = emptyTable(layer);
  }

  /** First reading: `maps` are (sample, channel, mapLength) from `firstSample` on. */
  summarise(maps: Float32Array, firstSample: number): void {
    const part = partOf(this.layer, maps);
    mergeByClass(this.#table, part, this.reader.summaries(part, this.#thresholds), firstSample);
  }

  /** Second reading, begun when the first has ended. */
  measure(maps: Float32Array, firstSample: number): void {
    const second = (this.#second ??= secondReading(this.layer, rangesOfAll(this.#table, this.layer)));
    const { bits, ranges, units } = second;
    const part = partOf(this.layer, maps);
    const seen = units ? wholeVector(part, ranges) : { layer: part, ranges };
    const { own, ranged, histogram } = this.reader.measures(seen.layer, seen.ranges);
    bits.own.set(own, firstSample * second.mapCount);
    bits.ranged.set(ranged, firstSample * second.mapCount);
    const counted = units ? histogramOfChannels(part, ranges) : histogram;
    for (let bin = 0; bin < counted.length; bin++) second.histogram[bin] += counted[bin];
  }

  result(): LayerEpochStatistics {
    const { layer } = this;
    const second = this.#second ?? secondReading(layer, rangesOfAll(this.#table, layer));
    const { bits, mapCount, histogram } = second;
    const moments = (of: Float64Array) => entropyMoments(of, mapCount, layer.labels, layer.classCount);
    return {
      entropy: concatenate(moments(bits.own), moments(bits.ranged)),
      values: valueStatistics(this.#table, layer, this.#thresholds),
      histogram,
    };
  }
}

interface SecondReading {
  readonly units: boolean;
  /** (channel, 2) */
  readonly ranges: Float32Array;
  /** Of one sample: its channels, or 1 for a layer of units. */
  readonly mapCount: number;
  /** (sample, map) */
  readonly bits: { readonly own: Float64Array; readonly ranged: Float64Array };
  readonly histogram: Uint32Array;
}

function secondReading(layer: LayerFacts, ranges: Float32Array): SecondReading {
  const units = isUnits(layer);
  const mapCount = units ? 1 : layer.channelCount;
  const own = new Float64Array(layer.sampleCount * mapCount);
  const bits = { own, ranged: new Float64Array(own.length) };
  return { units, ranges, mapCount, bits, histogram: new Uint32Array(layer.channelCount * HISTOGRAM_BINS) };
}

function partOf(layer: LayerFacts, maps: Float32Array): LayerMaps {
  return { ...layer, maps, sampleCount: maps.length / (layer.channelCount * layer.mapLength) };
}

/** The twin of the kernels. */
export const plainMapReader: MapReader = {
  summaries({ maps, sampleCount, channelCount, mapLength }, thresholds) {
    const out = new Float64Array(sampleCount * channelCount * SUMMARY_LENGTH);
    for (let map = 0; map < sampleCount * channelCount; map++) {
      summarise(maps, map * mapLength, mapLength, thresholds, out, map * SUMMARY_LENGTH);
    }
    return out;
  },
  measures: (layer, ranges) => ({
    own: mapEntropies(layer, HISTOGRAM_BINS),
    ranged: mapEntropies(layer, HISTOGRAM_BINS, ranges),
    histogram: histogramOfChannels(layer, ranges),
  }),
};

/** (channel, HISTOGRAM_BINS): finite values of each channel over its range of `ranges`. */
function histogramOfChannels({ maps, sampleCount, channelCount, mapLength }: LayerMaps, ranges: Float32Array) {
  const histogram = new Uint32Array(channelCount * HISTOGRAM_BINS);
  for (let map = 0; map < sampleCount * channelCount; map++) {
    const channel = map % channelCount;
    const counts = histogram.subarray(channel * HISTOGRAM_BINS, (channel + 1) * HISTOGRAM_BINS);
    const place = { start: map * mapLength, length: mapLength };
    countInto(counts, maps, place, ranges[2 * channel], ranges[2 * channel + 1]);
  }
  return histogram;
}

function isUnits({ units, mapLength }: LayerFacts): boolean {
  return units ?? mapLength === 1;
}

/** (class + 1, channel, SUMMARY_LENGTH), the last class all samples. */
function emptyTable({ channelCount, classCount }: LayerFacts): Float64Array {
  const table = new Float64Array((classCount + 1) * channelCount * SUMMARY_LENGTH);
  for (let at = 0; at < table.length; at += SUMMARY_LENGTH) clearSummary(table, at);
  return table;
}

/** `summaries`: (sample, channel, SUMMARY_LENGTH) from `firstSample` on. */
function mergeByClass(
  table: Float64Array,
  { sampleCount, channelCount, labels, classCount }: LayerFacts,
  summaries: Float64Array,
  firstSample: number,
): void {
  const row = channelCount * SUMMARY_LENGTH;
  for (let sample = 0; sample < sampleCount; sample++) {
    const label = labels[firstSample + sample];
    for (let at = 0; at < row; at += SUMMARY_LENGTH) {
      if (label >= 0 && label < classCount) mergeSummary(table, label * row + at, summaries, sample * row + at);
      mergeSummary(table, classCount * row + at, summaries, sample * row + at);
    }
  }
}

/** (channel, 2): minimum and maximum over all samples. Exact: extremes of float32 are float32. */
function rangesOfAll(table: Float64Array, { channelCount, classCount }: LayerFacts): Float32Array {
  const ranges = new Float32Array(2 * channelCount);
  for (let channel = 0; channel < channelCount; channel++) {
    const at = (classCount * channelCount + channel) * SUMMARY_LENGTH;
    ranges[2 * channel] = table[at + SUMMARY.minimum];
    ranges[2 * channel + 1] = table[at + SUMMARY.maximum];
  }
  return ranges;
}

/** A layer of units seen as one map a sample, its range that of all units. */
function wholeVector(layer: LayerMaps, ranges: Float32Array): { layer: LayerMaps; ranges: Float32Array } {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < ranges.length; i += 2) {
    low = Math.min(low, ranges[i]);
    high = Math.max(high, ranges[i + 1]);
  }
  const mapLength = layer.channelCount * layer.mapLength;
  return { layer: { ...layer, channelCount: 1, mapLength }, ranges: Float32Array.of(low, high) };
}

function valueStatistics(table: Float64Array, layer: LayerFacts, thresholds: Bounds): Float64Array {
  const count = (layer.classCount + 1) * layer.channelCount;
  const values = new Float64Array(VALUE_STATISTICS.length * count);
  const bounded = thresholds.some((threshold) => !Number.isNaN(threshold));
  for (let cell = 0; cell < count; cell++) {
    const summary = table.subarray(cell * SUMMARY_LENGTH, (cell + 1) * SUMMARY_LENGTH);
    const n = summary[SUMMARY.n];
    const row = {
      minimum: n === 0 ? NaN : summary[SUMMARY.minimum],
      maximum: n === 0 ? NaN : summary[SUMMARY.maximum],
      mean: n === 0 ? NaN : summary[SUMMARY.mean],
      variance: summary[SUMMARY.squares] / n,
      non_finite_count: summary[SUMMARY.nonFinite],
      zero_fraction: summary[SUMMARY.zeros] / n,
      saturated_fraction: bounded ? summary[SUMMARY.saturated] / n : NaN,
      n,
    };
    VALUE_STATISTICS.forEach((statistic, i) => (values[i * count + cell] = row[statistic]));
  }
  return values;
}

function concatenate(first: Float64Array, second: Float64Array): Float64Array {
  const both = new Float64Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
