/** Times of measures of whole layers through the engine, from arrays to numbers. */
import { fileURLToPath } from 'node:url';
import { AnalysisEngine } from '../../src/analysis/engine.js';
import { leastTimes, type Times } from '../times.js';

const workerFile = fileURLToPath(new URL('../../dist/analysisWorker.cjs', import.meta.url));
const REPEATS = 3;

/** Samples (n, d). */
export function kernelDensityTime(values: Float32Array, n: number, d: number): Promise<Times> {
  return timed((engine) =>
    engine.measureArrays('layer-mi', { values, n, parts: [{ channelCount: d, mapLength: 1 }] }, { estimator: 'kde' }),
  );
}

/** Two layers (2, n, d), one after the other. */
export function alignmentTime(values: Float32Array, n: number, d: number): Promise<Times> {
  const part = { channelCount: 1, mapLength: d };
  return timed((engine) => engine.measureArrays('cka', { values, n, parts: [part, part] }));
}

/** On one thread, which is started before. */
async function timed(measure: (engine: AnalysisEngine) => Promise<unknown>): Promise<Times> {
  const engine = new AnalysisEngine({ workerFile, threads: 1 });
  try {
    await measure(engine);
    return await leastTimes(REPEATS, async () => void (await measure(engine)));
  } finally {
    await engine.dispose();
  }
}
