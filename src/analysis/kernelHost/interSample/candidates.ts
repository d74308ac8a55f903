/** The search of inter-sample entropy: which samples may be the nearest neighbours of each. */
import { type Kernels } from '../kernels.js';
import { BLOCK_ROWS } from '../packedRows.js';
import type { InterSampleJob } from './job.js';
import { packingOf } from './packing.js';
import { sizesOf } from './regions.js';
import { searchedShorterRows, type SearchedRows } from './rounding.js';

/**
 * Candidates among every `partCount`-th pair of blocks. `shouldStop` is asked between pairs of blocks
 * (a millisecond or less); a search that stopped is worth nothing.
 */
export function searchInterSample(
  kernels: Kernels,
  job: InterSampleJob,
  part: number,
  shouldStop: () => boolean = () => false,
): void {
  const { n, regions, partCount } = job;
  const { candidateCount, paddedRows, listBytes } = sizesOf(job);
  const rows = searchedRows(kernels, job, part);
  const lists = regions.candidates + part * listBytes;
  const products = regions.products + part * 4 * BLOCK_ROWS * BLOCK_ROWS;
  kernels.clearLists(lists, paddedRows, candidateCount);
  const blockCount = Math.ceil(n / BLOCK_ROWS);
  let pair = 0;
  for (const [i, j] of blockPairs(blockCount)) {
    if (pair++ % partCount !== part) continue;
    if (shouldStop()) return;
    kernels.searchBlocks(
      ...([rows.isShort, rows.packed, rows.stride, rows.norms, n, paddedRows, i, j] as const),
      ...([products, lists, regions.limits, candidateCount] as const),
    );
  }
}

/** All pairs i ≤ j of blocks; first each with itself and the next one, which shorter rows that are alike share. */
function* blockPairs(blockCount: number): Generator<readonly [i: number, j: number]> {
  for (let i = 0; i < blockCount; i++) yield [i, i];
  for (let i = 0; i + 1 < blockCount; i++) yield [i, i + 1];
  for (let i = 0; i < blockCount; i++) for (let j = i + 2; j < blockCount; j++) yield [i, j];
}

/** The rows among which candidates are looked for. */
function searchedRows(kernels: Kernels, job: InterSampleJob, part: number): SearchedRows {
  if (job.reduction) return searchedShorterRows(kernels, job, part);
  const { isShort, stride } = packingOf(kernels, job);
  return { isShort, packed: job.regions.packed, stride, norms: job.regions.norms };
}
