/**
 * The recorder's own random numbers: Math.random belongs to the script, and one call of it more would
 * change the training.
 */

/**
 * Whole numbers 0 … bound − 1 from a 32-bit counter hashed as in SplitMix32 / MurmurHash3's finaliser;
 * the same seed gives the same sequence on every machine.
 */
export function seededRandom(seed: number): (bound: number) => number {
  let state = (seed ^ Math.floor(seed / 2 ** 32)) | 0;
  return (bound) => {
    state = (state + 0x9e3779b9) | 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    z ^= z >>> 16;
    return Math.floor(((z >>> 0) / 2 ** 32) * bound);
  };
}

/** Fisher–Yates, in place. */
export function shuffleInPlace<T>(items: T[], random: (bound: number) => number): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = random(i + 1);
    const other = items[j] as T;
    items[j] = items[i] as T;
    items[i] = other;
  }
  return items;
}
