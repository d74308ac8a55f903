/** CKA of every two of several Gram matrices that lie in a memory block, shared between the threads, and its intervals. */
import type { CkaValue } from '../../../protocol/measure.js';
import { pairCountOf } from '../../kernelHost/distancePairs.js';
import { gramRowBytes, gramScratchBytes, type PlacedGram, type SampleGroups } from '../../kernelHost/gramSums.js';
import { alignmentOf, hsic, type GramSums } from '../../measures/centredKernelAlignment.js';
import { groupsOf } from '../../measures/informationStatistics.js';
import { jackknifeHalfWidths } from '../../measures/matrixStatistics.js';
import type { TaskOptions } from '../dispatch/threadPool.js';
import { targetOf, type MemoryBlock } from '../../memory/memoryBlocks.js';
import { inScratchAreas, sumScratchBytes, allocateSumScratch, type SumScratch } from '../dispatch/pairScratch.js';
import type { Session } from '../dispatch/session.js';

const ALIGNMENT = 64;

/** Where Gram matrices of some samples go, and what is computed from them. */
export interface GramPlaces {
  readonly n: number;
  readonly groups: SampleGroups;
  readonly grams: readonly PlacedGram[];
  readonly scratchAreas: readonly SumScratch[];
}

/** Bytes of all that `placeGrams` allocates, for samples of d values at most. */
export function gramPlacesBytes(session: Session, count: number, n: number, d: number, interval: boolean): number {
  const { groupCount } = sampleGroups(n, interval);
  const each = 8 * pairCountOf(n) + gramRowBytes(n, groupCount) + 2 * ALIGNMENT;
  return count * each + sumScratchBytes(session, n, d) + session.pool.size * gramScratchBytes(n, groupCount);
}

export function placeGrams(
  session: Session,
  block: MemoryBlock,
  count: number,
  n: number,
  d: number,
  interval: boolean,
): GramPlaces {
  const { regions } = block;
  const groups = sampleGroups(n, interval);
  const scratchAreas = allocateSumScratch(session, block, n, d);
  const grams = Array.from({ length: count }, () => ({
    gram: regions.allocate(8 * pairCountOf(n)),
    rows: regions.allocate(gramRowBytes(n, groups.groupCount)),
  }));
  return { n, groups, grams, scratchAreas };
}

function sampleGroups(n: number, interval: boolean): SampleGroups {
  return groupsOf(n, interval) ?? { groups: new Uint8Array(n), groupCount: 0 };
}

/** (matrix, matrix) of those `there`, null for the others and where it is undefined. */
export async function alignmentsOf(
  session: Session,
  block: MemoryBlock,
  { grams, groups, scratchAreas }: GramPlaces,
  there: readonly number[],
  task: TaskOptions,
): Promise<Pick<CkaValue, 'values' | 'halfWidths'>> {
  const some = there.map((index) => grams[index]);
  const target = targetOf(block);
  await inScratchAreas(scratchAreas, some, (gram, { scratch }) =>
    session.pool.run('gramRows', { target, scratch, gram, groups }, task),
  );
  const sums = new Array<GramSums[]>(some.length);
  await inScratchAreas(scratchAreas, [...some.keys()], async (a, { scratch }) => {
    const others = some.slice(a);
    sums[a] = await session.pool.run('gramSums', { target, scratch, a: some[a], others, groups }, task);
  });
  const matrices = Array.from({ length: 1 + groups.groupCount }, (_, place) => alignmentMatrix(sums, place, groups));
  const spread = (values: ArrayLike<number>): (number | null)[] => {
    const out = new Array<number | null>(grams.length ** 2).fill(null);
    there.forEach((a, row) =>
      there.forEach((b, column) => {
        const value = values[row * there.length + column];
        out[a * grams.length + b] = Number.isNaN(value) ? null : value;
      }),
    );
    return out;
  };
  const [values, ...without] = matrices;
  return { values: spread(values), halfWidths: without.length > 0 ? spread(jackknifeHalfWidths(without)) : null };
}

/** Of all samples (place 0) or without a group (place 1 + group); NaN where undefined. `sums` by a: (b − a, 1 + group). */
function alignmentMatrix(sums: readonly GramSums[][], place: number, { groupCount }: SampleGroups): Float64Array {
  const size = sums.length;
  const of = (a: number, b: number): GramSums => sums[a][(b - a) * (1 + groupCount) + place];
  const out = new Float64Array(size * size);
  for (let a = 0; a < size; a++) {
    for (let b = a; b < size; b++) {
      const value = alignmentOf(hsic(of(a, b)), of(a, a), of(b, b));
      out[a * size + b] = out[b * size + a] = a === b && !Number.isNaN(value) ? 1 : value;
    }
  }
  return out;
}
