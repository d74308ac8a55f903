/** Hands maps to kernels block by block, copied only where they lie outside the kernels' memory. */
import { type Kernels } from './kernels.js';

/** Values in a block: small enough that a second pass finds it in the second cache. */
const BLOCK_VALUES = 2 ** 17;

export interface MapBlock {
  readonly address: number;
  /** Index of its first map. */
  readonly first: number;
  readonly count: number;
}

/** Visits `mapCount` maps of `length` values in order, in blocks of whole maps. */
export function forEachBlock(
  { memory }: Kernels,
  maps: Float32Array,
  mapCount: number,
  length: number,
  visit: (block: MapBlock) => void,
): void {
  const blockMaps = Math.max(1, Math.min(mapCount, Math.floor(BLOCK_VALUES / Math.max(1, length))));
  const place = memory.addressOf(maps);
  memory.scoped(() => {
    const scratch = place === null ? memory.allocate(4 * blockMaps * length) : 0;
    for (let first = 0; first < mapCount; first += blockMaps) {
      const count = Math.min(blockMaps, mapCount - first);
      const address = place === null ? scratch : place + 4 * first * length;
      if (place === null) {
        memory.float32(scratch, count * length).set(maps.subarray(first * length, (first + count) * length));
      }
      visit({ address, first, count });
    }
  });
}
