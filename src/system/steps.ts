/** Long work written as a generator, which yields where others may have a turn: done in slices, or at once. */
import { isTurnDue, turnWhenDue } from './turns.js';

/** Runs a generator to its end in slices, between which others have their turns. */
export async function inTurns<T>(steps: Generator<void, T>): Promise<T> {
  for (;;) {
    await turnWhenDue();
    const end = untilDue(steps);
    if (end) return end.value;
  }
}

/** As `inTurns`; null when it was no longer wanted before one of the slices. */
export async function inTurnsWhile<T>(isWanted: () => boolean, steps: Generator<void, T>): Promise<T | null> {
  for (;;) {
    await turnWhenDue();
    if (!isWanted()) return null;
    const end = untilDue(steps);
    if (end) return end.value;
  }
}

/** One slice; null while there is more to do. */
function untilDue<T>(steps: Generator<void, T>): { readonly value: T } | null {
  do {
    const step = steps.next();
    if (step.done) return step;
  } while (!isTurnDue());
  return null;
}

/** Runs a generator to its end at once. */
export function atOnce<T>(steps: Generator<void, T>): T {
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}
