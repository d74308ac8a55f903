/** What a slider says, once it rests: followed by whatever is too costly for each frame of a drag. */
import { effect, signal, type ReadonlySignal } from '@preact/signals';
import type { Resource } from './resource.js';

/** Shorter than a person waits for; longer than a slider that is dragged stands still. */
export const RESTS_MILLISECONDS = 150;

/** The first value at once, a later one after it has stayed for `RESTS_MILLISECONDS`. */
export function restedSignal<T>(of: ReadonlySignal<T>): {
  readonly value: ReadonlySignal<T>;
  readonly dispose: Resource<T>['dispose'];
} {
  const value = signal(of.peek());
  const dispose = effect(() => {
    const next = of.value;
    if (next === value.peek()) return;
    const timer = setTimeout(() => (value.value = next), RESTS_MILLISECONDS);
    return () => clearTimeout(timer);
  });
  return { value, dispose };
}
