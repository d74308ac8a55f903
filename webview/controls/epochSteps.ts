/** Where keys and time take an epoch slider. */

/** Epochs that a page key jumps. */
const PAGE = 10;

/** The epoch that a key leads to; null for keys that mean nothing to a slider. */
export function epochKey(key: string, epoch: number, [first, last]: readonly [number, number]): number | null {
  const targets: Readonly<Record<string, number>> = {
    ArrowLeft: epoch - 1,
    ArrowDown: epoch - 1,
    ArrowRight: epoch + 1,
    ArrowUp: epoch + 1,
    PageDown: epoch - PAGE,
    PageUp: epoch + PAGE,
    Home: first,
    End: last,
  };
  return Object.hasOwn(targets, key) ? Math.max(first, Math.min(last, targets[key])) : null;
}

/** Milliseconds from one epoch to the next while playing: a whole run takes about eight seconds. */
export function playInterval(epochCount: number): number {
  return Math.max(60, Math.min(500, 8000 / Math.max(1, epochCount)));
}
