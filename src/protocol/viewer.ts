/**
 * What a view may ask of its host – the extension, or the server behind `cnnslicer view`. Bulk is
 * reduced to what a screen can show before it crosses, as typed arrays.
 */
import * as v from 'valibot';
import {
  MEASURES,
  MeasureOptionsSchema,
  type Estimate,
  type LayerReport,
  type MeasureRequest,
  type MeasureResult,
} from './measure.js';
import { AblationInputs, type AblationContract } from './ablation.js';
import { StatesQuestion, StrongestQuestion, type ChannelStates, type StrongestSamples } from './channelDetails.js';
import { CompareChoice, CompareInputs, type CompareContract } from './compare.js';
import { ControlInputs, type ControlContract } from './control.js';
import { DeconvnetQuestion, type DeconvnetResult } from './deconvnet.js';
import { InformationChoice } from './information.js';
import { NetworkChoice, NetworkInputs, type NetworkContract } from './network.js';
import type { RunDescription } from './run.js';
import { TrainingInputs, type TrainingContract } from './trainingRuns.js';

const text = v.pipe(v.string(), v.maxLength(4096));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** As many as a request for single maps may name. */
export const MOST_FEATURE_MAPS = 1024;
const fewCounts = v.pipe(v.array(count), v.minLength(1), v.maxLength(MOST_FEATURE_MAPS));

const Measure = v.object({ query: text, measure: v.picklist(MEASURES), options: v.optional(MeasureOptionsSchema) });

/** A stack of equally large small pictures, row-major, one or three values a pixel. */
export interface PictureStack {
  readonly width: number;
  readonly height: number;
  readonly planes: 1 | 3;
  readonly count: number;
  /** count × height × width × planes */
  readonly values: Float32Array;
  /** What black and white (or the ends of a scale) stand for. */
  readonly minimum: number;
  readonly maximum: number;
  /** Samples averaged in each picture; 0 draws as "no value". */
  readonly n: readonly number[];
}

export const ViewerInputs = {
  describe: v.object({}),
  report: v.object({ epoch: v.nullable(count) }),
  estimate: Measure,
  measure: Measure,
  classMeans: v.object({}),
  channelMeans: v.object({ query: text, epoch: count }),
  featureMaps: v.object({ layer: count, epoch: count, channels: fewCounts, samples: fewCounts }),
  probeLabels: v.object({}),
  deconvnet: DeconvnetQuestion,
  strongestSamples: StrongestQuestion,
  channelStates: StatesQuestion,
  ...AblationInputs,
  ...NetworkInputs,
  ...TrainingInputs,
  ...CompareInputs,
  ...ControlInputs,
  runMeasure: v.object({ run: text, request: Measure }),
  openSource: v.object({ layer: count }),
  saveFile: v.object({
    name: text,
    mediaType: text,
    text: v.pipe(v.string(), v.maxLength(64 * 2 ** 20)),
    encoding: v.optional(v.picklist(['utf8', 'base64'])),
  }),
} satisfies { [M in keyof ViewerContract]: v.GenericSchema<unknown, ViewerContract[M]['input']> };

/** What single views ask, each in a file of its own. */
type ContractsOfViews = AblationContract & CompareContract & ControlContract & NetworkContract & TrainingContract;

export type ViewerContract = ContractsOfViews & {
  describe: { input: Record<string, never>; output: RunDescription };
  /** The table of layers at an epoch (null: the last whole one). */
  report: { input: { epoch: number | null }; output: readonly LayerReport[] };
  estimate: { input: MeasureRequest; output: Estimate };
  measure: { input: MeasureRequest; output: MeasureResult };
  /** Mean input of each class. */
  classMeans: { input: Record<string, never>; output: PictureStack };
  /** Mean map of each channel of the query's first layer at an epoch, over the query's samples. */
  channelMeans: { input: { query: string; epoch: number }; output: PictureStack };
  /**
   * One picture for each sample and channel, samples first: picture `s * channels.length + c`, at most
   * MOST_FEATURE_MAPS of them. Inputs of three channels, when all three are named, come as colours.
   */
  featureMaps: {
    input: { layer: number; epoch: number; channels: readonly number[]; samples: readonly number[] };
    output: PictureStack;
  };
  /** Class of each probe whose maps are kept, by sample number; −1 where unknown, empty without classes. */
  probeLabels: { input: Record<string, never>; output: readonly number[] };
  /** One channel's map, or a unit of it, projected back to the input: for each sample one picture. */
  deconvnet: { input: DeconvnetQuestion; output: DeconvnetResult };
  /** The samples, of those whose maps are kept, that a channel answers most strongly. */
  strongestSamples: { input: StrongestQuestion; output: StrongestSamples };
  /** Dead and saturated channels of a layer at every epoch. */
  channelStates: { input: StatesQuestion; output: ChannelStates };
  /** A measure of another run of the same group, by its id. */
  runMeasure: { input: { run: string; request: MeasureRequest }; output: MeasureResult };
  /** Inputs of probes, in colours where they have three channels. */
  probePictures: { input: { run: string | null; samples: readonly number[] }; output: PictureStack };
  /** Shows the line that defines the layer. */
  openSource: { input: { layer: number }; output: null };
  /** `encoding` says how `text` holds the file's bytes: "utf8" (the default), or "base64" for a PNG. */
  saveFile: {
    input: { name: string; mediaType: string; text: string; encoding?: 'utf8' | 'base64' | undefined };
    output: null;
  };
};

