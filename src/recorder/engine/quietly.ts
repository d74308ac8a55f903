/**
 * Keeps the user's stdout and stderr free of what TensorFlow.js prints while we start it. Emscripten binds
 * `console.warn` for good during its start, so a stand-in must pass calls on again afterwards.
 */

const METHODS = ['log', 'info', 'warn', 'error'] as const;

/** Runs `start` with the console silent; the console is as before when the promise settles. */
export async function quietly<T>(start: () => Promise<T>): Promise<T> {
  let silent = true;
  const restore = METHODS.map((method) => {
    const original = console[method];
    const standIn: typeof original = (...texts: unknown[]) => {
      if (!silent) original.apply(console, texts);
    };
    console[method] = standIn;
    return () => {
      // Somebody who wrapped the stand-in meanwhile keeps the wrapping.
      if (console[method] === standIn) console[method] = original;
    };
  });
  try {
    return await start();
  } finally {
    silent = false;
    for (const undo of restore) undo();
  }
}
