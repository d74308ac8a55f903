/**
 * What the lead thread asks of the threads that compute ("hands"). Bulk stays in shared memory: tasks
 * carry addresses. Every task can be repeated: it writes only to regions that are its own.
 */
import type { PairCodes, SampleRuns } from '../kernelHost/distancePairs.js';
import type { PlacedGram, SampleGroups } from '../kernelHost/gramSums.js';
import type { ChosenPairs, PairMatrix } from '../kernelHost/pairMatrix.js';
import type { InterSampleJob, InterSampleResult } from '../kernelHost/interSampleJob.js';
import type { InformationNumbers, InformationOptions } from '../measures/layerInformation.js';
import type { GramSums } from '../measures/centredKernelAlignment.js';
import type { Band } from '../measures/matrixStatistics.js';
import type { ChannelMoments } from '../measures/redundancy.js';
import type { ValueCounts, ValueRange } from '../measures/sliceEntropy.js';
import type { LayerClusters, LayerPairEdges } from '../../protocol/network.js';
import type { TopPlace } from '../network/topPlaces.js';
import type { AblationTask } from './ablationInHand.js';
import type { AlteredProbes, ControlAnswers, ControlTask } from './controlInHand.js';
import type { DeconvnetOfSample, DeconvnetTask } from './deconvnetInHand.js';
import type { SlotHandle } from './memorySlots.js';
import type { ClusterTask, EdgeTask, TopTask } from './networkTasks.js';

/** A run as it was when the lead opened it; another tag means open it again. */
export interface RunReference {
  readonly folder: string;
  readonly tag: string;
}

export interface SliceReference {
  readonly run: RunReference;
  readonly layer: number;
  readonly epoch: number;
  readonly samples: readonly number[];
  readonly channels: readonly number[];
}

export interface ReadMapsTask extends SliceReference {
  readonly target: SlotHandle;
  /** Where (sample, channel, ...map) begins, float32. */
  readonly address: number;
}

/** Maps (sample, channel, mapLength) at `address`, and where free memory begins for what is computed. */
export interface MapsInMemory {
  readonly target: SlotHandle;
  readonly address: number;
  readonly scratch: number;
  readonly sampleCount: number;
  readonly channelCount: number;
  readonly mapLength: number;
}

export interface IntraTask extends MapsInMemory {
  readonly bins: number;
  /** (channel, 2) to bin over; null for each map's own range. */
  readonly ranges: Float32Array | null;
}

export type InterStep = 'prepare' | 'search' | 'refine' | 'finish';

export interface InterTask {
  readonly target: SlotHandle;
  readonly scratch: number;
  readonly job: InterSampleJob;
  /** Address of an int32 that is not 0 once nobody wants the result. */
  readonly stop: number;
  readonly steps: readonly InterStep[];
  readonly part: number;
}

export interface MeanMapsTask extends SliceReference {
  readonly mapLength: number;
  /** Group of each sample, −1 for none. */
  readonly groups: Int32Array;
  readonly groupCount: number;
}

interface InScratch {
  readonly target: SlotHandle;
  /** From here on the kernel may allocate; its own as long as the task runs. */
  readonly scratch: number;
}

export interface PairCodesTask extends InScratch {
  readonly runs: SampleRuns;
  /** `squaresBytes` of this task's own, or filled before by squarePairs. */
  readonly squares: number;
  readonly codes: readonly PairCodes[];
}

export interface SquarePairsTask extends InScratch {
  readonly runs: SampleRuns;
  readonly rows: readonly [from: number, to: number];
  readonly squares: number;
}

export interface SumPairsTask extends InScratch {
  readonly kind: 'distance' | 'product';
  readonly runs: SampleRuns;
  readonly rows: readonly [from: number, to: number];
  readonly sums: number;
}

export interface TakeChosenTask extends InScratch {
  readonly n: number;
  readonly pairs: ChosenPairs;
  readonly from: readonly number[];
  readonly to: readonly number[];
  /** 4 bytes a chosen pair. */
  readonly region: number;
}

