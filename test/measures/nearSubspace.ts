/** Samples near a subspace, as activations are: few directions hold most of the variance. */
import { fillStandardNormal } from '../../src/analysis/measures/standardNormal.js';

const RANK = 12;

/** (n, d), seeded. */
export function nearSubspace(n: number, d: number): Float32Array {
  const [places, directions, rest] = [n * RANK, RANK * d, n * d].map((length, i) => {
    const values = new Float32Array(length);
    fillStandardNormal(values, i + 1);
    return values;
  });
  return rest.map((value, at) => {
    const [i, c] = [Math.floor(at / d), at % d];
    let sum = 0.1 * value;
    for (let r = 0; r < RANK; r++) sum += places[i * RANK + r] * directions[r * d + c];
    return sum;
  });
}
