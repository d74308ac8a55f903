/** The coordinator as the engine sees it: started when it is needed, and once more when it has died over a request. */
import { availableParallelism, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { cancelled, Failure } from '../../protocol/failure.js';
import { connect, type CallContext, type Client } from '../../protocol/rpc.js';
import { needAddresses, THREAD_ADDRESSES } from '../../system/addressSpace.js';
import type { CoordinatorData } from '../coordinator/coordinator.js';
import type { CoordinatorContract } from '../coordinator/coordinatorRequests.js';
import { portOfWorker } from '../calls/workerPort.js';

export interface EngineOptions {
  /** dist/analysisWorker.cjs */
  readonly workerFile: string;
  /** Folder of the compiled kernels; `kernels` beside the worker file unless given. */
  readonly kernelsFolder?: string;
  /** Threads that compute; as many as the machine runs at once, at most 8, unless given. */
  readonly threads?: number;
  /** The most that values under way take together; a quarter of the machine's, at most 2 GiB, unless given. */
  readonly memoryLimitBytes?: number;
  /** Whether results are kept in the run folders, for the next time; unless given, they are. */
  readonly keepsResults?: boolean;
  /** How the coordinator is started; for tests. */
  readonly createWorker?: (file: string, data: CoordinatorData) => Worker;
}

interface RunningThread {
  readonly worker: Worker;
  readonly client: Client<CoordinatorContract>;
  /** Resolves when the thread runs, or has ended. */
  readonly started: Promise<unknown>;
  exitCode: number | null;
}

const MOST_THREADS = 8;
const MOST_ATTEMPTS = 2;

export class CoordinatorThread {
  private coordinator: RunningThread | undefined;
  private disposed = false;

  constructor(private readonly options: EngineOptions) {}

  /** Ends all threads; what waits is answered with `cancelled`. */
  async dispose(): Promise<void> {
    this.disposed = true;
    const { coordinator } = this;
    this.coordinator = undefined;
    coordinator?.client.close();
    await coordinator?.worker.terminate();
  }

  /** `makeInput` is asked again for a second attempt: the first may have written to memory that it shared. */
  async call<M extends keyof CoordinatorContract & string>(
    method: M,
    makeInput: () => CoordinatorContract[M]['input'] | Promise<CoordinatorContract[M]['input']>,
    context: CallContext,
  ): Promise<CoordinatorContract[M]['output']> {
    for (let attempt = 1; ; attempt++) {
      const coordinator = this.running();
      // A thread that finds no addresses left for its code takes the process with it: it comes before the memory.
      await coordinator.started;
      const input = await makeInput();
      try {
        const onProgress = (progress: Parameters<CallContext['progress']>[0]): void => context.progress(progress);
        return await coordinator.client.call(method, input, { signal: context.signal, onProgress });
      } catch (error) {
        if (coordinator.exitCode === null || this.disposed || context.signal.aborted) throw error;
        if (attempt === MOST_ATTEMPTS) throw workerDied(coordinator.exitCode);
      }
    }
  }

  private running(): RunningThread {
    if (this.disposed) throw cancelled('analysing');
    return (this.coordinator ??= this.start());
  }

  private start(): RunningThread {
    const { workerFile, createWorker = startWorker } = this.options;
    needAddresses(THREAD_ADDRESSES, 'starting the analysis');
    const worker = createWorker(workerFile, {
      role: 'coordinator',
      workerFile,
      kernelsFolder: this.options.kernelsFolder ?? join(dirname(workerFile), 'kernels'),
      threads: this.options.threads ?? Math.min(availableParallelism(), MOST_THREADS),
      memoryLimitBytes: this.options.memoryLimitBytes ?? Math.min(totalmem() / 4, 2 * 2 ** 30),
      keepsResults: this.options.keepsResults ?? true,
    });
    const started = new Promise((resolve) => worker.once('online', resolve).once('exit', resolve));
    const coordinator: RunningThread = {
      worker,
      client: connect<CoordinatorContract>(portOfWorker(worker)),
      started,
      exitCode: null,
    };
    // An uncaught error is followed by `exit`, which is what counts.
    worker.on('error', () => undefined);
    // Put before the client's own listener: calls that it rejects then know why.
    worker.prependListener('exit', (code: number) => {
      coordinator.exitCode = code;
      if (this.coordinator === coordinator) this.coordinator = undefined;
    });
    return coordinator;
  }
}

/** Without the flags of this process: loaders and inspectors are not for the worker. */
function startWorker(file: string, workerData: CoordinatorData): Worker {
  return new Worker(file, { workerData, execArgv: [], name: 'cnnslicer analysis' });
}

function workerDied(exitCode: number): Failure {
  return new Failure({
    kind: 'environment',
    doing: 'analysing a run',
    wrong: `the analysis thread ended twice on the same request (exit code ${exitCode})`,
    tryThis: 'It may be out of memory. Select a smaller slice.',
  });
}
