/** One model that the script trains, through all its fits, and how its recording stands. */
import { Failure, type FailureParts } from '../protocol/failure.js';
import { DatasetStart } from './datasetStart.js';
import type { Fit } from './hooks/watchFit.js';
import { finiteOrNull, readLogs } from './model/logs.js';
import { tensorSource, type ProbeSource } from './probes/probeSource.js';
import type { RecorderContext } from './recorderContext.js';
import { RunRecording } from './runRecording.js';
import type { EndOutcome } from './writer/writerMessages.js';

const MILLISECONDS_BETWEEN_BATCH_EVENTS = 100;

/** How the script came to its end, as far as this process knows. */
export interface ScriptEnd {
  readonly stopped: boolean;
  /** The script's error in words; null when it had none. */
  readonly failure: string | null;
}

export class Training {
  folder: string | null = null;
  #recording: RunRecording | null = null;
  #datasetStart: DatasetStart | null = null;
  /** The last epoch trained, and the last that the script has asked for. */
  #epoch = 0;
  #lastEpoch = 0;
  #fit: 'running' | 'ended' | 'failed' = 'running';
  /** Why recording has stopped for good. */
  #lost: FailureParts | null = null;
  #saidNotANumber = false;
  #lastBatchEventAt = 0;
  #recordingMilliseconds = 0;
  readonly #startedAt = performance.now();
  /** What was reported at epochs that are not yet on disk. */
  readonly #reported = new Map<number, { readonly loss: number | null; readonly accuracy: number | null }>();

  constructor(
    private readonly context: RecorderContext,
    readonly number: number,
  ) {}

  /** Whether a fit goes on with what this run records. */
  continuesWith(fit: Fit): boolean {
    if (this.#lost) return false;
    return this.#datasetStart !== null || (this.#recording?.continuesWith(fit.model) ?? false);
  }

  async begin(fit: Fit): Promise<void> {
    this.#fit = 'running';
    this.#lastEpoch = this.#epoch + fit.epochCount;
    await this.#guarded('starting the recording', async () => {
      if (this.context.writer.failed) throw writerGone();
      if (this.#recording) return this.#recording.continueWith(fit.model, this.#lastEpoch);
      const source = tensorSource(this.context.tf, fit);
      if (source) await this.#startRun(fit, source);
      else this.#datasetStart = new DatasetStart(this.context, fit);
    });
  }

