/** Peak memory of inter-sample entropy of large samples, in a process of its own: `largeInter.ts N D` prints JSON. */
import { fileURLToPath } from 'node:url';
import { AnalysisEngine } from '../../src/analysis/engine.js';
import { peakMemory } from '../../test/setup/peakMemory.mjs';
import { fillStandardNormal } from '../../src/analysis/measures/standardNormal.js';

const workerFile = fileURLToPath(new URL('../../dist/analysisWorker.cjs', import.meta.url));
const [n, d] = process.argv.slice(2).map(Number);
const samples = new Float32Array(n * d);
fillStandardNormal(samples.subarray(0, 2 ** 20), 1);
// Blocks of the same numbers, each moved a little: noise takes longer to draw than to measure.
for (let at = 2 ** 20; at < samples.length; at++) samples[at] = samples[at % (2 ** 20 - 17)] + (at >> 20) * 1e-3;
const engine = new AnalysisEngine({ workerFile, threads: 2 });
const begin = performance.now();
const { bits } = await engine.interOfArray(samples, n, d, { k: 15 });
const { user, system } = process.cpuUsage();
console.log(
  JSON.stringify({
    bits,
    peakBytes: peakMemory(),
    seconds: (performance.now() - begin) / 1000,
    cpuSeconds: (user + system) / 1e6,
  }),
);
await engine.dispose();
