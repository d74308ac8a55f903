/** Work that is too long for one frame, done in slices of several. */

export interface Sliced<T> {
  /** Works until `isOver` says that the time is; null while there is more to do. */
  goOn(isOver: () => boolean): T | null;
}

/** Milliseconds of a frame; what a slider draws in the same one takes as much again. */
const SLICE = 2;

/** A slice a frame, not before the next one: this one draws what has changed. Returns what stops it. */
export function inSlices<T>(work: Sliced<T>, done: (value: T) => void): () => void {
  const go = (): void => {
    const value = oneSlice(work);
    if (value === null) frame = requestAnimationFrame(go);
    else done(value);
  };
  let frame = requestAnimationFrame(() => (frame = requestAnimationFrame(go)));
  return () => cancelAnimationFrame(frame);
}

/** At once; null where it is not enough. */
export function oneSlice<T>(work: Sliced<T>): T | null {
  const end = performance.now() + SLICE;
  return work.goOn(() => performance.now() >= end);
}
