/** All numbers of a recorded run, in a fresh process: `allNumbers RUN WORKER` prints JSON of seconds. */
import { AnalysisEngine } from '../../src/analysis/engine.js';
import type { MeasureRequest } from '../../src/protocol/measure.js';

const [run, workerFile] = process.argv.slice(2);
const questions: MeasureRequest[] = [
  { query: 'dCNN(-, -, -, -)', measure: 'intra' },
  { query: 'dCNN(-, {1, 3}, -, {1..5})', measure: 'distance-mi', options: { of: 'channels' } },
  { query: 'dCNN(-, -, -, {1..5})', measure: 'inter' },
];
const engine = new AnalysisEngine({ workerFile });
const answers = await Promise.all(questions.map((question) => engine.measure(run, question)));
const { user, system } = process.cpuUsage();
console.log(
  JSON.stringify({
    // From the start of the process.
    seconds: performance.now() / 1000,
    cpuSeconds: (user + system) / 1e6,
    values: answers.map(({ values }) => values.length),
  }),
);
await engine.dispose();
