/** Times of distance MI between all channels of two layers through the engine: from arrays to the matrix. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { AnalysisEngine } from '../../src/analysis/engine.js';
import type { MeasureOptions } from '../../src/protocol/measure.js';
import { leastTimes, type Times } from '../times.js';

const workerFile = fileURLToPath(new URL('../../dist/analysisWorker.cjs', import.meta.url));

/** Two layers of `channels` maps of `mapLength` values each: (2, n, channels, mapLength). `worstBlock` is of the calling thread, ms. */
export async function distanceMiTime(
  values: Float32Array,
  [n, channels, mapLength]: readonly [number, number, number],
  threads: number,
  options: MeasureOptions,
  repeats: number,
): Promise<Times & { readonly worstBlock: number }> {
  const engine = new AnalysisEngine({ workerFile, threads });
  const part = { channelCount: channels, mapLength };
  const parts = [part, part];
  const measure = async (): Promise<void> =>
    void (await engine.measureArrays('distance-mi', { values, n, parts }, options));
  try {
    // Threads and kernels start once, as those of a peer's process do.
    await engine.measureArrays('distance-mi', {
      values: values.subarray(0, 2 * 40 * channels * mapLength),
      n: 40,
      parts,
    });
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const least = await leastTimes(repeats, measure);
    delay.disable();
    return { ...least, worstBlock: delay.max / 1e6 };
  } finally {
    await engine.dispose();
  }
}
