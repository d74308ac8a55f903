/**
 * A seeded, class-balanced choice among samples that pass once. Each has a priority by chance; of every class
 * those with the lowest stay, so that a larger choice from the same sequence holds all of a smaller one.
 */
import { fairShares } from '../probes/chooseProbes.js';
import { seededRandom } from '../model/seededRandom.js';

interface Entry<T> {
  readonly sample: T;
  readonly priority: number;
  readonly order: number;
}

export class PassingClasses<T> {
  readonly #byClass = new Map<number, Entry<T>[]>();
  readonly #random: (bound: number) => number;
  #seen = 0;

  constructor(
    private readonly size: number,
    seed: number,
  ) {
    this.#random = seededRandom(seed);
  }

  add(label: number, sample: T): void {
    const entries = this.#byClass.get(label) ?? [];
    this.#byClass.set(label, entries);
    entries.push({ sample, priority: this.#random(2 ** 32), order: this.#seen++ });
    // Sorted once for many: never more than twice as many are held as could be chosen.
    if (entries.length > 2 * this.size) this.#byClass.set(label, lowest(entries, this.size));
  }

  /** At most `size` samples, in the order in which they passed. */
  chosen(): T[] {
    const classes = [...this.#byClass].sort(([a], [b]) => a - b).map(([, entries]) => entries);
    const shares = fairShares(
      classes.map((entries) => Math.min(entries.length, this.size)),
      this.size,
    );
    return classes
      .flatMap((entries, index) => lowest(entries, shares[index] ?? 0))
      .sort((a, b) => a.order - b.order)
      .map(({ sample }) => sample);
  }
}

function lowest<T>(entries: readonly Entry<T>[], count: number): Entry<T>[] {
  return [...entries].sort((a, b) => a.priority - b.priority || a.order - b.order).slice(0, count);
}
