/** Shannon entropy of counted states, in bits: what every histogram measure here ends in. */

/** Plug-in entropy −Σ p log2 p of counts, in bits; null when nothing was counted. */
export function entropyOfCounts(counts: ArrayLike<number>): number | null {
  const total = sum(counts);
  if (total === 0) return null;
  let bits = 0;
  for (let i = 0; i < counts.length; i++) {
    if (counts[i] === total) return 0;
    if (counts[i] > 0) bits -= (counts[i] / total) * Math.log2(counts[i] / total);
  }
  return bits;
}

/**
 * Miller–Madow: the plug-in entropy plus (m − 1)/(2N) nats for m states that occur (Miller 1955),
 * in bits; null when nothing was counted.
 */
export function millerMadowEntropy(counts: ArrayLike<number>): number | null {
  const plugIn = entropyOfCounts(counts);
  if (plugIn === null) return null;
  let occupied = 0;
  for (let i = 0; i < counts.length; i++) if (counts[i] > 0) occupied++;
  return plugIn + (occupied - 1) / (2 * sum(counts) * Math.LN2);
}

function sum(counts: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < counts.length; i++) total += counts[i];
  return total;
}
