/**
 * What tasks for compute threads are made of; computeTasks.ts lists the tasks. Bulk stays in shared memory: tasks carry
 * addresses. Every task can be repeated: it writes only to regions that are its own.
 */
import type { PairCodes, SampleRuns } from '../kernelHost/distancePairs.js';
import type { PlacedGram, SampleGroups } from '../kernelHost/gramSums.js';
import type { ChosenPairs, PairMatrix } from '../kernelHost/pairMatrix.js';
import type { InterSampleJob } from '../kernelHost/interSample/job.js';
import type { InformationNumbers, InformationOptions } from '../measures/layerInformation.js';
import type { Band } from '../measures/matrixStatistics.js';
import type { ValueRange } from '../measures/sliceEntropy.js';
import type { BlockHandle } from '../memory/memoryBlocks.js';
import type { RunReference } from '../run/openedRun.js';

export interface SliceReference {
  readonly run: RunReference;
  readonly layer: number;
  readonly epoch: number;
  readonly samples: readonly number[];
  readonly channels: readonly number[];
}

export interface ReadMapsTask extends SliceReference {
  readonly target: BlockHandle;
  /** Where (sample, channel, ...map) begins, float32. */
  readonly address: number;
}

/** Maps (sample, channel, mapLength) at `address`, and where free memory begins for what is computed. */
export interface MapsInMemory {
  readonly target: BlockHandle;
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

export type InterStep = 'prepare' | 'shorten' | 'search' | 'refine' | 'finish';

export interface InterTask {
  readonly target: BlockHandle;
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
  readonly target: BlockHandle;
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

/** One for the layer, or one a channel. */
export interface InformationFound {
  readonly values: InformationNumbers[];
  readonly pairs: UnitPair[];
}

export interface ValueCountsTask extends SliceReference {
  readonly range: ValueRange;
  readonly bins: number;
}

/** Means of finite values (group, channel, mapLength), NaN where there is none, and samples by group. */
export interface ClassMeans {
  readonly means: Float32Array;
  readonly counts: number[];
}

export interface PairMatrixTask extends InScratch {
  readonly matrix: PairMatrix;
}

/** Rows (rowCount, d) at an address. */
export interface RowsTask {
  readonly target: BlockHandle;
  readonly address: number;
  readonly rowCount: number;
  readonly d: number;
}

export interface NoiseTask {
  readonly target: BlockHandle;
  readonly address: number;
  readonly length: number;
  readonly seed: number;
}
