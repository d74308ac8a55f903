/**
 * `node fewAddresses.cjs <worker> <kernels> [<run>]`: asks an engine for an entropy – of an array, or of every layer of
 * a run with several threads – and prints what came of it – "answered", or the kind of the Failure – and then that the
 * process still lives.
 */
import { AnalysisEngine } from '../../../src/analysis/engine.js';
import { Failure } from '../../../src/protocol/failure.js';

const [, , workerFile = '', kernelsFolder = '', run] = process.argv;
const threads = run === undefined ? 1 : 4;
const engine = new AnalysisEngine({ workerFile, kernelsFolder, threads, keepsResults: false });
const samples = Float32Array.from({ length: 64 * 16 }, (_, index) => Math.sin(index * index));
const asked: Promise<unknown> =
  run === undefined
    ? engine.interOfArray(samples, 64, 16)
    : engine.measure(run, { query: 'dCNN(-, -, -, -)', measure: 'inter' });
void asked
  .then(
    () => 'answered',
    (error: unknown) => (error instanceof Failure ? error.kind : `untyped: ${String(error)}`),
  )
  .then(async (outcome) => {
    process.stdout.write(`${outcome}\n`);
    await engine.dispose();
    process.stdout.write('alive\n');
  });
