/** The training thread's side of the writer: hands over, keeps the amount under way bounded, and waits at the end. */
import { setTimeout as delay } from 'node:timers/promises';
import {
  MessageChannel,
  receiveMessageOnPort,
  Worker,
  type MessagePort,
  type TransferListItem,
} from 'node:worker_threads';
import { Failure } from '../../protocol/failure.js';
import { needAddresses, THREAD_ADDRESSES } from '../../system/addressSpace.js';
import { watchParent } from '../process/parentWatch.js';
import {
  SLOT,
  type FromWriter,
  type OfRun,
  type ToWriter,
  type TriedWriting,
  type WriterThreadData,
  type WritingTrial,
} from './writerMessages.js';

/** A writer that does nothing for so long is not waited for any more. */
const PATIENCE_MILLISECONDS = 60_000;

/** A trial that has not been made by then is taken for one that took as long: Python waits for its plan meanwhile. */
const TRIAL_MILLISECONDS = 20_000;

/** Fewer than `commits` epochs and, with `bytes` more, at most `byteLimit` under way. */
export interface Room {
  readonly commits: number;
  readonly bytes: number;
  readonly byteLimit: number;
}

/** Work that asks for room in the queue before it goes on; whoever runs it waits, or blocks. */
export type Work<T = void> = Generator<Room, T, void>;

/** How long a blocked thread sleeps between two looks at its messages. */
const LOOK_MILLISECONDS = 20;

export class WriterThread {
  /** Why there is no thread; null where there is one. */
  readonly refused = refusal();
  readonly #worker: Worker | null;
  readonly #port: MessagePort;
  readonly #shared = new Int32Array(new SharedArrayBuffer(4 * Object.keys(SLOT).length));
  #sent = 0;
  #done = 0;
  #bytesUnderWay = 0;
  #commitsUnderWay = 0;
  #failed = false;
  #tried: TriedWriting | null = null;
  #waiting: (() => void)[] = [];

  /** `file`: dist/writerWorker.cjs. `onMessage` is called in the order of the messages. */
  constructor(
    file: string,
    private readonly parentProcessId: number | null,
    controlDescriptor: number | null,
    private readonly onMessage: (message: OfRun) => void,
    private readonly onFailure: (reason: string) => void,
  ) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const workerData: WriterThreadData = { shared: this.#shared, parentProcessId, controlDescriptor, port: port2 };
    this.#worker = this.refused ? null : startWorker(file, workerData);
    this.#worker?.on('error', (error) => this.#fail(error.message));
    this.#worker?.on('exit', () => this.#fail('its thread ended'));
    if (this.refused) this.#failAlone();
    this.#port.on('message', (message: FromWriter) => this.#receive(message));
    this.#letProcessEnd();
  }

  get failed(): boolean {
    return this.#failed;
  }

