/**
 * Logarithm and exponential from additions, multiplications and divisions alone, so that they give
 * the same bits on every machine and need no tables (modules share one memory). Errors are below
 * 2e-16 relative, where the results are normal numbers.
 */

const LN2_HIGH: f64 = 6.9314718036912381649e-1;
const LN2_LOW: f64 = 1.90821492927058770002e-10;
const SQRT_HALF: f64 = 0.7071067811865476;

/** atanh series: ln m for √½ ≤ m < √2. */
function lnOfMantissa(m: f64): f64 {
  const s = (m - 1) / (m + 1);
  const z = s * s;
  let series: f64 = 1.0 / 23;
  series = series * z + 1.0 / 21;
  series = series * z + 1.0 / 19;
  series = series * z + 1.0 / 17;
  series = series * z + 1.0 / 15;
  series = series * z + 1.0 / 13;
  series = series * z + 1.0 / 11;
  series = series * z + 1.0 / 9;
  series = series * z + 1.0 / 7;
  series = series * z + 1.0 / 5;
  series = series * z + 1.0 / 3;
  return 2 * s + 2 * s * z * series;
}

/** log2 x of a positive normal number; exact for powers of two. */
export function log2(x: f64): f64 {
  const bits = reinterpret<i64>(x);
  let exponent = <i32>(bits >> 52) - 1022;
  let m = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3fe0000000000000); // ½ ≤ m < 1
  if (m < SQRT_HALF) {
    m *= 2;
    exponent--;
  }
  return <f64>exponent + lnOfMantissa(m) * 1.4426950408889634;
}

/** eˣ for x ≤ 0; 0 below −708, where the result would not be a normal number. */
export function expOfNegative(x: f64): f64 {
  if (!(x > -708)) return 0;
  const n = nearest(x * 1.4426950408889634);
  const r = x - n * LN2_HIGH - n * LN2_LOW;
  let series: f64 = 1.0 / 6227020800;
  series = series * r + 1.0 / 479001600;
  series = series * r + 1.0 / 39916800;
  series = series * r + 1.0 / 3628800;
  series = series * r + 1.0 / 362880;
  series = series * r + 1.0 / 40320;
  series = series * r + 1.0 / 5040;
  series = series * r + 1.0 / 720;
  series = series * r + 1.0 / 120;
  series = series * r + 1.0 / 24;
  series = series * r + 1.0 / 6;
  series = series * r + 0.5;
  series = series * r + 1;
  series = series * r + 1;
  return series * reinterpret<f64>((<i64>n + 1023) << 52);
}

/** eˣ of two x ≤ 0, as expOfNegative has it. */
export function exponentials(x: v128): v128 {
  // 1.5 · 2⁵²: added to a number below 2⁵¹ it rounds it to a whole one, which is then in the low bits.
  const rounder = f64x2.splat(6755399441055744);
  const shifted = f64x2.add(f64x2.mul(x, f64x2.splat(1.4426950408889634)), rounder);
  const n = f64x2.sub(shifted, rounder);
  const r = f64x2.sub(f64x2.sub(x, f64x2.mul(n, f64x2.splat(LN2_HIGH))), f64x2.mul(n, f64x2.splat(LN2_LOW)));
  let series = f64x2.splat(1.0 / 6227020800);
  series = f64x2.add(f64x2.mul(series, r), f64x2.splat(1.0 / 479001600));
  series = f64x2.add(f64x2.mul(series, r), f64x2.splat(1.0 / 39916800));
  series = f64x2.add(f64x2.mul(series, r), f64x2.splat(1.0 / 3628800));
  series = f64x2.add(f64x2.mul(series, r), f64x2.splat(1.0 / 362880));
  series = f64x2.add(f64x2.mul(series, r), f64x2.splat(1.0 / 40320));
  series = f64x2.add(f64x2.mul(series, r), f64x2.splat(1.0 / 5040));
  series = f64x2.add(f64x2.mul(series, r), f64x2.splat(1.0 / 720));
  series = f64x2.add(f64x2.mul(series, r), f64x2.splat(1.0 / 120));
  series = f64x2.add(f64x2.mul(series, r), f64x2.splat(1.0 / 24));
  series = f64x2.add(f64x2.mul(series, r), f64x2.splat(1.0 / 6));
  series = f64x2.add(f64x2.mul(series, r), f64x2.splat(0.5));
  series = f64x2.add(f64x2.mul(series, r), f64x2.splat(1));
  series = f64x2.add(f64x2.mul(series, r), f64x2.splat(1));
  const power = i64x2.shl(i64x2.add(shifted, i64x2.splat(1023)), 52);
  return v128.and(f64x2.mul(series, power), f64x2.gt(x, f64x2.splat(-708)));
}
