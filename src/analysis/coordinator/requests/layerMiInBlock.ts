/** Layer mutual information of maps that lie in a memory block, from a run or not. */
import type { UnitPairValue } from '../../../protocol/measure.js';
import { pairCountOf } from '../../kernelHost/distancePairs.js';
import { pairKernelBytes } from '../../kernelHost/pairKernels.js';
import { labelEntropy, type InformationOptions } from '../../measures/layerInformation.js';
import type { InformationFound } from '../../compute/taskInputs.js';
import type { TaskOptions } from '../dispatch/threadPool.js';
import { targetOf, type MemoryBlock } from '../../memory/memoryBlocks.js';
import { sumScratchBytes, allocateSumScratch, sumPairs } from '../dispatch/pairScratch.js';
import type { Session } from '../dispatch/session.js';
import type { MapsInBlock } from './layerInBlock.js';
import type { ChosenInformation } from './layerMiOptions.js';
import { noInformation, type LayerMiCell, type LayerPlace } from './layerMiValues.js';

/** Units whose pairs are all measured. */
const MOST_PAIRED_UNITS = 16;

/** One value for the layer, or one a unit; −1 in `labels` is a sample without a class. */
export async function informationInBlock(
  session: Session,
  { block, address, n, channelCount, mapLength }: MapsInBlock,
  place: LayerPlace,
  channels: readonly number[],
  labels: Int32Array,
  sampleCount: number,
  chosen: ChosenInformation & Pick<InformationOptions, 'range'>,
  task: TaskOptions,
): Promise<LayerMiCell> {
  const d = channelCount * mapLength;
  if (n < 5) {
    const nothing = noInformation(place, n, d, 'fewer than 5 finite samples');
    return { values: [{ ...nothing, nonFiniteCount: sampleCount - n }], pairs: [] };
  }
  const target = targetOf(block);
  const hasLabels = labels.length === n && labels.every((label) => label >= 0);
  const needsSquares = chosen.estimator === 'kde' && !chosen.units;
  const squares = needsSquares ? await squaredDistances(session, block, { address, n, d }, task) : 0;
  const { units, pairs, ...options } = chosen;
  const found = await session.pool.run(
    'layerInformation',
    {
      ...{ target, address, scratch: block.regions.mark(), sampleCount: n, channelCount, mapLength },
      ...{ labels: hasLabels ? labels : null, squares, options, units },
      pairs: pairs !== false && chosen.estimator === 'ksg' && channelCount <= MOST_PAIRED_UNITS,
    },
    task,
  );
  const basis = {
    ...{ ...place, n, nonFiniteCount: sampleCount - n, reason: null, inputCeilingBits: Math.log2(n) },
    labelCeilingBits: hasLabels ? labelEntropy(labels) : null,
  };
  return {
    values: found.values.map((numbers, index) => ({
      ...basis,
      ...numbers,
      ...(units ? { unit: channels[index], d: 1 } : { unit: null, d }),
    })),
    pairs: pairsOf(found.pairs, place, channels),
  };
}

/** Beside the maps: squared distances, their scratch areas, kernels and their sums. */
export function kernelDensityBytes(session: Session, n: number, d: number): number {
  return squaredDistancesBytes(session, n, d) + pairKernelBytes(n);
}

/** What `squaredDistances` allocates. */
export function squaredDistancesBytes(session: Session, n: number, d: number): number {
  return 8 * pairCountOf(n) + sumScratchBytes(session, n, d);
}

/** Address of the squared distances of all pairs of n samples of d values, (pair, float64). */
export async function squaredDistances(
  session: Session,
  block: MemoryBlock,
  { address, n, d }: { readonly address: number; readonly n: number; readonly d: number },
  task: TaskOptions,
): Promise<number> {
  const scratchAreas = allocateSumScratch(session, block, n, d);
  const squares = block.regions.allocate(8 * pairCountOf(n));
  const runs = { address, n, sampleLength: d, runCount: 1, length: d };
  await sumPairs(session, block, scratchAreas, 'distance', runs, squares, task);
  return squares;
}

function pairsOf(pairs: InformationFound['pairs'], place: LayerPlace, channels: readonly number[]): UnitPairValue[] {
  return pairs.map(({ a, b, ...value }) => ({ ...place, ...value, a: channels[a], b: channels[b] }));
}
