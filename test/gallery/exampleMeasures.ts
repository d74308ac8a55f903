/** What the made-up run measures, by formula: entropies, label entropies, losses, reports. */
import { labelEntropies } from '../../src/analysis/measures/labelEntropies.js';
import type {
  InterValue,
  IntraValue,
  IntrinsicValue,
  LabelValue,
  LayerReport,
  MeasureRequest,
  MeasureResult,
  Provenance,
} from '../../src/protocol/measure.js';
import { parseQuery } from '../../src/protocol/queryText.js';
import type { RunDescription } from '../../src/protocol/run.js';
import { indicesOf } from '../../webview/selection/bands.js';
import { channelBands, epochBands, labelBands, layerBands } from '../../webview/selection/terms.js';
import { factsOf, type RunFacts } from '../../webview/state/facts.js';
import type { ExampleHostOptions } from './exampleHost.js';

/** Probes of each class; one class of a hundred has none. */
export function perClass(run: RunDescription): number[] {
  const count = run.manifest.classNames.length;
  return Array.from({ length: count }, (_, i) => (i === 97 ? 0 : Math.floor(run.manifest.probes.count / count)));
}

/** Repeatable noise in −1…1. */
function wobble(...seeds: number[]): number {
  const x = Math.sin(seeds.reduce((sum, seed, i) => sum + seed * (12.9898 + 41.23 * i), 1)) * 43758.5453;
  return 2 * (x - Math.floor(x)) - 1;
}

export function answer(run: RunDescription, options: ExampleHostOptions, request: MeasureRequest): MeasureResult {
  const query = parseQuery(request.query);
  const facts = factsOf(run);
  const layers = indicesOf(layerBands(query.layers, facts.layers));
  const epochs = indicesOf(epochBands(query.epochs, facts.epochCount, facts.lastWhole)).filter(
    (epoch) => facts.whole.has(epoch) || facts.damaged.has(epoch),
  );
  const labels = facts.classCount > 0 ? labelBands(query.samples, facts.classCount) : null;
  const chosen = labels ? indicesOf(labels) : [];
  const n = labels ? chosen.reduce((sum, i) => sum + perClass(run)[i], 0) : facts.sampleCount;
  const provenance = (estimator: string, unit: Provenance['unit']): Provenance => ({
    measure: request.measure,
    estimator,
    parameters: {},
    n,
    unit,
    version: '1',
  });
  switch (request.measure) {
    case 'intrinsic':
      return {
        measure: 'intrinsic',
        provenance: provenance('TwoNN, nine tenths of the ratios; participation ratio of the covariance', 'dimensions'),
        values: layers.flatMap((layer) => epochs.map((epoch) => intrinsicValue(layer, epoch, n, facts.damaged))),
      };
    case 'inter':
      return {
        measure: 'inter',
        provenance: provenance('k-nearest-neighbour graph, exact Euclidean', 'bits'),
        values: layers.flatMap((layer) =>
          epochs.map((epoch) =>
            interValue(
              run,
              request,
              layer,
              epoch,
              n,
              channelsOf(run, request.query, layer).length,
              facts.damaged.get(epoch) ?? null,
            ),
          ),
        ),
      };
    case 'intra':
      return {
        measure: 'intra',
        provenance: provenance('plug-in, 32 bins over each map’s range', 'bits'),
        range: 'map',
        bins: 32,
        computedFrom: 'statistics',
        values: layers.flatMap((layer) =>
          epochs.flatMap((epoch) =>
            rows(chosen, facts.classCount).map((index) =>
              intraValue(run, options, request.query, layer, epoch, index, n),
            ),
          ),
        ),
      };
    case 'label':
      return {
        measure: 'label',
        provenance: provenance('plug-in, from hard counts of labels and predictions', 'bits'),
        values: epochs.map((epoch) => labelValue(run, options, epoch, facts.damaged.get(epoch) ?? null)),
      };
    case 'metrics':
      return {
        measure: 'metrics',
        provenance: provenance('as the training reported them', 'share'),
        names: run.manifest.metrics,
        values: epochs.map((epoch) => ({ epoch, values: metricValues(epoch) })),
      };
    default:
      throw new Error(`the example run has no ${request.measure}`);
  }
}

function rows(chosen: readonly number[], classCount: number): (number | null)[] {
  if (chosen.length === 1) return [chosen[0]];
  return chosen.length === 0 && classCount > 0 ? [null] : [null, ...chosen];
}

function channelsOf(run: RunDescription, text: string, layer: number): number[] {
  return indicesOf(channelBands(parseQuery(text).channels, run.manifest.layers[layer].channelCount));
}

