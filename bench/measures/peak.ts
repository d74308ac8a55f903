/** What 128-bit vectors without fused multiplication can reach in WebAssembly on this processor. */
import asc from 'assemblyscript/asc';
import { webAssembly } from '../../src/analysis/memory/webAssembly.js';
import { leastTimes } from '../times.js';

/** So many sums that each is waited for by nobody: a multiplication and an addition take six cycles. */
const CHAINS = 12;
const STEPS = 2_000_000;

const names = Array.from({ length: CHAINS }, (_, i) => `s${i}`);
const source = `
export function run(steps: i32): f32 {
  // Through memory: V8 would make constants anew at every step.
  v128.store(0, f32x4.splat(0.999));
  v128.store(16, f32x4.splat(0.001));
  const factor = v128.load(0), term = v128.load(16);
  ${names.map((name) => `let ${name} = f32x4.splat(1);`).join(' ')}
  for (let step = 0; step < steps; step++) {
    ${names.map((name) => `${name} = f32x4.add(f32x4.mul(${name}, factor), term);`).join('\n    ')}
  }
  return f32x4.extract_lane(${names.reduce((sum, name) => `f32x4.add(${sum}, ${name})`)}, 0);
}`;

/** GFLOP/s. */
export async function widestRate(): Promise<number> {
  const { error, binary, stderr } = await asc.compileString(source, {
    optimizeLevel: 3,
    runtime: 'stub',
    initialMemory: 1,
    enable: ['simd'],
  });
  if (error || !binary) throw new Error(`compiling the loop of the peak: ${stderr.toString()}`);
  const { run } = new webAssembly.Instance(await webAssembly.compile(binary), {}).exports as {
    run(steps: number): number;
  };
  const { cpu: ms } = await leastTimes(20, () => void run(STEPS));
  return (STEPS * CHAINS * 8) / ms / 1e6;
}
