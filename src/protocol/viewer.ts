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
import { CompareInputs, type CompareContract } from './compare.js';
import { ConfusionInputs, type ConfusionContract } from './confusion.js';
import { ControlInputs, type ControlContract } from './control.js';
import { DeconvnetQuestion, type DeconvnetResult } from './deconvnet.js';
import { NetworkInputs, type NetworkContract } from './network.js';
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
  measure: v.object({ ...Measure.entries, run: v.optional(v.nullable(text)) }),
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
  ...ConfusionInputs,
  ...ControlInputs,
  openSource: v.object({ layer: count }),
  saveFile: v.object({
    name: text,
    mediaType: text,
    text: v.pipe(v.string(), v.maxLength(64 * 2 ** 20)),
    encoding: v.optional(v.picklist(['utf8', 'base64'])),
  }),
} satisfies { [M in keyof ViewerContract]: v.GenericSchema<unknown, ViewerContract[M]['input']> };

/** What single views ask, each in a file of its own. */
type ContractsOfViews = AblationContract &
  CompareContract &
  ConfusionContract &
  ControlContract &
  NetworkContract &
  TrainingContract;

export type ViewerContract = ContractsOfViews & {
  describe: { input: Record<string, never>; output: RunDescription };
  /** The table of layers at an epoch (null: the last whole one). */
  report: { input: { epoch: number | null }; output: readonly LayerReport[] };
  estimate: { input: MeasureRequest; output: Estimate };
  /** `run`: another run of the same group, by its id. */
  measure: { input: MeasureRequest & { run?: string | null | undefined }; output: MeasureResult };
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
