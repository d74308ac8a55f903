/** Tells whether anything is not finite: samples that hold such values are left out. */

/** Whether all of `count` float32 values are neither NaN nor ±Inf. */
export function allFinite(values: usize, count: usize): bool {
  const end = values + (count << 2);
  let at = values;
  let wrong = f32x4.splat(0);
  // x − x is 0 for finite values only, and NaN stays in a sum.
  for (; at + 16 <= end; at += 16) {
    const x = v128.load(at);
    wrong = f32x4.add(wrong, f32x4.sub(x, x));
  }
  let rest: f32 = 0;
  for (; at < end; at += 4) rest += load<f32>(at) - load<f32>(at);
  return rest == 0 && !v128.any_true(f32x4.ne(wrong, f32x4.splat(0)));
}
