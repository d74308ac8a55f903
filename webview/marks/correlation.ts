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

/** The pairs of lines with the largest r, i < j, descending; equal ones by i, then j. */
export function mostAlike(lines: readonly Values[], most: number): readonly AlikePair[] {
  return new AlikeSearch(lines, most).goOn(() => false) ?? [];
}

/** The same in slices: n² products of hundreds of lines are too long for one frame. */
export class AlikeSearch {
  readonly #best: AlikePair[] = [];
  readonly #scaled: (Float64Array | null)[] = [];
  #next = 0;

  constructor(
    private readonly lines: readonly Values[],
    private readonly most: number,
  ) {}

  /** Works until `isOver`, asked after each line, says that the time is; null while there is more to do. */
  goOn(isOver: () => boolean): readonly AlikePair[] | null {
    const { lines } = this;
    while (this.#scaled.length < lines.length) {
      this.#scaled.push(standardised(lines[this.#scaled.length]));
      if (isOver()) return null;
    }
    while (this.#next < lines.length) {
      this.#compare(this.#next++);
      if (isOver()) break;
    }
    return this.#next === lines.length ? this.#best : null;
  }

  /** One line with all that follow it. */
  #compare(i: number): void {
    const { lines, most } = this;
    const best = this.#best;
    const a = this.#scaled[i];
    let least = best.length === most ? best[most - 1].r : -Infinity;
    for (let j = i + 1; j < lines.length; j++) {
      const b = this.#scaled[j];
      const r = a && b ? dot(a, b) : pearson(lines[i], lines[j]);
      if (r === null || r <= least) continue;
      const place = best.findIndex((other) => other.r < r);
      best.splice(place < 0 ? best.length : place, 0, { i, j, r: Math.max(-1, Math.min(1, r)) });
      best.length = Math.min(best.length, most);
      if (best.length === most) least = best[most - 1].r;
    }
  }
}

/** Centred and of length 1, so that r of two lines is their product; null where a value is missing or all are equal. */
function standardised(line: Values): Float64Array | null {
  const values = new Float64Array(line.length);
  let sum = 0;
  for (let i = 0; i < line.length; i++) {
    const value = line[i];
    if (value === null || !Number.isFinite(value)) return null;
    sum += values[i] = value;
  }
  const mean = sum / values.length;
  for (let i = 0; i < values.length; i++) values[i] -= mean;
  const length = Math.sqrt(dot(values, values));
  for (let i = 0; i < values.length; i++) values[i] /= length;
  return length > 0 ? values : null;
}

/** Four sums side by side, which a processor adds at once. */
function dot(a: Float64Array, b: Float64Array): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  const whole = a.length - (a.length % 4);
  for (let i = 0; i < whole; i += 4) {
    s0 += a[i] * b[i];
    s1 += a[i + 1] * b[i + 1];
    s2 += a[i + 2] * b[i + 2];
    s3 += a[i + 3] * b[i + 3];
  }
  for (let i = whole; i < a.length; i++) s0 += a[i] * b[i];
  return s0 + s1 + (s2 + s3);
}