/** What the host may tell a view without being asked. */
export const HostEvent = v.variant('type', [
  v.object({ type: v.literal('run-changed') }),
  v.object({ type: v.literal('show'), state: v.unknown() }),
]);
export type HostEvent = v.InferOutput<typeof HostEvent>;

export const VIEWS = ['query', 'training', 'layers', 'channels', 'network', 'information', 'compare'] as const;

/** As many as one chart can tell apart. */
export const MOST_PINNED_CLASSES = 10;

/** As many as can be compared at a glance. */
export const MOST_PINNED_CHANNELS = 24;
export const MOST_EPOCHS_BESIDE = 8;

/** What the channel view shows: two layers beside each other, one of them and its channel in full. */
export const ChannelChoice = v.object({
  left: count,
  right: count,
  layer: count,
  channel: count,
  /** Begin the axes at epoch 1: entropies before training are far above all others. */
  fromFirst: v.boolean(),
  /** Which maps are in sight; absent until a person chooses. */
  maps: v.optional(
    v.object({
      /** "classes" (one of each), "strongest", "class 3", or numbers: "4, 8, 15". */
      samples: v.pipe(v.string(), v.maxLength(256)),
      /** What of each map goes back to the input; "3.12" is the unit at row 3, column 12. */
      unit: v.pipe(v.string(), v.regex(/^(strongest|map|none|\d{1,5}(\.\d{1,5}){0,2})$/)),
      /** A row for each of several epochs, and not only for the chosen one. */
      overEpochs: v.boolean(),
      /** Which ones, where they are not just spread over the recording: those before and after an event. */
      epochs: v.optional(v.pipe(v.array(count), v.minLength(1), v.maxLength(MOST_EPOCHS_BESIDE))),
    }),
  ),
});
export type ChannelChoice = v.InferOutput<typeof ChannelChoice>;

/** How the channels of an axis are ordered: by a value along the other axis, or neighbours alike. */
export const AXIS_ORDERS = ['maximum', 'mean', 'index', 'cluster'] as const;

/** What the layer view shows: the channels of A, to the right, against those of B, upwards. */
export const LayerPair = v.object({
  a: count,
  b: count,
  /** Of A's channels, and of B's unless `orderB` says otherwise. */
  order: v.picklist(AXIS_ORDERS),
  orderB: v.optional(v.picklist(AXIS_ORDERS)),
  /** Whose values both orders go by; absent while it is the epoch in sight. */
  orderEpoch: v.optional(count),
  /** Hatch the cells that are no higher than chance. */
  masked: v.boolean(),
  /** Each epoch has a colour scale of its own; else all epochs share one. */
  ownScale: v.optional(v.boolean()),
  /** Epochs side by side; absent until a person chooses them. */
  epochs: v.optional(v.pipe(v.array(count), v.maxLength(MOST_EPOCHS_BESIDE))),
  /** A channel of each side, by number; absent until a person chooses a cell. */
  cell: v.optional(v.object({ a: count, b: count })),
  /** Filters whose maps are compared. */
  pinned: v.optional(v.pipe(v.array(v.object({ layer: count, channel: count })), v.maxLength(MOST_PINNED_CHANNELS))),
});
export type LayerPair = v.InferOutput<typeof LayerPair>;

/** What the training view counts: which probes, as samples or as per cent of their label, of which run. */
export const TrainingChoice = v.object({
  split: v.picklist(['all', 'validation', 'train']),
  cells: v.picklist(['counts', 'rates']),
  /** Another run of the group, by its id; absent for the run that the view was opened on. */
  run: v.optional(text),
  /** The cell whose samples are shown. */
  cell: v.optional(v.object({ label: count, prediction: count })),
});
export type TrainingChoice = v.InferOutput<typeof TrainingChoice>;

/** What is selected in all views together; null where nothing is. */
export const Selected = v.object({
  layer: v.nullable(count),
  channel: v.nullable(count),
  /** A probe, by its number. */
  sample: v.nullable(count),
});
export type Selected = v.InferOutput<typeof Selected>;

/** What a person chose; survives a reload and is a link. Everything else is derived. */
export const ViewState = v.object({
  view: v.fallback(v.picklist(VIEWS), 'query'),
  query: v.fallback(text, 'dCNN(-, -, -, -)'),
  measure: v.fallback(v.picklist(MEASURES), 'inter'),
  epoch: v.fallback(v.nullable(count), null),
  /** Classes that stand out in every view; absent until a person pins or unpins one. */
  classes: v.fallback(v.optional(v.pipe(v.array(count), v.maxLength(MOST_PINNED_CLASSES))), undefined),
  /** Absent until a person selects a layer, a channel or a sample. */
  selected: v.fallback(v.optional(Selected), undefined),
  /** Absent while all probes are counted. */
  training: v.fallback(v.optional(TrainingChoice), undefined),
  /** Absent until a person looks at other channels than those that the view begins with. */
  channels: v.fallback(v.optional(ChannelChoice), undefined),
  /** Absent until a person looks at other layers than those that the view begins with. */
  layers: v.fallback(v.optional(LayerPair), undefined),
  /** Absent while the network view is as it begins. */
  network: v.fallback(v.optional(NetworkChoice), undefined),
  /** Absent until a person chooses what to compare with. */
  compare: v.fallback(v.optional(CompareChoice), undefined),
  /** Absent while the information view is as it begins. */
  information: v.fallback(v.optional(InformationChoice), undefined),
});
export type ViewState = v.InferOutput<typeof ViewState>;
