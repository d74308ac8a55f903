/**
 * Emscripten's start adds listeners for uncaught errors that turn exit code 1 into 7, skip the user's exit
 * handlers and print the whole bundle as source context. This takes away those, and only those.
 */

const EVENTS = ['uncaughtException', 'unhandledRejection'] as const;

/** Runs `start`, then removes every listener for uncaught errors that appeared during it. */
export async function withoutNewListeners<T>(start: () => Promise<T>): Promise<T> {
  const before = EVENTS.map((event) => process.rawListeners(event));
  try {
    return await start();
  } finally {
    EVENTS.forEach((event, index) => removeNew(event, before[index] ?? []));
  }
}

type Listener = (...values: unknown[]) => void;

function removeNew(event: (typeof EVENTS)[number], before: readonly unknown[]): void {
  for (const listener of process.rawListeners(event)) {
    if (!before.includes(listener)) process.removeListener(event, listener as Listener);
  }
}
