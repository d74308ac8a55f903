/**
 * The threads that compute, and the queue of what they are to do. A thread that dies is replaced and
 * its task given out once more.
 *
 * A small pool of our own, because those on npm do not fit: piscina and tinypool start a worker file
 * of their own that a single bundle cannot hold, workerpool cancels by ending the thread, and with it
 * the open runs and the kernels bound to shared memory; none orders tasks by rank.
 */
import type { Worker } from 'node:worker_threads';
import { cancelled, Failure, type AbortSignalLike } from '../../../protocol/failure.js';
import { connect, type Client } from '../../../protocol/rpc.js';
import { addressesLeft, needAddresses, THREAD_ADDRESSES } from '../../../system/addressSpace.js';
import type { TaskContract } from '../../compute/computeTasks.js';
import { portOfWorker } from '../../calls/workerPort.js';

type Method = keyof TaskContract & string;

export interface TaskOptions {
  /** Takes a task off the queue. One that has begun is let finish: it writes to memory that is shared. */
  readonly signal: AbortSignalLike;
  /** Lower goes first, so that values begun earlier end earlier. */
  readonly rank: number;
}

interface Task {
  readonly rank: number;
  readonly method: Method;
  readonly input: TaskContract[Method]['input'];
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
  attempts: number;
}

interface ComputeThread {
  readonly worker: Worker;
  readonly client: Client<TaskContract>;
  busy: boolean;
  /** Whether it still has to take the addresses that a thread needs. */
  starting: boolean;
  exitCode: number | null;
}

const MOST_ATTEMPTS = 2;

export class ThreadPool {
  private readonly threads: ComputeThread[] = [];
  private readonly queue: Task[] = [];
  private closed = false;

  constructor(
    readonly size: number,
    private readonly createWorker: () => Worker,
  ) {}

  run<M extends Method>(
    method: M,
    input: TaskContract[M]['input'],
    options: TaskOptions,
  ): Promise<TaskContract[M]['output']> {
    if (this.closed || options.signal.aborted) return Promise.reject(cancelled('computing'));
    return new Promise((resolve, reject) => {
      const leaveQueue = (): void => {
        const place = this.queue.indexOf(task);
        if (place < 0) return;
        this.queue.splice(place, 1);
        task.reject(cancelled('computing'));
      };
      const release = (): void => options.signal.removeEventListener('abort', leaveQueue);
      const task: Task = {
        rank: options.rank,
        method,
        input,
        attempts: 0,
        resolve: (value) => {
          release();
          resolve(value as TaskContract[M]['output']); // the method's own output, by the contract
        },
        reject: (reason) => {
          release();
          reject(reason as Error);
        },
      };
      options.signal.addEventListener('abort', leaveQueue);
      this.enqueue(task);
    });
  }

  /** Starts some threads before there are tasks for them; not where addresses are limited: memories come first there. */
  startAhead(count: number): void {
    if (addressesLeft() !== Infinity) return;
    for (let started = 0; started < count && this.start(); started++);
  }

  /** Tells every thread that a memory is gone, so that it lets go of it too. */
  forgetMemory(id: number): void {
    for (const { client } of this.threads) client.call('forgetMemory', { id }).catch(() => undefined);
  }

  async dispose(): Promise<void> {
    this.closed = true;
    for (const task of this.queue.splice(0)) task.reject(cancelled('computing'));
    await Promise.all(this.threads.map(({ worker }) => worker.terminate()));
  }

  /** Stable among equal ranks. */
  private enqueue(task: Task): void {
    const place = this.queue.findIndex(({ rank }) => rank > task.rank);
    this.queue.splice(place < 0 ? this.queue.length : place, 0, task);
    this.giveOut();
  }

  private giveOut(): void {
    while (this.queue.length > 0) {
      const thread = this.threads.find(({ busy }) => !busy) ?? this.start();
      if (!thread) return;
      void this.perform(thread, this.queue.shift()!);
    }
  }

  /** Where addresses are limited, fewer threads than wanted do; without a first one the tasks fail in words. */
  private hasAddresses(): boolean {
    if (this.threads.length > 0)
      return addressesLeft() >= THREAD_ADDRESSES * (1 + this.threads.filter(({ starting }) => starting).length);
    try {
      needAddresses(THREAD_ADDRESSES, 'starting a worker thread');
      return true;
    } catch (error) {
      for (const task of this.queue.splice(0)) task.reject(error);
      return false;
    }
  }

  private start(): ComputeThread | undefined {
    if (this.closed || this.threads.length >= this.size || !this.hasAddresses()) return undefined;
    const worker = this.createWorker();
    const client = connect<TaskContract>(portOfWorker(worker));
    const thread: ComputeThread = { worker, client, busy: false, starting: true, exitCode: null };
    this.threads.push(thread);
    worker.once('online', () => (thread.starting = false));
    // An uncaught error is followed by `exit`, which is what counts.
    worker.on('error', () => undefined);
    // Put before the client's own listener: calls that it rejects then know why.
    worker.prependListener('exit', (code: number) => {
      thread.exitCode = code;
      this.threads.splice(this.threads.indexOf(thread), 1);
    });
    return thread;
  }

  private async perform(thread: ComputeThread, task: Task): Promise<void> {
    thread.busy = true;
    task.attempts++;
    try {
      task.resolve(await thread.client.call(task.method, task.input));
    } catch (error) {
      if (thread.exitCode === null || this.closed) task.reject(error);
      else if (task.attempts < MOST_ATTEMPTS) this.enqueue(task);
      else task.reject(threadDied(thread.exitCode));
    }
    thread.busy = false;
    this.giveOut();
  }
}

function threadDied(exitCode: number): Failure {
  return new Failure({
    kind: 'environment',
    doing: 'computing in a worker thread',
    wrong: `the thread ended twice on the same task (exit code ${exitCode})`,
    tryThis: 'It may be out of memory. Select fewer samples, channels or layers.',
  });
}
