// Required before a training: its weights, shuffles and dropouts are drawn from CNNSLICER_BENCH_SEED (mulberry32).
let state = Number(process.env.CNNSLICER_BENCH_SEED ?? 1) >>> 0;

Math.random = () => {
  state = (state + 0x6d2b79f5) >>> 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
};
