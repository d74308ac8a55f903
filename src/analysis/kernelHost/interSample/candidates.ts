/** The second step of inter-sample entropy: which samples may be the nearest neighbours of each. */
import { type Kernels } from '../kernels.js';
import { BLOCK_ROWS, strideOf } from '../packedRows.js';
import { sizesOf, type InterSampleJob } from './job.js';
import { packingOf } from './packing.js';

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
  const rows = searchedRows(kernels, job);
  const bounds = regions.bounds + part * listBytes;
  const candidates = regions.candidates + part * listBytes;
  const limits = regions.limits + part * 4 * paddedRows;
  const products = regions.products + part * 4 * BLOCK_ROWS * BLOCK_ROWS;
  kernels.clearLists(bounds, candidates, paddedRows, candidateCount);
  kernels.memory.float32(limits, paddedRows).fill(Infinity);
  const blockCount = Math.ceil(n / BLOCK_ROWS);
  let pair = 0;
  for (let i = 0; i < blockCount; i++) {
    for (let j = i; j < blockCount; j++) {
      if (pair++ % partCount !== part) continue;
      if (shouldStop()) return;
      kernels.searchBlocks(
        ...([rows.isShort, rows.packed, rows.stride, rows.norms, n, paddedRows, i, j] as const),
        ...([products, bounds, candidates, limits, candidateCount] as const),
      );
    }
  }
}

/** The rows among which candidates are looked for. */
function searchedRows(
  kernels: Kernels,
  job: InterSampleJob,
): { isShort: boolean; packed: number; stride: number; norms: number } {
  const { regions, reduction } = job;
  if (reduction) {
    const stride = strideOf(reduction.dimensions);
    return { isShort: false, packed: regions.short, stride, norms: regions.shortNorms };
  }
  const { isShort, stride } = packingOf(kernels, job);
  return { isShort, packed: regions.packed, stride, norms: regions.norms };
}
