/** The runs of one Python script: each message goes to the run that it is about. */
import type { FailureParts } from '../../protocol/failure.js';
import type { FromPython, ToPython } from '../../protocol/pythonRecorder.js';
import { TimeBudget } from '../time/timeBudget.js';
import type { OfRun } from '../writer/writerMessages.js';
import { FrameProblem } from './frames.js';
import type { PythonContext } from './pythonContext.js';
import { PythonRun } from './pythonRun.js';
import { failureText, type ScriptExit, type SeenOfScript } from './scriptExit.js';

export const DISCONNECTED: FailureParts = {
  kind: 'environment',
  doing: 'recording a Python script',
  wrong: 'the connection between the script and its recorder was closed',
  tryThis: 'Do not end the recorder, nor close file descriptors that the script did not open',
};

export class PythonRuns {
  readonly #runs = new Map<number, PythonRun>();
  readonly #time: TimeBudget;
  #hello: Extract<FromPython, { type: 'hello' }> | null = null;
  #end: Extract<FromPython, { type: 'end' }> | null = null;
  #isStopping = false;

  constructor(private readonly context: Omit<PythonContext, 'python'>) {
    this.#time = new TimeBudget(context.settings.timeShare);
  }

  get seen(): SeenOfScript {
    return { hello: this.#hello, end: this.#end, runs: this.#runs.size };
  }

  /** Whether Python has said that the script is at its end. */
  get hasEnded(): boolean {
    return this.#end !== null;
  }

  /** Why a training has no run; null when every one has. */
  get neverStarted(): FailureParts | null {
    const failures = [...this.#runs.values()].map(({ news }) => {
      // It was planned, and then nothing came.
      const isCut = news.folder === null && !this.hasEnded;
      return news.neverStarted ?? (isCut ? DISCONNECTED : null);
    });
    return failures.find((failure) => failure !== null) ?? null;
  }

  /** Whether so many values belong to the message; those of a run that is lost are not kept. */
  wants(message: FromPython, valueCount: number): boolean {
    const run = 'run' in message && message.run !== null ? this.#runs.get(message.run) : undefined;
    switch (message.type) {
      case 'inputs':
      case 'maps':
      case 'commit':
        return run?.wants(message, valueCount) ?? false;
      default:
        if (valueCount > 0) throw new FrameProblem(`${valueCount} values of "${message.type}"`);
        return true;
    }
  }

  /** What Python waits for; null: nothing. */
  async take(message: FromPython, values: Float32Array<ArrayBuffer>): Promise<ToPython | null> {
    switch (message.type) {
      case 'hello':
        this.#hello = message;
        return null;
      case 'end':
        this.#end = message;
        return null;
      case 'notice':
        this.#notice(message.run, message.text);
        return null;
      case 'begin':
        if (this.#runs.has(message.run)) throw new FrameProblem(`run ${message.run} begins twice`);
        this.#saving();
        return await this.#newRun(message.run).begin(message);
      default:
        return this.#toRun(message, values);
    }
  }

  receive(message: OfRun): void {
    this.#runs.get(message.run)?.news.receive(message);
  }

  /** The writer's thread is gone: no run can be recorded further. */
  writerFailed(reason: string): void {
    this.#loseAll({
      kind: 'environment',
      doing: 'writing the recording',
      wrong: reason,
      tryThis: 'Free memory and record again; the epochs written so far can be opened',
    });
  }

  /** What came from Python makes no sense. */
  lose(reason: string): void {
    this.#loseAll({
      kind: 'unsupported',
      doing: 'recording a Python script',
      wrong: `Python sent data that is not a recorder message (${reason})`,
      tryThis: 'Do not write to file descriptors that the script did not open, or report this error',
    });
  }

  /** Nobody is at the other end any more, and the script has not ended. */
  disconnected(): void {
    this.#loseAll(DISCONNECTED);
  }

  stopping(): void {
    this.#isStopping = true;
    this.#time.stop();
  }

  /** Ends the script's process and all that it has started, as a stop does. */
  endScript(): void {
    const processId = this.#hello?.processId;
    if (processId === undefined) return;
    try {
      process.kill(process.platform === 'win32' ? processId : -processId, 'SIGTERM');
    } catch {
      return; // it has ended
    }
  }

  /** Ends every run, and resolves when that is on disk. */
  async end(exit: ScriptExit): Promise<void> {
    const stopped = exit.stopped || (this.#end?.raised?.isInterrupt ?? false);
    const failure = stopped ? null : failureText(exit, this.#end);
    for (const run of this.#runs.values()) run.end({ stopped, failure });
    await this.context.writer.idle();
  }

  #newRun(number: number): PythonRun {
    const hello = this.#hello;
    const context: PythonContext = { ...this.context, python: hello?.python.split(' ').pop() ?? null };
    const run = new PythonRun(context, number, this.#time);
    this.#runs.set(number, run);
    return run;
  }

  async #toRun(
    message: Exclude<FromPython, { type: 'hello' | 'end' | 'notice' | 'begin' }>,
    values: Float32Array<ArrayBuffer>,
  ): Promise<ToPython | null> {
    const run = this.#runs.get(message.run);
    if (message.type === 'epoch') this.#saving();
    if (!run) return message.type === 'epoch' ? { type: 'record', run: message.run, record: false } : null;
    switch (message.type) {
      case 'inputs':
        run.takeInputs(message.part, values);
        return null;
      case 'epoch':
        return run.epoch(message);
      case 'maps':
        await run.addMaps(message, values);
        return null;
      case 'commit':
        run.commit(message, values);
        return null;
      case 'epoch-lost':
        run.epochLost(message.epoch, message.reason);
        return null;
      case 'batch':
        if (message.fraction !== null) run.news.batch(message.fraction);
        return null;
      case 'continue':
        run.goOn(message.epochCount);
        return null;
      case 'rest':
        run.rest();
        return null;
    }
  }

  #notice(run: number | null, text: string): void {
    const known = run === null ? undefined : this.#runs.get(run);
    if (known) known.news.notice(text);
    else this.context.send({ type: 'notice', text });
  }

  /** A script that is told to end has something that is still to be recorded. */
  #saving(): void {
    if (this.#isStopping) this.context.send({ type: 'saving' });
  }

  #loseAll(failure: FailureParts): void {
    for (const { news } of this.#runs.values()) news.lose(failure);
  }
}
