/**
 * `node fewAddresses.cjs <worker> <kernels>`: asks an engine for an entropy and prints what came of it – "answered",
 * or the kind of the Failure – and then that the process still lives.
 */
import { AnalysisEngine } from '../../../src/analysis/engine.js';
import { Failure } from '../../../src/protocol/failure.js';

const [, , workerFile = '', kernelsFolder = ''] = process.argv;
const engine = new AnalysisEngine({ workerFile, kernelsFolder, threads: 1 });
const samples = Float32Array.from({ length: 64 * 16 }, (_, index) => Math.sin(index * index));
void engine
  .interOfArray(samples, 64, 16)
  .then(
    () => 'answered',
    (error: unknown) => (error instanceof Failure ? error.kind : `untyped: ${String(error)}`),
  )
  .then(async (outcome) => {
    process.stdout.write(`${outcome}\n`);
    await engine.dispose();
    process.stdout.write('alive\n');
  });
