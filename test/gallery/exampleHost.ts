/**
 * A host for the gallery and the browser tests: answers every call of the contract for a made-up run,
 * through the same client and server as the real ones, with numbers by formula.
 */
import { labelEntropies } from '../../src/analysis/measures/labelEntropies.js';
import { Failure } from '../../src/protocol/failure.js';
import type {
  InterValue,
  IntraValue,
  LabelValue,
  LayerReport,
  MeasureRequest,
  MeasureResult,
  Provenance,
} from '../../src/protocol/measure.js';
import { connect, serve, type Handlers, type Port } from '../../src/protocol/rpc.js';
import { parseQuery, printQuery } from '../../src/protocol/queryText.js';
import type { RunDescription } from '../../src/protocol/run.js';
import { ViewerInputs, type PictureStack, type ViewerContract, type ViewState } from '../../src/protocol/viewer.js';
import type { Host } from '../../webview/host/host.js';
import { indicesOf } from '../../webview/selection/bands.js';
import { channelBands, epochBands, labelBands, layerBands } from '../../webview/selection/terms.js';
import { factsOf } from '../../webview/state/facts.js';
import { channelAnswers } from './exampleChannels.js';
import { exampleAblation } from './exampleInformation.js';
import { exampleCandidates, exampleComparison, exampleControl } from './exampleCompare.js';
import { exampleNetwork, examplePatches } from './exampleNetwork.js';
import { channelPictures, classPictures } from './examplePictures.js';
import { trainingAnswers, type ExampleGroup } from './exampleTraining.js';

export interface ExampleHostOptions {
  readonly state?: Partial<ViewState>;
  /** Channels without any activation, by layer. */
  readonly dead?: Readonly<Record<number, readonly number[]>>;
  /** Channels at their activation's bounds, by layer. */
  readonly saturated?: Readonly<Record<number, readonly number[]>>;
  /** Classes that no sample is ever taken for. */
  readonly neverPredicted?: readonly number[];
  /** Runs of other sizes of training data beside this one. */
  readonly group?: ExampleGroup;
  /** Milliseconds that a measure takes. */
  readonly delay?: number;
  readonly failing?: readonly (keyof ViewerContract)[];
  readonly kind?: Host['kind'];
}

export interface ExampleHost extends Host {
  /** What the view asked to be saved and opened, for tests to look at. */
  readonly saved: ViewerContract['saveFile']['input'][];
  readonly opened: number[];
}

export function exampleHost(run: RunDescription, options: ExampleHostOptions = {}): ExampleHost {
  const [near, far] = portPair();
  const saved: ViewerContract['saveFile']['input'][] = [];
  const opened: number[] = [];
  serve<ViewerContract>(far, handlers(run, options, saved, opened));
  const client = connect<ViewerContract>(near);
  let kept: ViewState | null = options.state
    ? { view: 'query', query: 'dCNN(-, -, -, -)', measure: 'inter', epoch: null, ...options.state }
    : null;
  return {
    ...client,
    kind: options.kind ?? 'editor',
    saved,
    opened,
    loadState: () => kept,
    saveState: (state) => (kept = state),
    onEvent: () => () => undefined,
  };
}

function portPair(): [Port, Port] {
  const listeners: [Set<(message: unknown) => void>, Set<(message: unknown) => void>] = [new Set(), new Set()];
  const port = (own: 0 | 1): Port => ({
    post: (message) => {
      const copy: unknown = structuredClone(message);
      queueMicrotask(() => listeners[own === 0 ? 1 : 0].forEach((listener) => listener(copy)));
    },
    listen: (onMessage) => {
      listeners[own].add(onMessage);
      return () => listeners[own].delete(onMessage);
    },
  });
  return [port(0), port(1)];
}

