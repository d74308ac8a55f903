/** Which training samples a run of a certain size is given: balanced over the classes, and all of a smaller size too. */
import { chooseProbes, type Candidates } from '../probes/chooseProbes.js';

const NOTHING: Candidates = { count: 0, labels: null };

/** Rows, ascending, so that a script that does not shuffle meets them in its own order. */
export function chooseTraining(candidates: Candidates, size: number, seed: number): number[] {
  if (size >= candidates.count) return Array.from({ length: candidates.count }, (_, row) => row);
  return chooseProbes(NOTHING, candidates, size, seed)
    .map(({ row }) => row)
    .sort((a, b) => a - b);
}
