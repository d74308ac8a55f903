/** What a generated run holds: noise of the right sizes, cut from one pool so that gigabytes take no time to make. */
import {
  ENTROPY_MOMENTS,
  ENTROPY_RANGES,
  VALUE_STATISTICS,
  type Layer,
  type RunManifest,
} from '../../src/protocol/run.js';
import {
  HISTOGRAM_BINS,
  type EpochRecord,
  type LayerEpoch,
  type ProbeRecord,
} from '../../src/store/format/runAccess.js';

const POOL_LENGTH = 2 ** 22;
let pool: Float32Array | undefined;

export function noiseProbes({ probes: { count }, layers, classNames }: RunManifest): ProbeRecord {
  return {
    inputs: noise(count * valuesOf(layers[0] as Layer), 1),
    labels: Int32Array.from({ length: count }, (_, sample) => sample % classNames.length),
    splits: new Uint8Array(count).fill(1),
  };
}

export function noiseEpoch(manifest: RunManifest, epoch: number): EpochRecord {
  const { probes, classNames, metrics, layers } = manifest;
  return {
    epoch,
    metrics: metrics.map((_, index) => (epoch === 0 && index === 0 ? null : 1 / (1 + epoch + index))),
    predictions: Int32Array.from(
      { length: probes.count },
      (_, sample) => (sample + (sample % 7 === epoch % 7 ? 1 : 0)) % classNames.length,
    ),
    layers: layers.map((layer) => noiseLayer(manifest, layer, epoch)),
  };
}

function noiseLayer({ plan, classNames }: RunManifest, layer: Layer, epoch: number): LayerEpoch {
  const classes = classNames.length + 1;
  const seed = 7919 * epoch + 104_729 * layer.index;
  const maps = layer.mapShape.length > 0 ? layer.channelCount : 1;
  return {
    layer: layer.index,
    maps: layer.index === 0 ? null : noise(plan.mapSampleCount * valuesOf(layer), seed),
    entropy: entropies(classes, maps, seed),
    values: values(classes, layer.channelCount, seed),
    histogram: Uint32Array.from(noise(layer.channelCount * HISTOGRAM_BINS, seed), (value) => 1000 * (1 + value)),
    weights: layer.weights.map(({ shape }) =>
      noise(
        shape.reduce((all, size) => all * size, 1),
        seed,
      ),
    ),
  };
}

/** (range, moment, class, map): means of 1 to 3 bits, small variances, 100 maps each. */
function entropies(classes: number, maps: number, seed: number): Float64Array {
  const each = classes * maps;
  const from: Record<(typeof ENTROPY_MOMENTS)[number], (value: number) => number> = {
    mean: (value) => 2 + value,
    variance: (value) => 0.1 + 0.05 * value,
    n: () => 100,
  };
  const ranges = ENTROPY_RANGES.flatMap((_, range) =>
    ENTROPY_MOMENTS.flatMap((moment) => Array.from(noise(each, seed + range), from[moment])),
  );
  return Float64Array.from(ranges);
}

/** (statistic, class, channel): values from −1 to 1, none of them dead or saturated. */
function values(classes: number, channels: number, seed: number): Float64Array {
  const constant: Partial<Record<(typeof VALUE_STATISTICS)[number], number>> = {
    minimum: -1,
    maximum: 1,
    variance: 0.3,
    non_finite_count: 0,
    zero_fraction: 0.01,
    saturated_fraction: 0,
    n: 1000,
  };
  const all = VALUE_STATISTICS.flatMap((statistic) =>
    Array.from(noise(classes * channels, seed), (value) => constant[statistic] ?? 0.1 * value),
  );
  return Float64Array.from(all);
}

function valuesOf({ channelCount, mapShape }: Layer): number {
  return mapShape.reduce((all, size) => all * size, channelCount);
}

/** Values in −1…1; another seed begins elsewhere in the pool. */
function noise(length: number, seed: number): Float32Array {
  pool ??= madePool();
  const values = new Float32Array(length);
  for (let at = 0, from = Math.imul(seed, 40_503) & (POOL_LENGTH - 1); at < length; from = 0) {
    const piece = pool.subarray(from, Math.min(POOL_LENGTH, from + length - at));
    values.set(piece, at);
    at += piece.length;
  }
  return values;
}

function madePool(): Float32Array {
  const values = new Float32Array(POOL_LENGTH);
  let state = 12_345;
  for (let index = 0; index < POOL_LENGTH; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    values[index] = state / 2 ** 31 - 1;
  }
  return values;
}