  batchEnd(fraction: number): void {
    const now = performance.now();
    if (this.folder === null || now - this.#lastBatchEventAt < MILLISECONDS_BETWEEN_BATCH_EVENTS) return;
    this.#lastBatchEventAt = now;
    this.context.send({ type: 'batch', folder: this.folder, epoch: this.#epoch + 1, fraction });
  }

  async epochEnd(fit: Fit, logs: Readonly<Record<string, unknown>>): Promise<void> {
    this.#epoch++;
    await this.#guarded(`recording epoch ${this.#epoch}`, async () => {
      const start = this.#datasetStart;
      this.#datasetStart = null;
      if (start) await start.withWeightsBeforeTraining(() => this.#startRun(fit, start.source()));
      const reported = readLogs(logs);
      this.#noticeNotANumber(reported);
      await this.#record(this.#epoch, reported);
    });
  }

  /** Waits until all epochs are on disk: what a person does next finds the whole run. */
  async trainEnd(): Promise<void> {
    this.#fit = 'ended';
    await this.#guarded('writing the last epochs', () => this.context.writer.idle());
  }

  /** The fit's promise has settled: without a trainEnd before, it was rejected. */
  settled(): void {
    if (this.#fit === 'running') this.#fit = 'failed';
  }

  opened(folder: string): void {
    const recording = this.#recording;
    this.folder = folder;
    if (!recording) return;
    const { layerCount, probeCount, forecast } = recording;
    this.context.send({ type: 'run-started', folder, lastEpoch: this.#lastEpoch, layerCount, probeCount, ...forecast });
    for (const text of recording.leftOut) this.notice(`Not recorded: ${text}.`);
  }

  whole(epoch: number, byteCount: number): void {
    const { loss, accuracy } = this.#reported.get(epoch) ?? { loss: null, accuracy: null };
    this.#reported.delete(epoch);
    this.context.send({
      type: 'epoch-whole',
      folder: this.folder ?? '',
      epoch,
      lastEpoch: this.#lastEpoch,
      loss,
      accuracy,
      elapsedSeconds: (performance.now() - this.#startedAt) / 1000,
      recordingSeconds: this.#recordingMilliseconds / 1000,
      byteCount,
    });
  }

  /** Recording is over, training is not. */
  lose(failure: FailureParts): void {
    if (this.#lost) return;
    this.#lost = failure;
    this.notice(`Recording has stopped; training goes on. ${sentence(failure)}`);
  }

  notice(text: string): void {
    this.context.send({ type: 'notice', text });
  }

  /** Why there is no run at all; null when there is one, or the script did nothing to record. */
  get neverStarted(): FailureParts | null {
    return this.folder === null ? this.#lost : null;
  }

  /** How the run ends when the script ends so. */
  outcome({ stopped, failure }: ScriptEnd): EndOutcome {
    if (this.#lost) return { state: 'broken', reason: sentence(this.#lost) };
    if (stopped) return { state: 'finished', stopped: true };
    if (this.#fit === 'ended') return { state: 'finished', stopped: false };
    const where = `in epoch ${this.#epoch + 1} of ${this.#lastEpoch}`;
    return {
      state: 'broken',
      reason: failure === null ? `The script ended ${where}.` : `The script failed ${where}: ${failure}.`,
    };
  }

  async #startRun(fit: Fit, source: ProbeSource): Promise<void> {
    if (source.training.count + source.validation.count === 0) throw noSamples();
    this.#recording = RunRecording.start(this.context, this.number, { fit, source, lastEpoch: this.#lastEpoch });
    await this.#record(0, fit.before ?? new Map<string, number>());
  }

  async #record(epoch: number, reported: ReadonlyMap<string, number>): Promise<void> {
    if (!this.#recording) return;
    const { probeAccuracy } = await this.#recording.recordEpoch(epoch, reported);
    this.#reported.set(epoch, { loss: finiteOrNull(reported.get('loss')), accuracy: probeAccuracy });
  }

  #noticeNotANumber(reported: ReadonlyMap<string, number>): void {
    const bad = [...reported].find(([, value]) => !Number.isFinite(value));
    if (!bad || this.#saidNotANumber) return;
    this.#saidNotANumber = true;
    const [name, value] = bad;
    this.notice(
      `Epoch ${this.#epoch}: ${name} is ${value}. Training goes on; a smaller learning rate or a check of the inputs may help.`,
    );
  }

  /** What is thrown inside ends the recording of this model, never the training. */
  async #guarded(doing: string, work: () => Promise<void>): Promise<void> {
    if (this.#lost) return;
    const begun = performance.now();
    try {
      await work();
    } catch (cause) {
      this.lose(partsOf(cause, doing));
    } finally {
      this.#recordingMilliseconds += performance.now() - begun;
    }
  }
}

function writerGone(): Failure {
  return new Failure({
    kind: 'environment',
    doing: 'starting the recording',
    wrong: 'the thread that writes it has ended',
    tryThis: 'Free memory and record again',
  });
}

function noSamples(): Failure {
  return new Failure({
    kind: 'unsupported',
    doing: 'choosing the probes',
    wrong: 'the training data hold no sample with inputs and targets',
    tryThis: 'Give fit tensors, or a data set of { xs, ys }',
  });
}

function partsOf(cause: unknown, doing: string): FailureParts {
  if (cause instanceof Failure) return cause.parts;
  const wrong = cause instanceof Error ? cause.message : String(cause);
  return { kind: 'unsupported', doing, wrong, tryThis: 'Report it with the model that it happens with' };
}

function sentence({ doing, wrong, tryThis }: FailureParts): string {
  return `While ${doing}: ${wrong}. ${tryThis}.`.replace(/\.\.$/, '.');
}
