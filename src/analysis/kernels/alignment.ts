/**
 * Sums over Gram matrices, given as products of pairs i < j, that the unbiased Hilbert–Schmidt criterion is made of:
 * of all samples, and apart for the samples of each group of the jackknife. The twin is measures/gramSums.ts.
 */

/** sums (sample, group) float64: Σ_j g_ij over the other samples j of each group; `groups` (n) bytes. */
export function gramRowSums(gram: usize, n: i32, groups: usize, groupCount: i32, sums: usize): void {
  const rowBytes = (<usize>groupCount) << 3;
  memory.fill(sums, 0, <usize>n * rowBytes);
  let p = gram;
  for (let i = 0; i < n; i++) {
    const own = sums + <usize>i * rowBytes;
    let other = own + rowBytes + ((<usize>load<u8>(groups + i)) << 3);
    for (let j = i + 1; j < n; j++) {
      const product = load<f64>(p);
      p += 8;
      const cell = own + ((<usize>load<u8>(groups + j)) << 3);
      store<f64>(cell, load<f64>(cell) + product);
      store<f64>(other, load<f64>(other) + product);
      other += rowBytes;
    }
  }
}

/**
 * sums (group + 1) float64: Σ a_ij b_ij over the pairs with a sample in each group, and over all pairs. `scratch` is
 * groupCount × 8 bytes.
 */
export function gramTraces(
  a: usize,
  b: usize,
  n: i32,
  groups: usize,
  groupCount: i32,
  scratch: usize,
  sums: usize,
): void {
  const bytes = (<usize>groupCount) << 3;
  memory.fill(sums, 0, bytes + 8);
  let at: usize = 0;
  for (let i = 0; i < n; i++) {
    memory.fill(scratch, 0, bytes);
    for (let j = i + 1; j < n; j++) {
      const cell = scratch + ((<usize>load<u8>(groups + j)) << 3);
      store<f64>(cell, load<f64>(cell) + load<f64>(a + at) * load<f64>(b + at));
      at += 8;
    }
    addRow(scratch, (<usize>load<u8>(groups + i)) << 3, bytes, sums);
  }
}

/** A sample's sums by group of the other: all of them touch its own group. */
function addRow(row: usize, own: usize, bytes: usize, sums: usize): void {
  let total: f64 = 0;
  for (let group: usize = 0; group < bytes; group += 8) {
    const sum = load<f64>(row + group);
    total += sum;
    if (group != own) store<f64>(sums + group, load<f64>(sums + group) + sum);
  }
  store<f64>(sums + own, load<f64>(sums + own) + total);
  store<f64>(sums + bytes, load<f64>(sums + bytes) + total);
}