function interValue(
  run: RunDescription,
  request: MeasureRequest,
  layer: number,
  epoch: number,
  n: number,
  channels: number,
  damage: string | null,
): InterValue {
  const settle = 1 - Math.exp(-epoch / 5);
  const map = run.manifest.layers[layer].mapShape.reduce((product, side) => product * side, 1);
  const bits = Math.log2(n) + 4.24 - 0.03 * layer + 0.02 * settle + 0.01 * wobble(layer, epoch);
  return {
    layer,
    epoch,
    bits: damage === null ? bits : null,
    excessBits: damage === null ? bits - Math.log2(n) : null,
    noiseBits: damage === null && request.options?.noise ? Math.log2(n) + 4.41 : null,
    halfWidthBits: damage === null && request.options?.interval ? 0.065 + 0.008 * wobble(epoch, 3) : null,
    n,
    d: map * channels,
    k: request.options?.k ?? 15,
    tieCount: 0,
    zeroScaleCount: 0,
    nonFiniteCount: 0,
    reason: damage,
  };
}

function intraValue(
  run: RunDescription,
  options: ExampleHostOptions,
  text: string,
  layer: number,
  epoch: number,
  classIndex: number | null,
  n: number,
): IntraValue {
  const units = run.manifest.layers[layer].mapShape.length === 0;
  const channels = units ? [-1] : channelsOf(run, text, layer);
  const dead = options.dead?.[layer] ?? [];
  const bits = channels.map((channel) => {
    if (dead.includes(channel) && epoch >= 2 && epoch !== 6) return 0;
    const start = channel % 3 === 2 ? 0.6 : 3.9;
    const end = 4.1 + 0.3 * wobble(channel, layer) - (classIndex === null ? 0.05 : 0.1 * wobble(classIndex, channel));
    return end + (start - end) * Math.exp(-epoch / (1.5 + (channel % 4)));
  });
  return {
    layer,
    epoch,
    classIndex,
    channels,
    bits,
    variance: bits.map((value) => (value === 0 ? 0 : 0.1)),
    n: channels.map(() => (classIndex === null ? n : perClass(run)[classIndex])),
    meanBits: bits.reduce((sum, value) => sum + value, 0) / bits.length,
  };
}

/** Each class is predicted from an epoch of its own on, and what is wrong goes to few neighbours. */
function labelValue(
  run: RunDescription,
  options: ExampleHostOptions,
  epoch: number,
  damage: string | null,
): LabelValue {
  const sizes = perClass(run);
  const classes = sizes.map((_, i) => i);
  const late = (index: number): number => (index % 4 === 3 ? 3 : index % 5);
  const never = (index: number): boolean => epoch < late(index) || (options.neverPredicted?.includes(index) ?? false);
  const counts = classes.map(() => classes.map(() => 0));
  for (const label of damage === null ? classes : []) {
    for (let sample = 0; sample < sizes[label]; sample++) {
      const right =
        0.5 + 0.5 * wobble(label, sample) > 1.25 * Math.exp(-epoch / 5) + 0.12 * (0.5 + 0.5 * wobble(label));
      const other = (label * 3 + Math.floor((sample * 7 + epoch) / 11)) % classes.length;
      const wanted = right && !never(label) ? label : other;
      counts[label][never(wanted) ? 0 : wanted]++;
    }
  }
  return { epoch, split: 'all', counts, ...labelEntropies(counts), reason: damage };
}

function metricValues(epoch: number): (number | null)[] {
  const fall = Math.exp(-epoch / 5);
  const accuracy = 0.1 + 0.8 * (1 - fall);
  if (epoch === 0) return [null, null, null, null, 0.1];
  return [0.25 + 2 * fall, accuracy - 0.01, 0.32 + 2 * fall + 0.02 * wobble(epoch), accuracy - 0.02, accuracy];
}

export function report(run: RunDescription, options: ExampleHostOptions, layer: number): LayerReport {
  const dead = options.dead?.[layer] ?? [];
  const epoch = Math.max(0, ...run.summary.epochs);
  return {
    layer,
    epoch,
    inter: null,
    intraByEpoch: [],
    intraBits: null,
    intraHalfWidthBits: null,
    intraProvenance: {
      measure: 'intra',
      estimator: 'plug-in, 32 bins over each map’s range',
      parameters: {},
      n: run.manifest.probes.count,
      unit: 'bits',
      version: '1',
    },
    channels: { layer, epoch, dead: [...dead], deadSince: dead.map(() => 7) },
  };
}

function intrinsicValue(layer: number, epoch: number, n: number, damaged: RunFacts['damaged']): IntrinsicValue {
  const twoNN = damaged.has(epoch)
    ? null
    : 14 - 1.5 * layer - 4 * (1 - Math.exp(-epoch / 3)) + wobble(layer, epoch) / 3;
  return {
    ...{ layer, epoch, n, d: 100, twoNN, duplicateCount: 0, nonFiniteCount: 0 },
    halfWidth: twoNN === null ? null : 0.6,
    participationRatio: twoNN === null ? null : 0.8 * twoNN,
    reason: twoNN === null ? 'the epoch is damaged' : null,
  };
}
