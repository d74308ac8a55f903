/**
 * The thread that turns activations into statistics and writes runs, so that the training thread only has to
 * run the network. Messages are dealt with one after another, in the order they came.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { workerData } from 'node:worker_threads';
import { loadKernels } from '../../analysis/kernelHost/kernels.js';
import { readControl } from './controlLines.js';
import { watchParent } from '../process/parentWatch.js';
import { RunOutput, type OutputContext } from './runOutput.js';
import { tryWriting } from './writingTrial.js';
import { SLOT, type FromWriter, type ToWriter, type WriterThreadData, type WritingTrial } from './writerMessages.js';

/** How long runs that are ended without their training thread may take. */
const ENDING_MILLISECONDS = 2000;
/** Maps of the last epoch that are surely written in that time. */
const ENDING_BYTES = 64 * 2 ** 20;

const { shared, port, parentProcessId, controlDescriptor } = workerData as WriterThreadData;

const context: OutputContext = {
  kernels: loadKernels(),
  tell: (message: FromWriter) => port.postMessage(message),
};
context.kernels.catch(() => undefined); // told when a run needs them
const runs = new Map<number, RunOutput>();
let last: Promise<void> = Promise.resolve();

port.on('message', (message: ToWriter) => {
  last = last.then(() => handle(message)).then(() => countAsDone(message));
});

process.on('uncaughtException', die);
process.on('unhandledRejection', die);
if (parentProcessId !== null) watchParent(parentProcessId, endRuns);
if (controlDescriptor !== null)
  readControl(controlDescriptor, ({ type }) => {
    if (type === 'pause' || type === 'resume') Atomics.store(shared, SLOT.paused, type === 'pause' ? 1 : 0);
  });

function handle(message: ToWriter): Promise<void> {
  if (message.type === 'trial') return handleTrial(message);
  if (message.type === 'open') {
    const output = new RunOutput(message.run, context);
    runs.set(message.run, output);
    return output.open(message);
  }
  const output = runs.get(message.run);
  if (!output) return Promise.resolve();
  switch (message.type) {
    case 'maps':
      return output.addMaps(message);
    case 'commit':
      return output.commit(message);
    case 'abandon':
      return output.abandon();
    case 'extend':
      return output.extend(message.lastEpoch);
    case 'pauses':
      return output.notePauses(message.paused);
    case 'rest':
      return output.rest();
    case 'end':
      runs.delete(message.run);
      return output.end(message.outcome);
  }
}

/** What fails here fails again where a run is written, and is told there. */
async function handleTrial(trial: WritingTrial): Promise<void> {
  const tried = await context.kernels.then((kernels) => tryWriting(kernels, trial)).catch(() => null);
  context.tell({ type: 'tried', tried });
}

/** In the place of a training thread that does not answer; epochs that are not whole are not waited for. */
async function endRuns(): Promise<void> {
  const ends = last.then(() =>
    Promise.all([...runs.values()].map((output) => output.end({ state: 'finished', stopped: true }, ENDING_BYTES))),
  );
  await Promise.race([ends, delay(ENDING_MILLISECONDS)]);
}

function countAsDone(message: ToWriter): void {
  Atomics.add(shared, SLOT.done, 1);
  Atomics.notify(shared, SLOT.done);
  const byteCount = message.type === 'maps' ? message.values.byteLength : 0;
  context.tell({ type: 'done', byteCount, wasCommit: message.type === 'commit' });
}

function die(cause: unknown): void {
  Atomics.store(shared, SLOT.dead, 1);
  Atomics.notify(shared, SLOT.done);
  throw cause;
}
