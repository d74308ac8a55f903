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
  for (let j = 1; j < lines.length; j++) {
    for (let i = 0; i < j; i++) {
      const r = pearson(lines[i], lines[j]);
      if (r !== null) pairs.push({ i, j, r });
    }
  }
  return pairs.sort((x, y) => y.r - x.r || x.i - y.i || x.j - y.j).slice(0, most);
}
