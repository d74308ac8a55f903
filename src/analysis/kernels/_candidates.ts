/**
 * Lists of candidates: for each row the others with the least bounds of the distance, found among more than fit.
 * A candidate is one number, its bound above its index, so that candidates are in order by bound and then by
 * index, and which ones are the least does not depend on the order in which they come. A list takes twice as
 * many as are wanted and is cut down when it is full, which costs a fifth of keeping it sorted.
 *
 * Threads have lists of their own and share each row's limit: a bound that so many candidates of one thread do
 * not exceed. A limit that is read late only lets more candidates in.
 */

/** Of a list: how many candidates there are (int32), and from where on a key is none of the wanted (int64). */
const HEADER: usize = 16;
const LARGEST_KEY: i64 = i64.MAX_VALUE;

/** Candidates that a list has room for, `length` of them wanted. */
export function roomOf(length: i32): i32 {
  return 2 * length;
}

/** Bytes of a row's list. */
export function listBytes(length: i32): usize {
  return HEADER + ((<usize>roomOf(length)) << 3);
}

/** In the order of bounds, and where these are equal of indices. */
export function keyOf(bound: f32, index: i32): i64 {
  const bits = reinterpret<i32>(bound);
  return ((<i64>(bits ^ ((bits >> 31) & 0x7fffffff))) << 32) | (<i64>(<u32>index));
}

export function boundOf(key: i64): f32 {
  const bits = <i32>(key >> 32);
  return reinterpret<f32>(bits ^ ((bits >> 31) & 0x7fffffff));
}

export function indexOf(key: i64): i32 {
  return <i32>key;
}

export function clearList(list: usize): void {
  store<i32>(list, 0);
  store<i64>(list, LARGEST_KEY, 8);
}

/** Into the list of a row whose limit (float32) is at `limit`. */
export function offerCandidate(list: usize, limit: usize, bound: f32, index: i32, length: i32): void {
  const key = keyOf(bound, index);
  if (key >= load<i64>(list, 8)) return;
  const count = load<i32>(list);
  const keys = list + HEADER;
  store<i64>(keys + ((<usize>count) << 3), key);
  if (count + 1 < roomOf(length)) {
    store<i32>(list, count + 1);
    return;
  }
  leastFirst(keys, count + 1, length);
  const last = load<i64>(keys + ((<usize>(length - 1)) << 3));
  store<i32>(list, length);
  store<i64>(list, last, 8);
  if (boundOf(last) < load<f32>(limit)) store<f32>(limit, boundOf(last));
}

/**
 * The `length` least candidates of `listCount` lists, `apart` bytes from one to the next, ascending at `merged`, which
 * has room for those of all lists. Returns how many there are, which may be fewer.
 */
export function mergeLists(lists: usize, apart: usize, listCount: i32, length: i32, merged: usize): i32 {
  let count = 0;
  for (let one = 0; one < listCount; one++) {
    const list = lists + one * apart;
    const some = load<i32>(list);
    memory.copy(merged + ((<usize>count) << 3), list + HEADER, (<usize>some) << 3);
    count += some;
  }
  if (count > length) leastFirst(merged, count, length);
  const kept = min(count, length);
  sort(merged, kept);
  return kept;
}

/** Puts the `length` least of `count` keys first, the greatest of them last (Hoare's FIND), no branch hanging on a key. */
function leastFirst(keys: usize, count: i32, length: i32): void {
  const wanted = keys + ((<usize>(length - 1)) << 3);
  let from = keys;
  let last = keys + ((<usize>(count - 1)) << 3);
  while (from < last) {
    exchange(middleOfThree(from, from + (((last - from) >> 4) << 3), last), last);
    const pivot = load<i64>(last);
    let place = from;
    for (let at = from; at < last; at += 8) {
      const key = load<i64>(at);
      store<i64>(at, load<i64>(place));
      store<i64>(place, key);
      place += (<usize>(key < pivot)) << 3;
    }
    exchange(place, last);
    if (place == wanted) return;
    if (place < wanted) from = place + 8;
    else last = place - 8;
  }
}

/** Of three addresses the one whose key is neither the least nor the greatest. */
function middleOfThree(a: usize, b: usize, c: usize): usize {
  const low = load<i64>(a) < load<i64>(b) ? a : b;
  const high = low == a ? b : a;
  if (load<i64>(c) < load<i64>(low)) return low;
  return load<i64>(c) < load<i64>(high) ? c : high;
}

function exchange(a: usize, b: usize): void {
  const key = load<i64>(a);
  store<i64>(a, load<i64>(b));
  store<i64>(b, key);
}

/** Ascending, by insertion: there are few. */
function sort(keys: usize, count: i32): void {
  for (let i = 1; i < count; i++) {
    const key = load<i64>(keys + ((<usize>i) << 3));
    let place = keys + ((<usize>i) << 3);
    for (; place > keys && load<i64>(place - 8) > key; place -= 8) store<i64>(place, load<i64>(place - 8));
    store<i64>(place, key);
  }
}
