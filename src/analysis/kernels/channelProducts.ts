/**
 * Products of all pairs of a layer's channels over all samples and places, each channel less its mean: what their
 * correlations are made of. The twin is measures/redundancy.ts.
 */
import { addPairProducts } from './_pairProducts';
import { packedRow } from './_product';
import { addProduct, sumsOf } from './_tile';

/**
 * Adds to sums (pair, float64) and to squares (channel, float64) those of `sampleCount` samples of maps (sample,
 * channel, length): together one piece of rows, which float32 sums. `packed` has room for the channels, rounded up
 * to fours, in rows of `stride` bytes, a multiple of 16 that holds sampleCount · length values.
 */
export function addChannelProducts(
  maps: usize,
  sampleCount: i32,
  channelCount: i32,
  length: i32,
  means: usize,
  packed: usize,
  stride: usize,
  sums: usize,
  squares: usize,
): void {
  memory.fill(packed, 0, <usize>((channelCount + 3) & ~3) * stride);
  for (let channel = 0; channel < channelCount; channel++) {
    const mean = load<f64>(means + ((<usize>channel) << 3));
    const row = packedRow(packed, stride, channel);
    for (let sample = 0; sample < sampleCount; sample++) {
      const map = maps + (((<usize>sample * channelCount + channel) * length) << 2);
      packMap(map, length, mean, row, sample * length);
    }
  }
  addPairProducts<f32, f64>(packed, stride, channelCount, 0, channelCount, sums, false);
  for (let channel = 0; channel < channelCount; channel++) {
    const row = packedRow(packed, stride, channel);
    let sum = f32x4.splat(0);
    for (let k: usize = 0; k < stride << 2; k += 64) {
      const x = v128.load(row + k);
      sum = addProduct<f32>(sum, x, x);
    }
    // As a product with an equal channel is summed, to the last bit.
    const square = <f64>f32x4.extract_lane(sumsOf<f32>(sum, sum, sum, sum), 0);
    const place = squares + ((<usize>channel) << 3);
    store<f64>(place, load<f64>(place) + square);
  }
}

/** One map less the mean, from place `from` of a packed row on. */
function packMap(map: usize, length: i32, mean: f64, row: usize, from: i32): void {
  let p = 0;
  if ((from & 3) == 0) {
    const means = f64x2.splat(mean);
    for (; p + 4 <= length; p += 4) {
      const x = v128.load(map + ((<usize>p) << 2));
      const low = f64x2.sub(f64x2.promote_low_f32x4(x), means);
      const high = f64x2.sub(f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 2, 3)), means);
      const four = v128.shuffle<f64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
      v128.store(row + ((<usize>(from + p)) << 4), four);
    }
  }
  for (; p < length; p++) {
    const at = <usize>(from + p);
    store<f32>(row + ((at >> 2) << 6) + ((at & 3) << 2), <f32>(<f64>load<f32>(map + ((<usize>p) << 2)) - mean));
  }
}
