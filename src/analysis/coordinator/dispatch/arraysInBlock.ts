/** Arrays that no run holds, in memory of their own: one after another, and without the samples that are not finite. */
import type { SampleRuns } from '../../kernelHost/distancePairs.js';
import { KernelMemory } from '../../memory/kernelMemory.js';
import type { TaskOptions } from './threadPool.js';
import { dropRows } from './interInBlock.js';
import type { ArrayInMemory } from '../../memory/arrayInMemory.js';
import { targetOf, type MemoryBlock } from '../../memory/memoryBlocks.js';
import { runAll, type Session } from './session.js';

/** One array of several that lie one after another: (n, channelCount, mapLength). */
export interface ArrayPart {
  readonly channelCount: number;
  readonly mapLength: number;
}

export interface ArraysInput {
  readonly array: ArrayInMemory;
  readonly n: number;
  /** One after another; the first and the last are A and B. */
  readonly parts: readonly ArrayPart[];
  /** Class of each sample; null where there are none. */
  readonly labels: Int32Array | null;
}

/** The array's memory as a memory block of its own: the first region is what the caller has filled. */
export async function inOwnBlock<R>(
  session: Session,
  { memory, length }: ArrayInMemory,
  work: (block: MemoryBlock, address: number) => Promise<R>,
): Promise<R> {
  const regions = new KernelMemory(memory);
  const start = regions.mark();
  const block: MemoryBlock = { id: session.blocks.newBlockId(), memory, regions, start };
  try {
    return await work(block, regions.allocate(4 * length));
  } finally {
    session.pool.forgetMemory(block.id);
  }
}

/** The arrays' runs of some samples, ascending, without those that are not finite in one of the arrays. */
export async function finiteRuns(
  session: Session,
  block: MemoryBlock,
  address: number,
  n: number,
  parts: readonly ArrayPart[],
  task: TaskOptions,
  used: readonly number[] = Array.from({ length: n }, (_, i) => i),
): Promise<{ runs: SampleRuns[]; kept: number[]; left: number }> {
  const target = targetOf(block);
  let at = address;
  const placed = parts.map(({ channelCount, mapLength }) => {
    const one = { address: at, d: channelCount * mapLength, runCount: channelCount, length: mapLength };
    at += 4 * n * one.d;
    return one;
  });
  const found = await runAll(
    placed.map((one) =>
      session.pool.run('nonFiniteRows', { target, address: one.address, rowCount: n, d: one.d }, task),
    ),
  );
  const dropped = new Set(found.flat());
  const kept = used.filter((i) => !dropped.has(i));
  const stays = new Set(kept);
  const drop = Array.from({ length: n }, (_, i) => i).filter((i) => !stays.has(i));
  for (const one of placed) dropRows(block.regions.float32(one.address, n * one.d), one.d, drop);
  const runs = placed.map(({ d, ...one }) => ({ ...one, n: kept.length, sampleLength: d }));
  return { runs, kept, left: kept.length };
}
