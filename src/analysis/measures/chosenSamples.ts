/** Which samples stand for all where all pairs of them would be too many. */
import { shuffledIndices } from './standardNormal.js';

/** All pairs of so many, 8,386,560, are counted: the plug-in's bias is then below 1e-4 bits at 32 bins. */
export const MOST_PAIRED_SAMPLES = 4096;

/** All of n samples, or so many of them, ascending, chosen at random (seeded, without replacement). */
export function pairedSamples(n: number): number[] {
  if (n <= MOST_PAIRED_SAMPLES) return Array.from({ length: n }, (_, i) => i);
  return [...shuffledIndices(n, 1).subarray(0, MOST_PAIRED_SAMPLES).sort()];
}
