/**
 * Turns for others in long work: the extension host, too, opens and lists runs, and has people waiting. Work of one
 * thread shares its slices, so that ten things done side by side keep nobody waiting ten times as long.
 */

/** At most so long at a time, all long work of a thread together; a frame has 16 ms. */
const SLICE_MILLISECONDS = 5;

/** When the slice that has begun ends, on the clock of `performance`. */
let sliceEnd = 0;
/** Whoever asks waits for those who asked before, so that none goes on by what the clock said before their steps. */
let lastAsked: Promise<void> = Promise.resolve();

/** Resolves when what waits in the event loop has had its turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Whether long work of this thread has gone on for a slice. */
export function isTurnDue(): boolean {
  return performance.now() >= sliceEnd;
}

/**
 * Asked for right before each step of long work: gives others a turn when it is due, and else resolves at once. The
 * step has to follow the `await` itself: after another one the time may have been taken by somebody else's.
 */
export function turnWhenDue(): Promise<void> {
  lastAsked = lastAsked.then(() => (isTurnDue() ? newSlice() : undefined));
  return lastAsked;
}

async function newSlice(): Promise<void> {
  await nextTurn();
  sliceEnd = performance.now() + SLICE_MILLISECONDS;
}
