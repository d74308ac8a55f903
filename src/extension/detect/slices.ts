/** Long work of the extension host in slices, between which the host answers others. */
import { nextTurn } from '../../store/turns.js';

/** At most so long at a time; a frame has 16 ms. */
export const SLICE_MILLISECONDS = 8;

/** Runs a generator to its end, slice after slice; null when it was no longer wanted after one of them. */
export async function inSlices<T>(steps: Generator<void, T>, isWanted: () => boolean): Promise<T | null> {
  for (;;) {
    const until = performance.now() + SLICE_MILLISECONDS;
    let step = steps.next();
    while (!step.done && performance.now() < until) step = steps.next();
    if (step.done) return step.value;
    await nextTurn();
    if (!isWanted()) return null;
  }
}

/** Runs a generator to its end at once. */
export function atOnce<T>(steps: Generator<void, T>): T {
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}