  /** Whether the parent has asked that nothing be recorded for now. */
  get paused(): boolean {
    return Atomics.load(this.#shared, SLOT.paused) === 1;
  }

  post(message: ToWriter, transfer: readonly TransferListItem[] = []): void {
    if (this.#failed) return;
    this.#sent++;
    if (message.type === 'maps') this.#bytesUnderWay += message.values.byteLength;
    if (message.type === 'commit') this.#commitsUnderWay++;
    this.#port.postMessage(message, transfer);
  }

  /** Blocks this thread until the writer has tried that, and what was posted before; null: it failed. */
  tryWriting(trial: WritingTrial): TriedWriting | null {
    const begun = performance.now();
    this.#tried = null;
    this.post(trial);
    return this.waitSynchronously() || this.#failed ? this.#tried : tooSlow(begun);
  }

  /** The same in a thread that has other work. */
  async tryWritingMeanwhile(trial: WritingTrial): Promise<TriedWriting | null> {
    const begun = performance.now();
    this.#tried = null;
    this.post(trial);
    const isLate = await Promise.race([this.idle(), delay(TRIAL_MILLISECONDS, true, { ref: false })]);
    return isLate === true ? tooSlow(begun) : this.#tried;
  }

  /** Resolves when there is room. */
  async room(room: Room): Promise<void> {
    await this.#until(() => this.#has(room));
  }

  /** Blocks this thread until there is room, and passes on what the writer has said meanwhile. */
  roomSynchronously(room: Room): void {
    const giveUpAt = Date.now() + PATIENCE_MILLISECONDS;
    for (this.#drain(); !this.#failed && !this.#has(room) && Date.now() < giveUpAt; this.#drain()) {
      if (Atomics.load(this.#shared, SLOT.dead) !== 0) return;
      Atomics.wait(this.#shared, SLOT.done, Atomics.load(this.#shared, SLOT.done), LOOK_MILLISECONDS);
    }
  }

  #has({ commits, bytes, byteLimit }: Room): boolean {
    const bytesFit = this.#bytesUnderWay === 0 || this.#bytesUnderWay + bytes <= byteLimit;
    return this.#commitsUnderWay < commits && bytesFit;
  }

  /** Resolves when everything posted has been dealt with. */
  async idle(): Promise<void> {
    await this.#until(() => this.#done === this.#sent);
  }

  /** Blocks this thread until everything posted has been dealt with; true when it has. */
  waitSynchronously(): boolean {
    while (!this.#failed && Atomics.load(this.#shared, SLOT.dead) === 0) {
      const done = Atomics.load(this.#shared, SLOT.done);
      if (done >= this.#sent) {
        this.#drain();
        return true;
      }
      if (Atomics.wait(this.#shared, SLOT.done, done, PATIENCE_MILLISECONDS) === 'timed-out') break;
    }
    this.#drain();
    return false;
  }

  #drain(): void {
    for (let next = receiveMessageOnPort(this.#port); next; next = receiveMessageOnPort(this.#port)) {
      this.#receive(next.message as FromWriter);
    }
  }

  /** While somebody waits here, the process must not end for lack of other work. */
  async #until(condition: () => boolean): Promise<void> {
    if (this.#failed || condition()) return;
    this.#port.ref();
    this.#worker?.ref();
    while (!this.#failed && !condition()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#letProcessEnd();
  }

  #letProcessEnd(): void {
    this.#port.unref();
    this.#worker?.unref();
  }

  #receive(message: FromWriter): void {
    if (message.type === 'done') this.#countAsDone(message);
    else if (message.type === 'tried') this.#tried = message.tried;
    else this.onMessage(message);
    this.#wake();
  }

  #countAsDone({ byteCount, wasCommit }: Extract<FromWriter, { type: 'done' }>): void {
    this.#done++;
    this.#bytesUnderWay -= byteCount;
    if (wasCommit) this.#commitsUnderWay--;
  }

  #fail(reason: string): void {
    if (this.#failed) return;
    this.#failAlone();
    this.onFailure(reason);
    this.#wake();
  }

  /** Without its thread, which watches the parent. */
  #failAlone(): void {
    this.#failed = true;
    if (this.parentProcessId !== null) watchParent(this.parentProcessId, () => Promise.resolve());
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

function tooSlow(begun: number): TriedWriting {
  return { statistics: 0, disk: performance.now() - begun };
}

function startWorker(file: string, workerData: WriterThreadData): Worker {
  // The script's Node options and environment are not for this thread.
  const alone = { execArgv: [], env: {}, name: 'CNNSlicer writer' };
  return new Worker(file, { workerData, transferList: [workerData.port], ...alone });
}

/** A thread that finds no addresses ends the whole process, and the training with it. */
function refusal(): Failure | null {
  try {
    needAddresses(THREAD_ADDRESSES, 'starting the thread that writes the recording');
    return null;
  } catch (cause) {
    if (cause instanceof Failure) return cause;
    throw cause;
  }
}
