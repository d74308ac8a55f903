/** A data set that shows its batches as they pass to whoever trains on it, and is otherwise the given one. */

export interface DatasetLike {
  iterator(): Promise<IteratorLike>;
  /** Batches of one pass, where tf.data knows them; Infinity where it repeats itself. */
  readonly size?: number | null;
  /** Ours: without end, and each epoch of it shows every sample once. */
  readonly showsEachOnce?: boolean;
}

interface IteratorLike {
  next(): Promise<{ readonly value: unknown; readonly done: boolean }>;
}

export type BatchObserver = (batch: unknown) => void;

/** What `observe` throws is dropped: it must not end the training. */
export function observedDataset(dataset: DatasetLike, observe: BatchObserver): DatasetLike {
  return overlaid(dataset, {
    iterator: async () => {
      const iterator = await dataset.iterator();
      return overlaid(iterator, {
        next: async () => {
          const result = await iterator.next();
          if (result.value !== null && result.value !== undefined) quietly(() => observe(result.value));
          return result;
        },
      });
    },
  });
}

/** An object that has `own`, and everything else from `base`. */
function overlaid<T extends object>(base: T, own: Partial<T>): T {
  return new Proxy(base, {
    get: (target, key) => {
      if (key in own) return own[key as keyof T];
      const value: unknown = Reflect.get(target, key);
      // Methods with private fields need the object itself.
      return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(target) : value;
    },
  });
}

function quietly(run: () => void): void {
  try {
    run();
  } catch {
    // An observer's own fault shows as missing probes, which is reported there.
  }
}
