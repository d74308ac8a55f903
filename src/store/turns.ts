/**
 * Turns for others in long work: the extension host, too, opens and lists runs, and has people waiting. Work of one
 * thread shares its slices, so that ten things done side by side keep nobody waiting ten times as long.
 */

/** At most so long at a time, all long work of a thread together; a frame has 16 ms. */
const SLICE_MILLISECONDS = 5;

/** When the slice that has begun ends, on the clock of `performance`. */
let sliceEnd = 0;
let lastTurn = Promise.resolve();

/** Resolves when what waits in the event loop has had its turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Whether long work of this thread has gone on for a slice. */
export function isTurnDue(): boolean {
  return performance.now() >= sliceEnd;
}

/** Resolves with a slice of one's own: of those who wait, one in each turn of the event loop. */
export async function takeTurn(): Promise<void> {
  lastTurn = lastTurn.then(nextTurn);
  await lastTurn;
  sliceEnd = performance.now() + SLICE_MILLISECONDS;
}

/** Asked for between two steps of long work: gives others a turn when it is due, and else returns at once. */
export async function turnWhenDue(): Promise<void> {
  if (isTurnDue()) await takeTurn();
}
