/** Turns for others in long work: the extension host, too, opens and lists runs, and has people waiting. */

/** Resolves when what waits in the event loop has had its turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A function that gives others a turn once `milliseconds` have passed since the last one, and else returns at once. */
export function turnsEvery(milliseconds: number): () => Promise<void> {
  let until = performance.now() + milliseconds;
  return async () => {
    if (performance.now() < until) return;
    await nextTurn();
    until = performance.now() + milliseconds;
  };
}
