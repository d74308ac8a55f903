/** Long work of the extension host in slices, between which the host answers others. */
import { isTurnDue, takeTurn } from '../../store/turns.js';

/** Runs a generator to its end, slice after slice; null when it was no longer wanted after one of them. */
export async function inSlices<T>(steps: Generator<void, T>, isWanted: () => boolean): Promise<T | null> {
  for (;;) {
    if (isTurnDue()) {
      await takeTurn();
      if (!isWanted()) return null;
    }
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Runs a generator to its end at once. */
export function atOnce<T>(steps: Generator<void, T>): T {
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}
