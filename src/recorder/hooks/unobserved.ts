/** What the recorder itself does with a model is no training of the script's. */

let depth = 0;

/** Whether the script runs, and not the recorder. */
export function isObserving(): boolean {
  return depth === 0;
}

/** Runs `work`, whose calls of models and optimizers nobody notes. */
export function unobserved<T>(work: () => T): T {
  depth++;
  try {
    return work();
  } finally {
    depth--;
  }
}
