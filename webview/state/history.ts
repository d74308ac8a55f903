/** What was asked, in order, with a place in it: back and forward as in a browser. */
import { computed, signal, type ReadonlySignal } from '@preact/signals';

export interface History<T> {
  readonly canGoBack: ReadonlySignal<boolean>;
  readonly canGoForward: ReadonlySignal<boolean>;
  /** Drops what lay ahead; the same as the present is not kept twice. */
  push(entry: T): void;
  /** The entry before, which becomes the present; null at the beginning. */
  back(): T | null;
  forward(): T | null;
}

export function createHistory<T>(equal: (a: T, b: T) => boolean, limit = 100): History<T> {
  const state = signal<{ readonly entries: readonly T[]; readonly place: number }>({ entries: [], place: -1 });

  function move(step: number): T | null {
    const { entries, place } = state.peek();
    const next = place + step;
    if (next < 0 || next >= entries.length) return null;
    state.value = { entries, place: next };
    return entries[next];
  }

  return {
    canGoBack: computed(() => state.value.place > 0),
    canGoForward: computed(() => state.value.place < state.value.entries.length - 1),
    push(entry) {
      const { entries, place } = state.peek();
      if (place >= 0 && equal(entries[place], entry)) return;
      const kept = [...entries.slice(0, place + 1), entry].slice(-limit);
      state.value = { entries: kept, place: kept.length - 1 };
    },
    back: () => move(-1),
    forward: () => move(1),
  };
}
