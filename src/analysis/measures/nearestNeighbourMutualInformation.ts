/**
 * Mutual information of single units by nearest neighbours: between two continuous variables
 * (Kraskov, Stögbauer and Grassberger 2004, first estimator, max-norm) and between a continuous one
 * and a label (Ross 2014). Nothing is binned. Near independence the estimates scatter around 0 and may
 * be negative: compare them with a permutation null, never with 0. Where k others have the very same value
 * (a unit that is 0 for most inputs) there is no radius: then all that are equal stand for the neighbours (Gao,
 * Kannan, Oh and Viswanath 2017, "Estimating mutual information for discrete-continuous mixtures"). Bits.
 */

/** I(X; Y) of n paired values; k < n. */
export function ksg(x: Float64Array, y: Float64Array, k = 3): number {
  const n = x.length;
  const sortedX = Float64Array.from(x).sort();
  const sortedY = Float64Array.from(y).sort();
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const radius = kthDistance(n, k, i, (j) => Math.max(Math.abs(x[i] - x[j]), Math.abs(y[i] - y[j])));
    const within = radius > 0 ? strictlyWithin : equalTo;
    sum += digammaOf(within(sortedX, x[i], radius)) + digammaOf(within(sortedY, y[i], radius));
    if (radius === 0) sum += digammaOf(k) - digammaOf(countWhere(n, (j) => x[j] === x[i] && y[j] === y[i]));
  }
  return (digammaOf(k) + digammaOf(n) - sum / n) / Math.LN2;
}

/** I(X; L) of n values with labels. Labels that occur once tell nothing and are left out (Ross 2014). */
export function ross(x: Float64Array, labels: Int32Array, k = 3): number {
  return rossOf(x)(labels, k);
}

/** `ross` of one variable beside any labels, such as permuted ones: its values are put in order once. */
export function rossOf(x: Float64Array): (labels: Int32Array, k?: number) => number {
  const order = Int32Array.from(x.keys()).sort((a, b) => x[a] - x[b]);
  return (labels, k = 3) => {
    const { sorted, groups } = inGroups(x, order, labels);
    const n = sorted.length;
    if (n === 0) return 0;
    let sum = 0;
    for (const group of groups) {
      const neighbours = Math.min(k, group.length - 1);
      for (let a = 0; a < group.length; a++) {
        const radius = kthDistanceInOrder(group, a, neighbours);
        const near = radius > 0 ? neighbours : equalTo(group, group[a]);
        const all = radius > 0 ? strictlyWithin(sorted, group[a], radius) : equalTo(sorted, group[a]);
        sum += digammaOf(near) - digammaOf(group.length) - digammaOf(all);
      }
    }
    return (digammaOf(n) + sum / n) / Math.LN2;
  };
}

/** Ascending values of labels that occur more than once: of all, and of each label in the order in which they occur. */
function inGroups(
  x: Float64Array,
  order: Int32Array,
  labels: Int32Array,
): { readonly sorted: Float64Array; readonly groups: readonly Float64Array[] } {
  const places = new Map<number, number>();
  const sizes: number[] = [];
  const placeOf = Int32Array.from(labels, (label) => {
    const place = places.get(label) ?? sizes.push(0) - 1;
    places.set(label, place);
    sizes[place]++;
    return place;
  });
  const groups = sizes.map((size) => new Float64Array(size));
  const filled = sizes.map(() => 0);
  const sorted = new Float64Array(sizes.reduce((sum, size) => sum + (size > 1 ? size : 0), 0));
  let count = 0;
  for (const i of order) {
    const place = placeOf[i];
    groups[place][filled[place]++] = x[i];
    if (sizes[place] > 1) sorted[count++] = x[i];
  }
  return { sorted, groups: groups.filter(({ length }) => length > 1) };
}

/** Distance from the value at a place to its k-th nearest other among ascending ones: those lie beside each other. */
function kthDistanceInOrder(sorted: Float64Array, at: number, k: number): number {
  let [left, right, distance] = [at - 1, at + 1, 0];
  for (let found = 0; found < k; found++) {
    const below = left < 0 ? Infinity : sorted[at] - sorted[left];
    const above = right >= sorted.length ? Infinity : sorted[right] - sorted[at];
    distance = Math.min(below, above);
    if (below <= above) left--;
    else right++;
  }
  return distance;
}

/** Distance from point i to its k-th nearest other of n. */
function kthDistance(n: number, k: number, i: number, distance: (j: number) => number): number {
  const nearest = new Float64Array(k).fill(Infinity);
  for (let j = 0; j < n; j++) {
    if (j === i) continue;
    const d = distance(j);
    if (d >= nearest[k - 1]) continue;
    let place = k - 1;
    for (; place > 0 && nearest[place - 1] > d; place--) nearest[place] = nearest[place - 1];
    nearest[place] = d;
  }
  return nearest[k - 1];
}

/**
 * How many of `sorted` lie nearer to `centre` than `radius`, the centre itself counted; at least 1. By
 * differences: the point that set the radius lies exactly on it, and centre ± radius would round.
 */
function strictlyWithin(sorted: Float64Array, centre: number, radius: number): number {
  let [from, end] = [0, sorted.length];
  while (from < end) {
    const middle = (from + end) >> 1;
    if (centre - sorted[middle] < radius) end = middle;
    else from = middle + 1;
  }
  let to = from;
  end = sorted.length;
  while (to < end) {
    const middle = (to + end) >> 1;
    if (sorted[middle] - centre >= radius) end = middle;
    else to = middle + 1;
  }
  return Math.max(1, to - from);
}

/** How many of `sorted` are the value itself. */
function equalTo(sorted: Float64Array, value: number): number {
  let [from, end] = [0, sorted.length];
  while (from < end) {
    const middle = (from + end) >> 1;
    if (sorted[middle] >= value) end = middle;
    else from = middle + 1;
  }
  let to = from;
  end = sorted.length;
  while (to < end) {
    const middle = (to + end) >> 1;
    if (sorted[middle] > value) end = middle;
    else to = middle + 1;
  }
  return to - from;
}

function countWhere(n: number, holds: (i: number) => boolean): number {
  let count = 0;
  for (let i = 0; i < n; i++) if (holds(i)) count++;
  return count;
}

/** ψ of whole numbers from 1, as far as they were asked for: the same few are asked for every sample. */
const digammas = [NaN];

function digammaOf(count: number): number {
  for (let next = digammas.length; next <= count; next++) digammas.push(digamma(next));
  return digammas[count];
}

/** ψ(x) for x > 0: recurrence to x ≥ 6, then the asymptotic series; error below 1e-12. */
export function digamma(x: number): number {
  let shift = 0;
  let z = x;
  while (z < 6) {
    shift -= 1 / z;
    z += 1;
  }
  const inverse = 1 / (z * z);
  const series =
    inverse *
    (1 / 12 -
      inverse * (1 / 120 - inverse * (1 / 252 - inverse * (1 / 240 - inverse * (1 / 132 - inverse * (691 / 32760))))));
  return shift + Math.log(z) - 1 / (2 * z) - series;
}
