/** The nearest others of a row, nearest first: squares of distances (float64) and indices, of a fixed length. */

export function clearNearest(squares: usize, length: i32): void {
  for (let place = 0; place < length; place++) store<f64>(squares + ((<usize>place) << 3), Infinity);
}

/** Into a list of `found` entries, by square and then by index; what does not fit falls out. */
export function insertNearest(square: f64, j: i32, squares: usize, out: usize, length: i32, found: i32): void {
  let place = min(found, length);
  for (; place > 0; place--) {
    const before = load<f64>(squares + ((<usize>(place - 1)) << 3));
    const other = load<i32>(out + ((<usize>(place - 1)) << 2));
    if (before < square || (before == square && other < j)) break;
    if (place < length) {
      store<f64>(squares + ((<usize>place) << 3), before);
      store<i32>(out + ((<usize>place) << 2), other);
    }
  }
  if (place == length) return;
  store<f64>(squares + ((<usize>place) << 3), square);
  store<i32>(out + ((<usize>place) << 2), j);
}

/** The square of row j's distance to i where i is among its neighbours; −1 where it is not. */
export function listedSquare(neighbours: usize, squares: usize, length: i32, j: i32, i: i32): f64 {
  const list = neighbours + ((<usize>j * length) << 2);
  for (let place = 0; place < length; place++) {
    if (load<i32>(list + ((<usize>place) << 2)) != i) continue;
    const square = load<f64>(squares + ((<usize>j * length + place) << 3));
    return square < Infinity ? square : -1; // a list with fewer entries than it has room for
  }
  return -1;
}