function handlers(
  run: RunDescription,
  options: ExampleHostOptions,
  saved: ViewerContract['saveFile']['input'][],
  opened: number[],
): Handlers<ViewerContract> {
  const facts = factsOf(run);
  const check = (method: keyof ViewerContract): void => {
    if (!options.failing?.includes(method)) return;
    throw new Failure({
      kind: 'damaged',
      doing: 'reading epoch 12 of conv2d_2',
      wrong: 'the chunk c/12/0 has 1,024 bytes where its commit record says 4,096',
      tryThis: 'Choose other epochs; this one cannot be mended.',
    });
  };
  return {
    describe: { input: ViewerInputs.describe, handle: () => run },
    report: {
      input: ViewerInputs.report,
      handle: () => run.manifest.layers.map((_, layer) => report(run, options, layer)),
    },
    estimate: {
      input: ViewerInputs.estimate,
      handle: (request) => {
        check('estimate');
        const count = answer(run, options, request).values.length;
        return {
          bytes: 626_000 * count,
          seconds: 0.035 * count,
          valueCount: count,
          cachedCount: 0,
          canonical: printQuery(parseQuery(request.query)),
          applicable: facts.classCount > 0 ? ['inter', 'intra', 'label', 'metrics'] : ['inter', 'intra', 'metrics'],
        };
      },
    },
    measure: {
      input: ViewerInputs.measure,
      handle: async (request, context) => {
        check('measure');
        for (let step = 0; step < 10 && options.delay; step++) {
          context.progress({ fraction: step / 10, text: `conv2d_2 at epoch ${step}` });
          await new Promise((resolve) => setTimeout(resolve, options.delay! / 10));
          if (context.signal.aborted) break;
        }
        return answer(run, options, request);
      },
    },
    classMeans: { input: ViewerInputs.classMeans, handle: () => classMeans(run) },
    channelMeans: { input: ViewerInputs.channelMeans, handle: ({ query }) => channelMeans(run, options, query) },
    featureMaps: {
      input: ViewerInputs.featureMaps,
      handle: ({ layer, channels, samples }) => {
        check('featureMaps');
        return featureMaps(run, options, layer, channels, samples);
      },
    },
    probeLabels: { input: ViewerInputs.probeLabels, handle: () => probeLabels(run) },
    ...channelAnswers(run, options, check),
    ablation: {
      input: ViewerInputs.ablation,
      handle: (asked) => {
        check('ablation');
        return exampleAblation(run, options, asked);
      },
    },
    network: {
      input: ViewerInputs.network,
      handle: (asked) => {
        check('network');
        return exampleNetwork(run, asked, options.dead ?? {});
      },
    },
    networkPatches: {
      input: ViewerInputs.networkPatches,
      handle: (asked) => {
        check('networkPatches');
        return examplePatches(run, asked);
      },
    },
    ...trainingAnswers(run, options.group, (request) => answer(run, options, request)),
    compareCandidates: { input: ViewerInputs.compareCandidates, handle: () => exampleCandidates(run) },
    compare: { input: ViewerInputs.compare, handle: () => exampleComparison(run) },
    control: { input: ViewerInputs.control, handle: (asked) => exampleControl(run, asked) },
    openSource: {
      input: ViewerInputs.openSource,
      handle: ({ layer }) => {
        opened.push(layer);
        return null;
      },
    },
    saveFile: {
      input: ViewerInputs.saveFile,
      handle: (file) => {
        saved.push(file);
        return null;
      },
    },
  };
}

function perClass(run: RunDescription): number[] {
  const count = run.manifest.classNames.length;
  return Array.from({ length: count }, (_, i) => (i === 97 ? 0 : Math.floor(run.manifest.probes.count / count)));
}

function classMeans(run: RunDescription): PictureStack {
  return classPictures(run.manifest.classNames.length, run.manifest.layers[0].mapShape[0] ?? 28, perClass(run));
}

function channelMeans(run: RunDescription, options: ExampleHostOptions, text: string): PictureStack {
  const query = parseQuery(text);
  const layer = run.manifest.layers[layerBands(query.layers, run.manifest.layers)[0]?.[0] ?? 0];
  const digit = (labelBands(query.samples, run.manifest.classNames.length)?.[0]?.[0] ?? 8) % 10;
  const shape: [number, number] = layer.mapShape.length >= 2 ? [layer.mapShape[0], layer.mapShape[1]] : [1, 1];
  return channelPictures(digit, layer.channelCount, shape, options.dead?.[layer.index] ?? [], 100);
}

function probeLabels(run: RunDescription): number[] {
  const classes = run.manifest.classNames.length;
  return classes === 0 ? [] : Array.from({ length: run.manifest.plan.mapSampleCount }, (_, i) => i % classes);
}

function featureMaps(
  run: RunDescription,
  options: ExampleHostOptions,
  layer: number,
  channels: readonly number[],
  samples: readonly number[],
): PictureStack {
  const { channelCount, mapShape } = run.manifest.layers[layer];
  const [height, width] = mapShape.length >= 2 ? mapShape : [1, 1];
  const parts = samples.flatMap((sample) => {
    const digit = (probeLabels(run)[sample] ?? sample) % 10;
    if (layer === 0) return [classPictures(10, width, new Array(10).fill(1)).values.slice(digit * width * height)];
    const all = channelPictures(digit, channelCount, [height, width], options.dead?.[layer] ?? [], 1).values;
    return channels.map((channel) => all.slice(channel * width * height));
  });
  const values = new Float32Array(parts.length * width * height);
  parts.forEach((part, i) => values.set(part.subarray(0, width * height), i * width * height));
  const maximum = values.reduce((most, value) => Math.max(most, value), 0);
  return { width, height, planes: 1, count: parts.length, values, minimum: 0, maximum, n: parts.map(() => 1) };
}

/** Repeatable noise in −1…1. */
function wobble(...seeds: number[]): number {
  const x = Math.sin(seeds.reduce((sum, seed, i) => sum + seed * (12.9898 + 41.23 * i), 1)) * 43758.5453;
  return 2 * (x - Math.floor(x)) - 1;
}

function answer(run: RunDescription, options: ExampleHostOptions, request: MeasureRequest): MeasureResult {
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

function report(run: RunDescription, options: ExampleHostOptions, layer: number): LayerReport {
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
