/** A server cannot speak first: a run that is recorded is asked every two seconds what it has. */
import type { RunDescription } from '../../src/protocol/run.js';
import type { HostEvent } from '../../src/protocol/viewer.js';

const POLL_MILLISECONDS = 2000;

export interface RunPolling {
  /** What the view was told when it asked for itself: the next look is at what has changed since. */
  saw(run: RunDescription): void;
  /** Tells of a change while the run records, and once more when it ends; returns what stops it. */
  listen(listener: (event: HostEvent) => void): () => void;
}

export function pollRun(describe: () => Promise<RunDescription>, everyMilliseconds = POLL_MILLISECONDS): RunPolling {
  const listeners = new Set<(event: HostEvent) => void>();
  let last: string | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function saw(run: RunDescription): void {
    last = fingerprint(run);
    clearTimeout(timer);
    if (run.summary.status.state === 'recording') later();
  }

  function later(): void {
    timer = setTimeout(() => void look(), everyMilliseconds);
  }

  async function look(): Promise<void> {
    if (listeners.size === 0) return;
    try {
      const before = last;
      const run = await describe();
      saw(run);
      if (last !== before) for (const listener of listeners) listener({ type: 'run-changed' });
    } catch {
      // The view shows its own failures; a server that is gone is asked again until the page closes.
      later();
    }
  }

  return {
    saw,
    listen(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) clearTimeout(timer);
      };
    },
  };
}

function fingerprint(run: RunDescription): string {
  return JSON.stringify([run.summary.status, run.summary.epochs, run.epochStates.length, run.manifest.plan.lastEpoch]);
}
