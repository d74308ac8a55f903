/**
 * UnsortedSegmentSum, the gradient of embeddings and of gather: missing upstream, and the CPU backend's
 * takes time proportional to the number of segments (the vocabulary) times the size of the input.
 */
import type { KernelCall, TensorInfo } from './engineTypes.js';

/** x (n, …) and segmentIds (n) → (numSegments, …): sums of equal ids; ids out of range are left out. */
export function unsortedSegmentSum({ backend, inputs, attrs }: KernelCall): TensorInfo {
  const { x, segmentIds } = inputs as { x: TensorInfo; segmentIds: TensorInfo };
  const numSegments = attrs['numSegments'] as number;
  const shape = x.shape.slice(segmentIds.shape.length);
  const length = shape.reduce((product, size) => product * size, 1);
  const sums = backend.makeOutput([numSegments, ...shape], x.dtype);
  const [to, from] = [backend.typedArrayFromHeap(sums).fill(0), backend.typedArrayFromHeap(x)];
  backend.typedArrayFromHeap(segmentIds).forEach((segment: number, row: number) => {
    if (segment < 0 || segment >= numSegments) return;
    for (let index = 0; index < length; index++) {
      const at = segment * length + index;
      to[at] = (to[at] as number) + (from[row * length + index] as number);
    }
  });
  return sums;
}
