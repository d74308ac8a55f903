/** Some of the samples side by side. */
import type { KernelMemory } from '../../memory/kernelMemory.js';

/** Address of a copy (indices.length, d) of some rows of samples (…, d) float32. */
export function copyRows(
  memory: KernelMemory,
  { address, d }: { readonly address: number; readonly d: number },
  indices: Int32Array,
): number {
  const copy = memory.allocate(4 * indices.length * d);
  const rows = memory.float32(copy, indices.length * d);
  indices.forEach((row, i) => rows.set(memory.float32(address + 4 * row * d, d), i * d));
  return copy;
}
