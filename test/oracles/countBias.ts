/** The bias of entropies of counts, seen: N draws from 32 equally likely states, whose entropy is 5 bits. */
import { entropyOfCounts, millerMadowEntropy } from '../../src/analysis/measures/entropy.js';
import { seededWords } from '../../src/analysis/measures/standardNormal.js';

export const STATES = 32;
export const DRAWS = 400;

export interface BiasRow {
  readonly n: number;
  readonly plugIn: number;
  readonly millerMadow: number;
  /** −(m − 1)/(2N) nats, the first order (Miller 1955). */
  readonly firstOrder: number;
}

/** Mean estimates less 5 bits. */
export function biasRows(): BiasRow[] {
  return [64, 256, 1024].map((n) => {
    const words = seededWords(n);
    let [plugIn, millerMadow] = [0, 0];
    for (let draw = 0; draw < DRAWS; draw++) {
      const counts = new Float64Array(STATES);
      for (let i = 0; i < n; i++) counts[words() % STATES]++;
      plugIn += entropyOfCounts(counts)! / DRAWS;
      millerMadow += millerMadowEntropy(counts)! / DRAWS;
    }
    const truth = Math.log2(STATES);
    const firstOrder = -(STATES - 1) / (2 * n * Math.LN2);
    return { n, plugIn: plugIn - truth, millerMadow: millerMadow - truth, firstOrder };
  });
}
