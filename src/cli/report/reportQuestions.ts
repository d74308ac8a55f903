/**
 * What a report answers: what the views ask for at first, at every epoch where an epoch can be chosen, most wanted
 * first, since a report has a size. Some questions follow from answers; a question is written as its view writes it.
 */
import type { CompareCandidate } from '../../protocol/compare.js';
import {
  FIRST_CHOICE,
  SHOWN_CORRELATION,
  courseOptions,
  measuredLayers,
  queryText,
  thinned,
  unitLayers,
  unitOptions,
} from '../../protocol/informationQuestions.js';
import { keptSampleCount } from '../../protocol/keptMaps.js';
import type { Layer, RunDescription } from '../../protocol/run.js';
import { printQuery } from '../../protocol/queryText.js';
import { ALL, WHOLE_CUBE, type Query } from '../../protocol/query.js';
import type { ViewerContract } from '../../protocol/viewer.js';

export interface ReportQuestion {
  readonly method: keyof ViewerContract & string;
  readonly input: unknown;
  /** May take long: asked only where its estimate allows. */
  readonly isCostly?: boolean;
  /** What of the answer belongs into a report. */
  readonly keep?: (value: unknown) => unknown;
}

/** Samples of a row of maps, patches of a card: as the views have them. */
const SAMPLES_A_ROW = 10;
const SAMPLES_OF_FILTERS = 8;
const PATCHES_EACH = 8;
/** Channels of a layer whose maps and patches are kept. */
const MOST_CHANNELS = 64;
const PERMUTATIONS = 19;

export function reportQuestions(run: RunDescription, labels: readonly number[]): ReportQuestion[] {
  const { layers } = run.manifest;
  const epochs = run.summary.epochs;
  const last = epochs.at(-1);
  const once = [...ofTheRun(), ...layers.slice(1).map((layer) => measure(sliceOf(layer), 'intra'))];
  if (last === undefined) return once;
  const mapped = layers.filter(({ index, mapShape }) => index > 0 && mapShape.length > 0);
  const [a, b] = firstPair(layers);
  const latestFirst = [...epochs].reverse();
  return [
    ...once,
    ...interOf(a, 0),
    ...latestFirst.flatMap((epoch) => ofEpoch(epoch, a, b)),
    measure(sliceOf(a, last), 'distance-mi', { of: 'channels', other: b.name, permutations: PERMUTATIONS }, true),
    ...layers.map(({ index }) => ({ method: 'channelStates' as const, input: { layer: index } })).slice(1),
    ...mapsOf(run, labels, [a, b], latestFirst),
    ...mapsOf(
      run,
      labels,
      mapped.filter((layer) => layer !== a && layer !== b),
      [last],
    ),
    ...mapped.filter(({ weights }) => weights.length > 0).map((layer) => patchesOf(layer, last)),
    ...comparisons(epochs),
    ...courses(layers, epochs),
    ...informationAt(last, layers),
    ...layers.filter((layer) => layer.index > 0 && layer !== a).flatMap((layer) => interOf(layer)),
    measure(
      printQuery({ ...WHOLE_CUBE, epochs: at(last) }),
      'distance-mi',
      { of: 'layers', permutations: PERMUTATIONS },
      true,
    ),
  ];
}

function ofTheRun(): ReportQuestion[] {
  const whole = printQuery(WHOLE_CUBE);
  return [
    { method: 'probeLabels', input: {} },
    { method: 'groupRuns', input: {} },
    { method: 'trainingEntropy', input: { run: null } },
    { method: 'report', input: { epoch: null } },
    { method: 'classMeans', input: {} },
    measure(whole, 'metrics'),
    measure(whole, 'label'),
  ];
}

/** What moves with the slider: mean maps, distances of layers and of the first pair, the network. */
function ofEpoch(epoch: number, a: Layer, b: Layer): ReportQuestion[] {
  return [
    { method: 'channelMeans', input: { query: sliceOf(a, epoch), epoch } },
    measure(sliceOf(a, epoch), 'distance-mi', { of: 'channels', other: b.name }, true),
    measure(printQuery({ ...WHOLE_CUBE, epochs: at(epoch) }), 'distance-mi', { of: 'layers' }, true),
    { method: 'network', input: { epoch, counts: [], moves: [], strongest: 0.5 } },
  ];
}

/** Its epochs against its last one: other runs are not in a report of this one. */
function comparisons(epochs: readonly number[]): ReportQuestion[] {
  const to = { run: null, epoch: epochs.at(-1) };
  return [
    { method: 'compareCandidates', input: {}, keep: ownCandidate },
    ...epochs.map((epoch) => ({ method: 'compare' as const, input: { from: { run: null, epoch }, to } })),
  ];
}

const ownCandidate = (value: unknown): unknown => (value as readonly CompareCandidate[]).filter(({ own }) => own);

