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
    sum += digamma(within(sortedX, x[i], radius)) + digamma(within(sortedY, y[i], radius));
    if (radius === 0) sum += digamma(k) - digamma(countWhere(n, (j) => x[j] === x[i] && y[j] === y[i]));
  }
  return (digamma(k) + digamma(n) - sum / n) / Math.LN2;
}

/** I(X; L) of n values with labels. Labels that occur once tell nothing and are left out (Ross 2014). */
export function ross(x: Float64Array, labels: Int32Array, k = 3): number {
  const groups = new Map<number, number[]>();
  labels.forEach((label, i) => groups.set(label, [...(groups.get(label) ?? []), i]));
  const kept = [...groups.values()].filter((members) => members.length > 1);
  const values = Float64Array.from(kept.flat(), (i) => x[i]);
  const sorted = Float64Array.from(values).sort();
  const n = values.length;
  if (n === 0) return 0;
  let sum = 0;
  for (const members of kept) {
    const neighbours = Math.min(k, members.length - 1);
    const group = Float64Array.from(members, (i) => x[i]).sort();
    for (let a = 0; a < group.length; a++) {
      const radius = kthDistanceInOrder(group, a, neighbours);
      const [near, all] =
        radius > 0
          ? [neighbours, strictlyWithin(sorted, group[a], radius)]
          : [equalTo(group, group[a]), equalTo(sorted, group[a])];
      sum += digamma(near) - digamma(members.length) - digamma(all);
    }
  }
  return (digamma(n) + sum / n) / Math.LN2;
}

/** The same among ascending values: the nearest lie beside each other. */
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
  const from = lowerBound(sorted, (value) => centre - value < radius);
  const to = lowerBound(sorted, (value) => value - centre >= radius);
  return Math.max(1, to - from);
}

/** How many of `sorted` are the value itself. */
function equalTo(sorted: Float64Array, value: number): number {
  return lowerBound(sorted, (one) => one > value) - lowerBound(sorted, (one) => one >= value);
}

function countWhere(n: number, holds: (i: number) => boolean): number {
  let count = 0;
  for (let i = 0; i < n; i++) if (holds(i)) count++;
  return count;
}

/** First index at which the monotone condition holds. */
function lowerBound(sorted: Float64Array, holds: (value: number) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(sorted[middle])) high = middle;
    else low = middle + 1;
  }
  return low;
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
    inverse * (1 / 12 - inverse * (1 / 120 - inverse * (1 / 252 - inverse * (1 / 240 - inverse * (1 / 132 - inverse * (691 / 32760)))))); // prettier-ignore
  return shift + Math.log(z) - 1 / (2 * z) - series;
}
