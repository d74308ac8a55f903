// Half precision, four values at a time: the same roundings as src/store/format/float16.ts.
import { DATA, HALVES } from './_memory';

/** `count` float32 at DATA, as halves at HALVES; up to three more of each are touched. */
export function toHalves(count: usize): void {
  for (let i: usize = 0; i < count; i += 4) {
    const half = halfOf(v128.load(DATA + (i << 2)));
    v128.store64_lane(HALVES + (i << 1), i16x8.narrow_i32x4_u(half, half), 0);
  }
}

/** `count` halves at HALVES, as float32 at DATA; up to three more of each are touched. */
export function fromHalves(count: usize): void {
  for (let i: usize = 0; i < count; i += 4) {
    const half = v128.load_ext<u16>(HALVES + (i << 1));
    v128.store(DATA + (i << 2), floatOf(half));
  }
}

@inline
function halfOf(bits: v128): v128 {
  const sign = v128.and(bits, i32x4.splat(0x80000000));
  const magnitude = v128.xor(bits, sign);
  const odd = v128.and(i32x4.shr_u(magnitude, 13), i32x4.splat(1));
  const normal = i32x4.shr_u(i32x4.add(i32x4.add(magnitude, i32x4.splat(((15 - 127) << 23) + 0xfff)), odd), 13);
  const subnormal = i32x4.sub(f32x4.add(magnitude, f32x4.splat(0.5)), i32x4.splat(0x3f000000));
  const payload = i32x4.max_u(v128.and(i32x4.shr_u(magnitude, 13), i32x4.splat(0x3ff)), i32x4.splat(1));
  const isNumber = i32x4.le_u(magnitude, i32x4.splat(0x7f800000));
  const special = v128.or(i32x4.splat(0x7c00), v128.andnot(payload, isNumber));
  const small = v128.bitselect(subnormal, normal, i32x4.lt_u(magnitude, i32x4.splat(0x38800000)));
  const half = v128.bitselect(special, small, i32x4.ge_u(magnitude, i32x4.splat(0x47800000)));
  return v128.or(half, i32x4.shr_u(sign, 16));
}

@inline
function floatOf(half: v128): v128 {
  const sign = i32x4.shl(v128.and(half, i32x4.splat(0x8000)), 16);
  const shifted = i32x4.shl(v128.and(half, i32x4.splat(0x7fff)), 13);
  const normal = i32x4.add(shifted, i32x4.splat((127 - 15) << 23));
  const special = i32x4.add(shifted, i32x4.splat((255 - 31) << 23));
  const smallest = i32x4.splat((127 - 14) << 23);
  const subnormal = f32x4.sub(i32x4.add(shifted, smallest), smallest);
  const small = v128.bitselect(subnormal, normal, i32x4.lt_u(shifted, i32x4.splat(1 << 23)));
  const value = v128.bitselect(special, small, i32x4.ge_u(shifted, i32x4.splat(31 << 23)));
  return v128.or(value, sign);
}