export interface InformationTask extends MapsInMemory {
  /** Class of each sample; null where any has none. */
  readonly labels: Int32Array | null;
  /** Address of the pairs' squared distances; 0 where they are not needed. */
  readonly squares: number;
  readonly options: InformationOptions;
  /** Each channel's spatial mean by itself, and not the layer as a whole. */
  readonly units: boolean;
  /** With `units`: KSG of all pairs of them. */
  readonly pairs: boolean;
}

export interface UnitPair {
  readonly a: number;
  readonly b: number;
  readonly bits: number;
  readonly null: Band | null;
}

export interface GramRowsTask extends InScratch {
  readonly gram: PlacedGram;
  readonly groups: SampleGroups;
}

export interface GramSumsTask extends InScratch {
  readonly a: PlacedGram;
  readonly others: readonly PlacedGram[];
  readonly groups: SampleGroups;
}

export type HandContract = {
  /** One for the layer, or one a channel. */
  layerInformation: {
    input: InformationTask;
    output: { readonly values: InformationNumbers[]; readonly pairs: UnitPair[] };
  };
  /** Row sums of a Gram matrix, to where they have their place. */
  gramRows: { input: GramRowsTask; output: null };
  /** What the criterion of a with each other matrix is made of, of all samples and without each group. */
  gramSums: { input: GramSumsTask; output: GramSums[] };
  /** Codes of the distances of all pairs over all runs. */
  pairCodes: { input: PairCodesTask; output: null };
  /** Squared distances in float32 of the pairs of some rows, and then their codes. */
  squarePairs: { input: SquarePairsTask; output: null };
  quantisePairs: { input: PairCodesTask; output: null };
  /** Squared distances or products of the pairs of some rows, over all runs, in float64. */
  sumPairs: { input: SumPairsTask; output: null };
  /** The codes of some pairs alone. */
  takeChosen: { input: TakeChosenTask; output: null };
  /** Correlations of channels and their spatial means; all values finite. */
  channelMoments: { input: MapsInMemory; output: ChannelMoments };
  /** Of the slice's finite values. */
  valueRange: { input: SliceReference; output: ValueRange };
  valueCounts: { input: SliceReference & { readonly range: ValueRange; readonly bins: number }; output: ValueCounts };
  pairMatrix: { input: InScratch & { readonly matrix: PairMatrix }; output: Float64Array };
  /** Positions in `samples` of those with a NaN or ±Inf. */
  readMaps: { input: ReadMapsTask; output: readonly number[] };
  /** Entropy of every map (sample, channel) in bits; NaN where a value is not finite. */
  intra: { input: IntraTask; output: Float64Array };
  /** Minimum and maximum of each channel's finite values (channel, 2). */
  channelRanges: { input: MapsInMemory; output: Float32Array };
  /** (set + 1, sample): classes, first those without ablation. */
  ablation: { input: AblationTask; output: Int32Array };
  deconvnet: { input: DeconvnetTask; output: DeconvnetOfSample };
  /** Largest value of each map (sample, channel); NaN where it has no number. */
  mapMaxima: { input: SliceReference; output: Float64Array };
  /** Means of finite values (group, channel, mapLength), NaN where there is none, and samples by group. */
  meanMaps: { input: MeanMapsTask; output: { means: Float32Array; counts: number[] } };
  /** Steps of a job in their order; the result when `finish` is the last of them. */
  inter: { input: InterTask; output: InterSampleResult | null };
  /** Positions of the rows with a NaN or ±Inf. */
  nonFiniteRows: {
    input: { target: SlotHandle; address: number; rowCount: number; d: number };
    output: readonly number[];
  };
  /** Standard normal numbers, the same for the same seed. */
  fillNoise: { input: { target: SlotHandle; address: number; length: number; seed: number }; output: null };
  /** The network view: channels of a layer in clusters, edges into a layer, top activations by channel. */
  clusterLayer: { input: ClusterTask; output: LayerClusters };
  clusterEdges: { input: EdgeTask; output: LayerPairEdges[] };
  topActivations: { input: TopTask; output: TopPlace[][] };
  /** The network on altered probes: values of layers to memory, answers back. */
  control: { input: ControlTask; output: ControlAnswers };
  controlPictures: { input: AlteredProbes; output: Float32Array };
  /** A fingerprint of the run's probes. */
  probeDigest: { input: { readonly run: RunReference }; output: string };
  forgetMemory: { input: { slot: number }; output: null };
};
