/**
 * Which samples are probed at every epoch: balanced over the classes, from the validation data, topped up
 * from the training data. Arithmetic on indices alone; it never sees a pixel.
 */
import type { Split } from '../../protocol/run.js';
import { seededRandom, shuffleInPlace } from '../model/seededRandom.js';

/** The labels of one split; `labels` null where samples have no class. */
export interface Candidates {
  readonly count: number;
  readonly labels: Int32Array | null;
}

export interface Probe {
  readonly split: Split;
  /** Row in that split's data. */
  readonly row: number;
  /** Class, or −1. */
  readonly label: number;
}

/**
 * `wanted` probes, or as many as there are. Each class gets an equal share, filled from validation and then
 * from training; a class with too few samples leaves its places to the others. The classes alternate, so
 * that any first part of the result is balanced too.
 */
export function chooseProbes(validation: Candidates, training: Candidates, wanted: number, seed: number): Probe[] {
  const queues = queuesByClass(validation, training, seed);
  const shares = fairShares(
    queues.map((queue) => queue.length),
    wanted,
  );
  return interleave(queues.map((queue, index) => queue.slice(0, shares[index])));
}

/** One queue a class in the order of classes, each with validation first; both parts shuffled. */
function queuesByClass(validation: Candidates, training: Candidates, seed: number): Probe[][] {
  const random = seededRandom(seed);
  const queues = new Map<number, Probe[]>();
  for (const [split, { count, labels }] of [
    ['validation', validation],
    ['train', training],
  ] as const) {
    const rows = shuffleInPlace(
      Array.from({ length: count }, (_, row) => row),
      random,
    );
    for (const row of rows) {
      const label = labels?.[row] ?? -1;
      const queue = queues.get(label) ?? [];
      queues.set(label, queue);
      queue.push({ split, row, label });
    }
  }
  return [...queues].sort(([a], [b]) => a - b).map(([, queue]) => queue);
}

/** Shares that sum to `wanted` (or to all there is), as equal as the sizes allow; low indices first. */
export function fairShares(sizes: readonly number[], wanted: number): number[] {
  const shares = sizes.map(() => 0);
  let left = Math.min(
    wanted,
    sizes.reduce((sum, size) => sum + size, 0),
  );
  while (left > 0) {
    const open = sizes.flatMap((size, index) => ((shares[index] ?? 0) < size ? [index] : []));
    const each = Math.max(1, Math.floor(left / open.length));
    for (const index of open) {
      const given = Math.min(each, (sizes[index] ?? 0) - (shares[index] ?? 0), left);
      shares[index] = (shares[index] ?? 0) + given;
      left -= given;
    }
  }
  return shares;
}

function interleave(queues: readonly (readonly Probe[])[]): Probe[] {
  const longest = Math.max(0, ...queues.map((queue) => queue.length));
  return Array.from({ length: longest }, (_, place) => queues.flatMap((queue) => queue[place] ?? [])).flat();
}
