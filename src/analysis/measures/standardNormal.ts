/**
 * Seeded standard normal numbers, the same bits on every machine: whole-number generator, Marsaglia's
 * polar method, and a logarithm of our own, since Math.log may differ between engines.
 */

/** xoshiro128** (Blackman and Vigna 2018), its state hashed from the seed. Numbers are 0 … 2³² − 1. */
export function seededWords(seed: number): () => number {
  const state = new Uint32Array(4);
  for (let i = 0; i < 4; i++) {
    let z = (seed + Math.imul(i + 1, 0x9e3779b9)) >>> 0;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    state[i] = z ^ (z >>> 16);
  }
  return () => {
    const word = Math.imul(rotate(Math.imul(state[1], 5), 7), 9) >>> 0;
    const shifted = state[1] << 9;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = rotate(state[3], 11);
    return word;
  };
}

/** Fills `target` with independent standard normal numbers. */
export function fillStandardNormal(target: Float32Array | Float64Array, seed: number): void {
  const words = seededWords(seed);
  const uniform = () => (words() + 0.5) / 2 ** 31 - 1;
  for (let i = 0; i < target.length; i += 2) {
    let [u, v, s] = [0, 0, 1];
    while (s >= 1 || s === 0) {
      u = uniform();
      v = uniform();
      s = u * u + v * v;
    }
    const factor = Math.sqrt((-2 * naturalLogarithm(s)) / s);
    target[i] = u * factor;
    if (i + 1 < target.length) target[i + 1] = v * factor;
  }
}

/** The order 0 … n − 1 shuffled (Fisher and Yates). */
export function shuffledIndices(n: number, seed: number): Int32Array {
  const words = seededWords(seed);
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = words() % (i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

/** ln x for 0 < x ≤ 1: x = m·2⁻ᵉ with ½ < m ≤ 1, then the atanh series of m. */
function naturalLogarithm(x: number): number {
  let m = x;
  let halvings = 0;
  for (; m <= 0.5; m *= 2) halvings++;
  const s = (m - 1) / (m + 1);
  let series = 0;
  for (let power = 35; power >= 1; power -= 2) series = series * s * s + 1 / power;
  return 2 * s * series - halvings * Math.LN2;
}
