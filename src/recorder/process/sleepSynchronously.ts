/** Nobody wakes who waits here. Both are kept from before the script's first line: it may replace them. */
const cell = new Int32Array(new SharedArrayBuffer(4));
const { wait } = Atomics;

/** Holds this thread up, and nothing else. */
export function sleepSynchronously(milliseconds: number): void {
  wait(cell, 0, 0, milliseconds);
}
