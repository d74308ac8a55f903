/** Draws of probes with equally many of every class: what a slice of one class is compared with. */

/**
 * `draws` sets of `count` sample numbers, ascending, without repetition in a set. Each class gives
 * ⌊count ÷ classes⌋, and the first of a shuffled order one more until there are enough; a class that has
 * fewer gives all it has. Seeded, so that equal questions have equal answers.
 */
export function mixedDraws(labels: ArrayLike<number>, count: number, draws: number, seed: number): number[][] {
  const byClass = new Map<number, number[]>();
  Array.from(labels).forEach((label, sample) => {
    if (label >= 0) byClass.set(label, [...(byClass.get(label) ?? []), sample]);
  });
  const random = mulberry32(seed);
  const classes = [...byClass.values()];
  return Array.from({ length: draws }, () => drawOnce(classes, count, random));
}

function drawOnce(classes: readonly (readonly number[])[], count: number, random: () => number): number[] {
  const piles = shuffled(classes, random).map((samples) => shuffled(samples, random));
  const drawn: number[] = [];
  for (let round = 0; drawn.length < count && piles.some((pile) => round < pile.length); round++) {
    for (const pile of piles) if (round < pile.length && drawn.length < count) drawn.push(pile[round]);
  }
  return drawn.sort((a, b) => a - b);
}

/** Fisher–Yates. */
function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const all = [...items];
  for (let i = all.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [all[i], all[j]] = [all[j], all[i]];
  }
  return all;
}

/** Uniform in 0…1; 32 bits of state are plenty for a shuffle of probes. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
