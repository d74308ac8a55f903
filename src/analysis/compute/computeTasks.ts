/**
 * Every task that a compute thread performs, and by that the contract between the coordinator and compute threads: a
 * task is added here and nowhere else.
 */
import type { RunReader } from '../../store/format/runAccess.js';
import { intrinsicDimension } from '../measures/intrinsicDimension.js';
import { fillStandardNormal } from '../measures/standardNormal.js';
import { ablationTask } from './ablationTask.js';
import { controlTask, controlPictures } from './controlTask.js';
import { deconvnetTask } from './deconvnetTask.js';
import type { RunReference } from '../run/openedRun.js';
import type * as Task from './taskInputs.js';
import type { ThreadKernels } from './threadKernels.js';
import type { BlockHandle } from '../memory/memoryBlocks.js';
import { clusterTask, edgeTask, topTask } from './networkTasks.js';
import { probeDigest } from './probeDigest.js';
import { mapMaxima, meanMaps, readMaps, spatialMeans, valueCounts, valueRange } from './readTasks.js';

/** Finite rows (n, d) and the squared distances of their pairs, at addresses. */
interface PairsOfRows {
  readonly target: BlockHandle;
  readonly address: number;
  readonly n: number;
  readonly d: number;
  readonly squares: number;
  readonly interval: boolean;
}

type Tasks = ReturnType<typeof computeTasks>;

export type TaskContract = {
  [M in keyof Tasks]: { input: Parameters<Tasks[M]>[0]; output: Awaited<ReturnType<Tasks[M]>> };
};

export function computeTasks(kernels: ThreadKernels, open: (run: RunReference) => Promise<RunReader>) {
  /** Of the run that the task names. */
  function ofRun<I extends { readonly run: RunReference }, O>(work: (reader: RunReader, input: I) => O | Promise<O>) {
    return async (input: I): Promise<O> => work(await open(input.run), input);
  }
  return {
    /** Reads to memory; positions in `samples` of those with a NaN or ±Inf. */
    readMaps: ofRun(async (reader, input: Task.ReadMapsTask): Promise<readonly number[]> => {
      const [rowCount, d] = await readMaps(reader, input);
      return kernels.nonFiniteRows(input.target, input.address, rowCount, d);
    }),
    /** Means of finite values by group. */
    meanMaps: ofRun(meanMaps),
    /** Largest value of each map (sample, channel); NaN where it has no number. */
    mapMaxima: ofRun(mapMaxima),
    spatialMeans: ofRun(spatialMeans),
    /** Of the slice's finite values. */
    valueRange: ofRun(valueRange),
    valueCounts: ofRun(valueCounts),
    /** A fingerprint of the run's probes. */
    probeDigest: async ({ run }: { readonly run: RunReference }) => probeDigest(await open(run)),
    /** (set + 1, sample): classes, first those without ablation. */
    ablation: ofRun(ablationTask),
    deconvnet: ofRun(deconvnetTask),
    /** The network on altered probes: values of layers to memory, answers back. */
    control: ofRun(controlTask),
    controlPictures: ofRun(controlPictures),
    /** The network view: channels of a layer in clusters, edges into a layer, top activations by channel. */
    clusterLayer: ofRun(clusterTask),
    clusterEdges: ofRun(edgeTask),
    topActivations: ofRun(topTask),

    /** Positions of the rows with a NaN or ±Inf. */
    nonFiniteRows: ({ target, address, rowCount, d }: Task.RowsTask): readonly number[] =>
      kernels.nonFiniteRows(target, address, rowCount, d),
    /** Standard normal numbers, the same for the same seed. */
    fillNoise: ({ target, address, length, seed }: Task.NoiseTask): null => {
      fillStandardNormal(new Float32Array(target.memory.buffer, address, length), seed);
      return null;
    },
    /** Entropy of every map (sample, channel) in bits; NaN where a value is not finite. */
    intra: (task: Task.IntraTask) => kernels.intra(task),
    /** Minimum and maximum of each channel's finite values (channel, 2). */
    channelRanges: (task: Task.MapsInMemory) => kernels.channelRanges(task),
    /** Steps of a job in their order; the result when `finish` is the last of them. */
    inter: (task: Task.InterTask) => kernels.inter(task),
    /** Codes of the distances of all pairs over all runs. */
    pairCodes: (task: Task.PairCodesTask) => kernels.pairCodes(task),
    /** Squared distances in float32 of the pairs of some rows, and then their codes. */
    squarePairs: (task: Task.SquarePairsTask) => kernels.squarePairs(task),
    quantisePairs: (task: Task.PairCodesTask) => kernels.quantisePairs(task),
    /** The codes of some pairs alone. */
    takeChosen: (task: Task.TakeChosenTask) => kernels.takeChosen(task),
    pairMatrix: ({ target, scratch, matrix }: Task.PairMatrixTask) => kernels.pairMatrix(target, scratch, matrix),
    /** Squared distances, or products about the mean, of the pairs of some rows, over all runs, in float64. */
    sumPairs: (task: Task.SumPairsTask) => kernels.sumPairs(task),
    layerInformation: (task: Task.InformationTask) => kernels.information(task),
    /** Of rows (n, d) and the squared distances of their pairs. */
    intrinsicDimension: ({ target, address, n, d, squares, interval }: PairsOfRows) => {
      const { buffer } = target.memory;
      const pairs = new Float64Array(buffer, squares, (n * (n - 1)) / 2);
      return intrinsicDimension(new Float32Array(buffer, address, n * d), n, d, interval, pairs);
    },
    /** Row sums of a Gram matrix, to where they have their place. */
    gramRows: (task: Task.GramRowsTask) => kernels.gramRows(task),
    /** What the criterion of a with each other matrix is made of, of all samples and without each group. */
    gramSums: (task: Task.GramSumsTask) => kernels.gramSums(task),
    /** Correlations of channels and their spatial means; all values finite. */
    channelMoments: (task: Task.MapsInMemory) => kernels.channelMoments(task),
    forgetMemory: ({ id }: { readonly id: number }) => kernels.forget(id),
  };
}
