/** How long scripts hold the main thread in each frame, from Chromium's own trace. */
import type { Browser, Page } from 'playwright-core';

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  /** Microseconds. */
  readonly ts: number;
  readonly dur?: number;
  /** Of the thread's own time: what other programs take is not in it. */
  readonly tdur?: number;
  readonly pid: number;
  readonly tid: number;
}

/** What runs script: outermost ones are summed. */
const SCRIPT = new Set([
  'FunctionCall',
  'EvaluateScript',
  'FireAnimationFrame',
  'EventDispatch',
  'TimerFire',
  'RunMicrotasks',
  'v8.callFunction',
]);

/** Milliseconds of script in each frame while `act` runs; frames without any script are not counted. */
export async function scriptByFrame(browser: Browser, page: Page, act: () => Promise<void>): Promise<number[]> {
  await browser.startTracing(page, {
    categories: ['devtools.timeline', 'v8', 'disabled-by-default-devtools.timeline.frame', 'devtools.timeline.frame'],
  });
  await act();
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  return framesOf(trace.traceEvents);
}

export function framesOf(events: readonly TraceEvent[]): number[] {
  const onMain = eventsOfMain(events);
  const starts = onMain.filter(({ name }) => name === 'BeginMainThreadFrame').map(({ ts }) => ts);
  const scripts = onMain.filter(({ name, ph, dur }) => ph === 'X' && dur !== undefined && SCRIPT.has(name));
  const sums = new Map<number, number>();
  let [end, frame] = [-Infinity, 0];
  for (const { ts, dur = 0, tdur = dur } of scripts) {
    if (ts < end) continue;
    end = ts + dur;
    while (frame < starts.length && starts[frame] <= ts) frame++;
    sums.set(frame, (sums.get(frame) ?? 0) + tdur / 1000);
  }
  return [...sums.values()];
}

/** Of the thread with the most frames, in the order of time. */
function eventsOfMain(events: readonly TraceEvent[]): TraceEvent[] {
  const threadOf = ({ pid, tid }: TraceEvent): string => `${pid} ${tid}`;
  const counts = new Map<string, number>();
  for (const event of events)
    if (event.name === 'BeginMainThreadFrame') counts.set(threadOf(event), (counts.get(threadOf(event)) ?? 0) + 1);
  const [main] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [''];
  return events.filter((event) => threadOf(event) === main).sort((a, b) => a.ts - b.ts);
}

/** The value that `share` of all do not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
