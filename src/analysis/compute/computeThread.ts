/** A thread that computes: reads maps into shared memory and runs kernels over it, one task at a time. */
import type { MessagePort } from 'node:worker_threads';
import { serve, type Handlers } from '../../protocol/rpc.js';
import { withComputedStatistics } from '../run/computedStatistics.js';
import { openRun } from '../../store/reading/openRun.js';
import type { RunReader } from '../../store/format/runAccess.js';
import type { KernelModules } from '../kernelHost/kernels.js';
import type { RunReference } from '../run/openedRun.js';
import { ThreadKernels } from './threadKernels.js';
import { computeTasks, type TaskContract } from './computeTasks.js';
import { internalInput } from '../calls/internalInput.js';
import { portOfParent } from '../calls/workerPort.js';

/** Runs kept open in a thread. */
const MOST_OPEN_RUNS = 4;

export interface ComputeData {
  readonly role: 'compute';
}

/** The first message is the compiled kernels; all others are tasks. */
export function startComputeThread(parent: MessagePort): void {
  parent.once('message', (modules: KernelModules) => serveTasks(parent, modules));
}

function serveTasks(parent: MessagePort, modules: KernelModules): void {
  const runs = new OpenRuns();
  const tasks = computeTasks(new ThreadKernels(modules), (run) => runs.open(run));
  const handlers = Object.entries(tasks).map(([name, handle]) => [name, { input: internalInput(), handle }]);
  // One entry a task, whose input is that of its function.
  serve(portOfParent(parent), Object.fromEntries(handlers) as Handlers<TaskContract>);
}

class OpenRuns {
  private readonly readers = new Map<string, Promise<RunReader>>();

  open({ folder, tag }: RunReference): Promise<RunReader> {
    const key = `${tag} ${folder}`;
    const reader = this.readers.get(key) ?? openRun(folder).then(withComputedStatistics);
    this.readers.delete(key);
    this.readers.set(key, reader);
    reader.catch(() => this.readers.delete(key));
    const [oldest] = this.readers.keys();
    if (this.readers.size > MOST_OPEN_RUNS && oldest !== undefined) this.readers.delete(oldest);
    return reader;
  }
}
