/**
 * The kernels of one thread over the shared memories that the coordinator gives it. The coordinator alone gives out
 * regions; a task says from which address on memory is free for what its kernel needs meanwhile.
 */
import { throwIfCancelled } from '../../protocol/failure.js';
import { codePairs, quantisePairs, squarePairs } from '../kernelHost/distancePairs.js';
import { channelMoments } from '../kernelHost/channelMoments.js';
import { gramSums, sumGramRows } from '../kernelHost/gramSums.js';
import { sumPairs } from '../kernelHost/pairSums.js';
import { indexInto, pairMatrix, type PairMatrix } from '../kernelHost/pairMatrix.js';
import { searchInterSample } from '../kernelHost/interSample/candidates.js';
import { finishInterSample, type InterSampleResult } from '../kernelHost/interSample/entropy.js';
import { refineInterSample } from '../kernelHost/interSample/neighbours.js';
import { prepareInterSample } from '../kernelHost/interSample/preparation.js';
import { shortenInterSample } from '../kernelHost/interSample/shorterRows.js';
import { mapEntropies } from '../kernelHost/intraSampleEntropy.js';
import { instantiateKernels, type KernelModules, type Kernels } from '../kernelHost/kernels.js';
import type { GramSums } from '../measures/centredKernelAlignment.js';
import type { ChannelMoments } from '../measures/redundancy.js';
import { channelRanges } from '../measures/intraSampleEntropy.js';
import type {
  GramRowsTask,
  GramSumsTask,
  InformationFound,
  InformationTask,
  InterTask,
  IntraTask,
  MapsInMemory,
  PairCodesTask,
  SquarePairsTask,
  SumPairsTask,
  TakeChosenTask,
} from './taskInputs.js';
import { informationTask } from './informationTask.js';
import type { BlockHandle } from '../memory/memoryBlocks.js';

const STOPPED = { aborted: true, addEventListener: () => undefined, removeEventListener: () => undefined };

export class ThreadKernels {
  private readonly byBlock = new Map<number, Kernels>();

  constructor(private readonly modules: KernelModules) {}

  intra(task: IntraTask): Float64Array {
    const kernels = this.over(task.target, task.scratch);
    return mapEntropies(kernels, mapsOf(kernels, task), task.bins, task.ranges ?? undefined);
  }

  /** Positions of the rows with a NaN or ±Inf. */
  nonFiniteRows(target: BlockHandle, address: number, rowCount: number, d: number): number[] {
    const kernels = this.of(target);
    if (kernels.allFinite(address, rowCount * d) !== 0) return [];
    const values = kernels.memory.float32(address, rowCount * d);
    return Array.from({ length: rowCount }, (_, row) => row).filter(
      (row) => !values.subarray(row * d, (row + 1) * d).every(Number.isFinite),
    );
  }

  /** A search that was told to stop leaves a job that is worth nothing; its value is cancelled. */
  inter({ target, scratch, job, stop, steps, part }: InterTask): InterSampleResult | null {
    const kernels = this.over(target, scratch);
    const flag = kernels.memory.int32(stop, 1);
    const shouldStop = (): boolean => Atomics.load(flag, 0) !== 0;
    let result: InterSampleResult | null = null;
    for (const step of steps) {
      throwIfCancelled(shouldStop() ? STOPPED : undefined, 'computing diversity');
      if (step === 'prepare') prepareInterSample(kernels, job);
      else if (step === 'shorten') shortenInterSample(kernels, job, part, shouldStop);
      else if (step === 'search') searchInterSample(kernels, job, part, shouldStop);
      else if (step === 'refine') refineInterSample(kernels, job, part);
      else result = finishInterSample(kernels, job);
    }
    return result;
  }

  channelMoments(task: MapsInMemory): ChannelMoments {
    return channelMoments(this.over(task.target, task.scratch), task.address, task);
  }

  channelRanges(task: MapsInMemory): Float32Array {
    return Float32Array.from(channelRanges(mapsOf(this.over(task.target, task.scratch), task)));
  }

  pairCodes({ target, scratch, runs, squares, codes }: PairCodesTask): null {
    codePairs(this.over(target, scratch), runs, squares, codes);
    return null;
  }

  squarePairs({ target, scratch, runs, rows, squares }: SquarePairsTask): null {
    squarePairs(this.over(target, scratch), runs, rows, squares);
    return null;
  }

  quantisePairs({ target, scratch, runs, squares, codes }: PairCodesTask): null {
    quantisePairs(this.over(target, scratch), runs, squares, codes);
    return null;
  }

  sumPairs({ target, scratch, kind, runs, rows, sums }: SumPairsTask): null {
    sumPairs(this.over(target, scratch), kind, runs, rows, sums);
    return null;
  }

  gramRows({ target, scratch, gram, groups }: GramRowsTask): null {
    sumGramRows(this.over(target, scratch), gram, groups);
    return null;
  }

  gramSums({ target, scratch, a, others, groups }: GramSumsTask): GramSums[] {
    return gramSums(this.over(target, scratch), a, others, groups);
  }

  information(task: InformationTask): InformationFound {
    return informationTask(this.over(task.target, task.scratch), task);
  }

  takeChosen({ target, scratch, n, pairs, from, to, region }: TakeChosenTask): null {
    const kernels = this.over(target, scratch);
    indexInto(kernels, n, null, pairs, region);
    from.forEach((codes, place) => kernels.takeCodes(codes, region, pairs.count, 0, to[place]));
    return null;
  }

  pairMatrix(target: BlockHandle, scratch: number, matrix: PairMatrix): Float64Array {
    return pairMatrix(this.over(target, scratch), matrix);
  }

  forget(id: number): null {
    this.byBlock.delete(id);
    return null;
  }

  private over(target: BlockHandle, scratch: number): Kernels {
    const kernels = this.of(target);
    kernels.memory.release(scratch);
    return kernels;
  }

  private of({ id, memory }: BlockHandle): Kernels {
    const kernels = this.byBlock.get(id) ?? instantiateKernels(this.modules, memory);
    this.byBlock.set(id, kernels);
    return kernels;
  }
}

function mapsOf({ memory }: Kernels, { address, sampleCount, channelCount, mapLength }: MapsInMemory) {
  const maps = memory.float32(address, sampleCount * channelCount * mapLength);
  return { maps, sampleCount, channelCount, mapLength };
}