/** Of one epoch the information view shows single units, pairs of them, and how alike layers are. */
function informationAt(epoch: number, layers: readonly Layer[]): ReportQuestion[] {
  const alike = queryText([0, ...measuredLayers(layers).map(({ index }) => index)], [epoch]);
  const units = unitLayers(layers).map(({ index }) => index);
  const ofUnits = queryText(units, [epoch]);
  return [
    measure(alike, 'cka', { between: 'layers' }, true),
    ...(units.length > 0
      ? [
          measure(ofUnits, 'layer-mi', unitOptions(FIRST_CHOICE), true),
          measure(ofUnits, 'redundancy', { correlation: SHOWN_CORRELATION }, true),
        ]
      : []),
  ];
}

/** What layers know of label and input. */
function courses(layers: readonly Layer[], epochs: readonly number[]): ReportQuestion[] {
  const options = courseOptions(FIRST_CHOICE);
  return measuredLayers(layers).map(({ index }) =>
    measure(queryText([index], thinned(epochs)), 'layer-mi', options, true),
  );
}

function interOf(layer: Layer, first?: number): ReportQuestion[] {
  const options = { noise: true, interval: true };
  const asked = [measure(sliceOf(layer), 'inter', options, true)];
  return first === undefined ? asked : [measure(`dCNN(-, 0, -, ${first})`, 'inter', options, true), ...asked];
}

/** Inputs and maps of the samples that views show first: one of each class, and the first few. */
function mapsOf(
  run: RunDescription,
  labels: readonly number[],
  layers: readonly Layer[],
  epochs: readonly number[],
): ReportQuestion[] {
  const { manifest } = run;
  const kept = Math.max(0, ...layers.map(({ index }) => keptSampleCount(manifest, index)));
  if (kept === 0) return [];
  const ofClasses = oneOfEach(labels, kept);
  const first = upTo(Math.min(SAMPLES_OF_FILTERS, kept));
  const both = [...new Set([...ofClasses, ...first])].sort((x, y) => x - y);
  const [inputs] = manifest.layers;
  const colours = upTo(inputs!.channelCount);
  return [
    ...[ofClasses, first].map((samples) => featureMaps(inputs!, 0, colours, samples)),
    ...epochs.flatMap((epoch) =>
      layers.flatMap((layer) => [
        ...(layer.mapShape.length > 0 ? [featureMaps(layer, epoch, channelsOf(layer), both)] : []),
        ...(layer === layers.at(-1) ? [deconvnet(layer, epoch, ofClasses)] : []),
      ]),
    ),
  ];
}

function featureMaps(
  layer: Layer,
  epoch: number,
  channels: readonly number[],
  samples: readonly number[],
): ReportQuestion {
  return { method: 'featureMaps', input: { layer: layer.index, epoch, channels, samples } };
}

function deconvnet(layer: Layer, epoch: number, samples: readonly number[]): ReportQuestion {
  return { method: 'deconvnet', input: { layer: layer.index, channel: 0, epoch, samples, unit: 'strongest' } };
}

function patchesOf(layer: Layer, epoch: number): ReportQuestion {
  return {
    method: 'networkPatches',
    input: { layer: layer.index, epoch, channels: channelsOf(layer), each: PATCHES_EACH, classIndex: null },
  };
}

/** The first sample of each class, as a row of maps begins with; the first ones where there are no classes. */
function oneOfEach(labels: readonly number[], kept: number): number[] {
  if (labels.length === 0) return upTo(Math.min(SAMPLES_A_ROW, kept));
  const classes = [...new Set(labels)].filter((label) => label >= 0).sort((a, b) => a - b);
  return classes
    .slice(0, SAMPLES_A_ROW)
    .map((label) => labels.indexOf(label))
    .filter((sample) => sample < kept);
}

/** The pair that the layer view begins with: the first two convolutions, else the first two layers. */
function firstPair(layers: readonly Layer[]): [Layer, Layer] {
  const convolutions = layers.filter(({ kind }) => kind === 'conv');
  const hidden = layers.filter(({ kind }) => kind !== 'input');
  const [a = layers[0]!, b = a] =
    convolutions.length > 1 ? convolutions : [...convolutions, ...hidden.filter((one) => one !== convolutions[0])];
  return [a, b];
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

const channelsOf = ({ channelCount }: Layer): number[] => upTo(Math.min(MOST_CHANNELS, channelCount));

const at = (epoch: number): Query['epochs'] => ({ kind: 'ranges', ranges: [[epoch, epoch]] });

/** A layer by its name, as the query view writes it. */
function sliceOf({ name }: Layer, epoch?: number): string {
  const layers: Query['layers'] = { kind: 'layers', items: [{ kind: 'name', name }] };
  return printQuery({ ...WHOLE_CUBE, layers, epochs: epoch === undefined ? ALL : at(epoch) });
}

function measure(query: string, name: string, options?: object, isCostly = false): ReportQuestion {
  return { method: 'measure', input: { query, measure: name, ...(options ? { options } : {}) }, isCostly };
}
