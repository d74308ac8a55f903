/**
 * The coordinator: opens runs, resolves queries, keeps the cache and gives out work to the compute threads. It
 * computes nothing large itself, so that it can always hear that a request was cancelled.
 */
import { setMaxListeners } from 'node:events';
import { Worker, type MessagePort } from 'node:worker_threads';
import { serve, type CallContext, type Handlers } from '../../protocol/rpc.js';
import { compileKernels, type KernelModules } from '../kernelHost/kernels.js';
import type { ComputeData } from '../compute/computeThread.js';
import { ThreadPool } from './dispatch/threadPool.js';
import { internalInput } from '../calls/internalInput.js';
import { coordinatorRequests, type CoordinatorContract } from './coordinatorRequests.js';
import { MemoryBlocks } from '../memory/memoryBlocks.js';
import { keepResults } from '../run/openedRun.js';
import type { Session } from './dispatch/session.js';
import { portOfParent } from '../calls/workerPort.js';

export interface CoordinatorData {
  readonly role: 'coordinator';
  /** The bundle that threads run: this very file. */
  readonly workerFile: string;
  readonly kernelsFolder: string;
  readonly threads: number;
  readonly memoryLimitBytes: number;
  /** Whether results are written to the runs' cache folders. */
  readonly keepsResults: boolean;
}

/** Threads that are started with the first request: one reads while the other computes. */
const THREADS_AHEAD = 2;
/** Memory that no value has used for so long is given back. */
const IDLE_MILLISECONDS = 15_000;

export function startCoordinator(parent: MessagePort, data: CoordinatorData): void {
  keepResults(data.keepsResults);
  // Compiled once; the first request that needs it waits for it, and hears why if it fails.
  let session: Promise<Session> | undefined;
  const started = (): Promise<Session> => (session ??= startSession(data));
  let active = 0;
  let idle: NodeJS.Timeout | undefined;

  /** Every request: a session, and memory given back when nothing has been asked for a while. */
  function request(handle: (typeof coordinatorRequests)[keyof CoordinatorContract]) {
    return {
      input: internalInput(),
      handle: async (input: unknown, context: CallContext): Promise<unknown> => {
        clearTimeout(idle);
        active++;
        // A large slice is many tasks at once, each of which hears of the end.
        if (context.signal instanceof AbortSignal) setMaxListeners(0, context.signal);
        try {
          return await handle(started(), input as never, context); // the input is that of the same name's function
        } finally {
          if (--active === 0)
            idle = setTimeout(() => void session?.then(({ blocks }) => blocks.trim()), IDLE_MILLISECONDS).unref();
        }
      },
    };
  }

  const handlers = Object.entries(coordinatorRequests).map(([name, handle]) => [name, request(handle)]);
  // One entry a request, whose input is that of its function.
  serve(portOfParent(parent), Object.fromEntries(handlers) as Handlers<CoordinatorContract>);
}

async function startSession({
  workerFile,
  kernelsFolder,
  threads,
  memoryLimitBytes,
}: CoordinatorData): Promise<Session> {
  const kernels = new KernelsForThreads();
  const workerData: ComputeData = { role: 'compute' };
  const pool = new ThreadPool(threads, () =>
    kernels.sentTo(new Worker(workerFile, { workerData, execArgv: [], name: 'cnnslicer compute' })),
  );
  // While kernels are compiled and the run is opened: what is asked for then does not wait for a thread as well.
  pool.startAhead(THREADS_AHEAD);
  kernels.compiled(await compileKernels(kernelsFolder));
  const blocks = new MemoryBlocks(memoryLimitBytes, (id) => pool.forgetMemory(id));
  let rank = 0;
  return { pool, blocks, nextRank: () => rank++ };
}

/** Every compute thread is sent the kernels first of all, as soon as they are compiled. */
class KernelsForThreads {
  private modules: KernelModules | undefined;
  private readonly waiting: Worker[] = [];

  sentTo(worker: Worker): Worker {
    if (this.modules) worker.postMessage(this.modules);
    else this.waiting.push(worker);
    return worker;
  }

  compiled(modules: KernelModules): void {
    this.modules = modules;
    for (const worker of this.waiting.splice(0)) worker.postMessage(modules);
  }
}
