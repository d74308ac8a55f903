/** Pearson's correlation of two lists of the same length, and the pairs among many that are most alike. */

type Values = ArrayLike<number | null>;

/** r, −1…1; null where either is constant or they have fewer than two values in common. */
export function pearson(a: Values, b: Values): number | null {
  let [n, meanA, meanB, varA, varB, both] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i], b[i]];
    if (x === null || y === null || !Number.isFinite(x) || !Number.isFinite(y)) continue;
    n++;
    // Welford's update, since the squares of large activations would cancel.
    const [dx, dy] = [x - meanA, y - meanB];
    meanA += dx / n;
    meanB += dy / n;
    varA += dx * (x - meanA);
    varB += dy * (y - meanB);
    both += dx * (y - meanB);
  }
  return n < 2 || varA <= 0 || varB <= 0 ? null : Math.max(-1, Math.min(1, both / Math.sqrt(varA * varB)));
}

export interface AlikePair {
  readonly i: number;
  readonly j: number;
  readonly r: number;
}

/** The pairs of lines with the largest r, i < j, descending. */
export function mostAlike(lines: readonly Values[], most: number): AlikePair[] {
  const pairs: AlikePair[] = [];
  const scaled = lines.map(standardised);
  for (let j = 1; j < lines.length; j++) {
    for (let i = 0; i < j; i++) {
      const [a, b] = [scaled[i], scaled[j]];
      const r = a && b ? Math.max(-1, Math.min(1, dot(a, b))) : pearson(lines[i], lines[j]);
      if (r !== null) pairs.push({ i, j, r });
    }
  }
  return pairs.sort((x, y) => y.r - x.r || x.i - y.i || x.j - y.j).slice(0, most);
}

/** Centred and of length 1, so that r of two lines is their product; null where a value is missing or all are equal. */
function standardised(line: Values): Float64Array | null {
  const values = new Float64Array(line.length);
  for (let i = 0; i < line.length; i++) {
    const value = line[i];
    if (value === null || !Number.isFinite(value)) return null;
    values[i] = value;
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const centred = values.map((value) => value - mean);
  const length = Math.sqrt(dot(centred, centred));
  return length > 0 ? centred.map((value) => value / length) : null;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
