/** What the engine asks of its lead thread, and what a lead thread is started with. */
import type {
  CkaResult,
  DistanceMiResult,
  Estimate,
  InterValue,
  LayerMiResult,
  LayerReport,
  MeasureOptions,
  MeasureRequest,
  MeasureResult,
} from '../../protocol/measure.js';
import type { Comparison } from '../../protocol/compare.js';
import type { NetworkContract } from '../../protocol/network.js';
import type { PictureStack, ViewerContract } from '../../protocol/viewer.js';
import type { SharedMemory } from '../kernelHost/webAssembly.js';
import type { ArrayPart } from './arrayInformation.js';
import type { IntraArrayResult, IntraArrayShape } from './arrayMeasures.js';

/** Float32 values that the caller has put at the first address that `KernelMemory` gives out. */
export interface ArrayInMemory {
  readonly memory: SharedMemory;
  readonly length: number;
}

export interface ArraysInput {
  readonly array: ArrayInMemory;
  readonly n: number;
  readonly parts: readonly ArrayPart[];
  readonly options: MeasureOptions;
}

/** What a view asks, of the run in a folder. */
type FromRun<M extends keyof ViewerContract> = {
  input: { folder: string } & ViewerContract[M]['input'];
  output: ViewerContract[M]['output'];
};

export interface StateInFolder {
  readonly folder: string;
  readonly epoch: number | null;
}

export type LeadContract = {
  measure: { input: { folder: string; request: MeasureRequest }; output: MeasureResult };
  estimate: { input: { folder: string; request: MeasureRequest }; output: Estimate };
  report: { input: { folder: string; epoch: number | null }; output: readonly LayerReport[] };
  classMeans: { input: { folder: string }; output: PictureStack };
  channelMeans: { input: { folder: string; query: string; epoch: number }; output: PictureStack };
  featureMaps: { input: { folder: string } & ViewerContract['featureMaps']['input']; output: PictureStack };
  ablation: FromRun<'ablation'>;
  deconvnet: FromRun<'deconvnet'>;
  strongestSamples: FromRun<'strongestSamples'>;
  channelStates: FromRun<'channelStates'>;
  network: {
    input: { folder: string } & NetworkContract['network']['input'];
    output: NetworkContract['network']['output'];
  };
  networkPatches: {
    input: { folder: string } & NetworkContract['networkPatches']['input'];
    output: NetworkContract['networkPatches']['output'];
  };
  /** Two recorded states against each other; `epoch` null is the last whole one. */
  compare: { input: { from: StateInFolder; to: StateInFolder }; output: Comparison };
  control: FromRun<'control'>;
  interOfArray: {
    input: { array: ArrayInMemory; n: number; d: number; options: MeasureOptions };
    output: InterValue;
  };
  /** Arrays one after another, each (n, channelCount, mapLength); the first and the last are A and B. */
  distanceMiOfArrays: { input: ArraysInput; output: DistanceMiResult };
  layerMiOfArray: {
    input: { array: ArrayInMemory; n: number; d: number; labels: Int32Array | null; options: MeasureOptions };
    output: LayerMiResult;
  };
  ckaOfArrays: { input: ArraysInput; output: CkaResult };
  intraOfArray: { input: { array: ArrayInMemory; shape: IntraArrayShape }; output: IntraArrayResult };
};

export interface LeadData {
  readonly role: 'lead';
  /** The bundle that threads run: this very file. */
  readonly workerFile: string;
  readonly kernelsFolder: string;
  readonly threads: number;
  readonly memoryLimitBytes: number;
  /** Whether results are written to the runs' cache folders. */
  readonly keepsResults: boolean;
}
