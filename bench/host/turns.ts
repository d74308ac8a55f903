/**
 * Turns of the host's event loop by what they cost its own thread in processor time, which other programs of the
 * machine do not add to. A turn is what runs between two ticks of a timer of one millisecond: no call waits longer than
 * the longest, and what is short and follows at once adds a millisecond at most. Immediates would part turns exactly,
 * and keep a core busy that the threads of the analysis need.
 */

/** Microseconds of the monotonic clock, as profiles have them. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Turn extends Span {
  readonly processorMs: number;
}

/** Shorter ones are not kept. */
const KEPT_FROM_MS = 4;
const TICK_MS = 1;

export const monotonicMicroseconds = (): number => Number(process.hrtime.bigint() / 1000n);

/** Null where this Node cannot tell a thread's time (before 23.9). */
export function watchTurns(): { take(): Turn[] } | null {
  const { threadCpuUsage } = process as unknown as { threadCpuUsage?: () => NodeJS.CpuUsage };
  if (!threadCpuUsage) return null;
  const spent = (): number => {
    const { user, system } = threadCpuUsage();
    return (user + system) / 1000;
  };
  let turns: Turn[] = [];
  let [from, before] = [monotonicMicroseconds(), spent()];
  const turn = (): void => {
    const [to, now] = [monotonicMicroseconds(), spent()];
    if (now - before >= KEPT_FROM_MS) turns.push({ from, to, processorMs: now - before });
    [from, before] = [to, now];
    setTimeout(turn, TICK_MS);
  };
  turn();
  return {
    take: () => {
      const taken = turns;
      turns = [];
      return taken;
    },
  };
}

/** Processor milliseconds of the turns that touch any of the spans; of each at most what lies within them. */
export function processorWithin(turns: readonly Turn[], spans: readonly Span[]): number {
  return turns.reduce((sum, turn) => {
    const inside = spans.map(({ from, to }) => Math.max(0, Math.min(to, turn.to) - Math.max(from, turn.from)) / 1000);
    return (
      sum +
      Math.min(
        turn.processorMs,
        inside.reduce((all, one) => all + one, 0),
      )
    );
  }, 0);
}
