/**
 * One model that a Python script trains: its plan, and every epoch that Python sends of it. The counterpart of
 * training/training.ts and recording/runRecording.ts, which run the network themselves.
 */
import { judge, PROBE_ACCURACY } from '../../protocol/accuracy.js';
import { Failure, type FailureParts } from '../../protocol/failure.js';
import type { FromPython, PythonBegin, ToPython } from '../../protocol/pythonRecorder.js';
import { SIZE_LIMIT, SPLITS, type Layer, type RunManifest } from '../../protocol/run.js';
import { CLASS_LIMIT, LAYER_LIMIT } from '../../store/format/manifestChecks.js';
import { workspacePath } from '../hooks/sourcePositions.js';
import { product, type DataFormat } from '../model/mapGeometry.js';
import { bytesPerProbe, forwardPasses, HELD_BYTES, layerSize } from '../plan/passes.js';
import { planRecording, type RecordingPlan } from '../plan/planRecording.js';
import { chooseProbes, type Probe } from '../probes/chooseProbes.js';
import { predictedClasses, shareEqual } from '../probes/interpretLabels.js';
import { probeBatchSize } from '../probes/runProbes.js';
import { budgetTooSmall } from '../recording/budgetTooSmall.js';
import { composeManifest, runName } from '../recording/composeManifest.js';
import { EpochGate } from '../recording/epochGate.js';
import { EPOCHS_UNDER_WAY, LAYER_BYTES, TRAINING_SAMPLE, UNDER_WAY_BYTES } from '../recording/limits.js';
import { PASSES_A_STEP, probesOf, QUICK_BYTES, writingPerProbe, writingTrial } from '../recording/probesInTime.js';
import { partsOf, writerGone } from '../recording/recordingFailures.js';
import { cnnslicerVersion } from '../recording/runFacts.js';
import { RecordingTime } from '../time/recordingTime.js';
import type { TimeBudget } from '../time/timeBudget.js';
import { DENSE_EPOCHS, isRecorded } from '../training/openEndedEpochs.js';
import { RunNews, type RecordingFacts } from '../training/runNews.js';
import { TrainingEpochs, type ScriptEnd } from '../training/trainingEpochs.js';
import { layersOfPython } from './layersOfPython.js';
import type { PythonContext } from './pythonContext.js';

type Epoch = Extract<FromPython, { type: 'epoch' }>;
type Maps = Extract<FromPython, { type: 'maps' }>;
type Commit = Extract<FromPython, { type: 'commit' }>;
type Inputs = Extract<FromPython, { type: 'inputs' }>;
type Part = Inputs['part'];

const NOTHING = { count: 0, labels: null };

/** What is fixed when the run begins. */
interface Planned extends RecordingFacts {
  readonly begin: PythonBegin;
  readonly manifest: RunManifest;
  readonly layers: readonly Layer[];
  readonly plan: RecordingPlan;
  readonly probes: readonly Probe[];
  readonly training: readonly Probe[];
  readonly labels: Int32Array;
  readonly splits: Uint8Array;
  readonly metrics: readonly string[];
  readonly isClassified: boolean;
  readonly readings: 1 | 2;
  readonly gate: EpochGate;
}

export class PythonRun {
  readonly news: RunNews;
  readonly #epochs = new TrainingEpochs();
  readonly #time: RecordingTime;
  #planned: Planned | null = null;
  /** The last epoch that the run has room for. */
  #room = 0;
  readonly #inputs = new Map<Part, Float32Array<ArrayBuffer>>();
  /** Whether both have come. */
  #isOpen = false;
  /** The epoch that was left out last for lack of time. */
  #late: number | null = null;
  /** Of the epoch under way. */
  #reported: ReadonlyMap<string, number> = new Map();

  constructor(
    private readonly context: PythonContext,
    private readonly number: number,
    timeBudget: TimeBudget,
  ) {
    this.#time = new RecordingTime(timeBudget);
    this.news = new RunNews(context.send, this.#epochs, this.#time, () => this.#planned);
  }

  /** The plan, or why there is none: a person is told, and Python records nothing of this model. */
  async begin(begin: PythonBegin): Promise<ToPython> {
    const { epochCount } = begin;
    this.#epochs.begin({ epochCount: epochCount ?? DENSE_EPOCHS, isOpenEnded: epochCount === null });
    this.#time.begin();
    try {
      this.#planned = await this.#plan(begin);
      return this.#planMessage(this.#planned);
    } catch (cause) {
      this.news.lose(partsOf(cause, 'starting the recording'));
      return { type: 'refused', run: this.number };
    } finally {
      this.#time.end();
    }
  }

  /** Whether the network and the plan have so many values for the message; if not, the run is lost. */
  wants(message: Inputs | Maps | Commit, valueCount: number): boolean {
    const planned = this.#planned;
    if (!planned || this.news.lost) return false;
    const isInputs = message.type === 'inputs';
    const isMisplaced = isInputs === this.#isOpen;
    const when = isInputs ? 'after the run has begun' : 'before the inputs';
    const problem = isMisplaced ? `"${message.type}" ${when}` : problemOf(message, valueCount, planned);
    if (problem !== null) this.news.lose(unexpected(problem));
    return problem === null;
  }

  /** The run begins once both parts are there. */
  takeInputs(part: Part, values: Float32Array<ArrayBuffer>): void {
    const planned = this.#planned;
    if (!planned || this.news.lost) return;
    this.#inputs.set(part, values);
    if (this.#inputs.size < 2) return;
    this.#isOpen = true;
    this.#open(planned);
  }

  /** Whether Python is to send the epoch. */
  epoch({ epoch, isLast, metrics }: Epoch): ToPython {
    const record = this.#isWanted(epoch, isLast, metrics);
    if (record) this.#time.begin();
    return { type: 'record', run: this.number, record };
  }

  async addMaps({ epoch, reading, firstSample, sampleCount }: Maps, values: Float32Array<ArrayBuffer>): Promise<void> {
    const planned = this.#planned;
    if (!planned || this.news.lost) return;
    const room = { commits: EPOCHS_UNDER_WAY, bytes: values.byteLength, byteLimit: UNDER_WAY_BYTES };
    await this.context.writer.room(room);
    this.context.writer.post({ type: 'maps', run: this.number, epoch, reading, firstSample, sampleCount, values }, [
      values.buffer,
    ]);
  }

  commit({ epoch, answers }: Commit, values: Float32Array<ArrayBuffer>): void {
    const planned = this.#planned;
    this.#time.end();
    if (!planned || this.news.lost) return;
    const weights = cutWeights(planned.layers, values.subarray(answers));
    const { labels, splits, begin, isClassified, probes } = planned;
    const form = begin.answers.form === 'probability' ? 'binary' : 'sparse';
    const predictions = isClassified
      ? predictedClasses(values.subarray(0, answers), probes.length, form)
      : new Int32Array(0);
    const reported = new Map(this.#reported);
    if (isClassified) reported.set(PROBE_ACCURACY, shareEqual(predictions, labels));
    const metrics = planned.metrics.map((name) => finite(reported.get(name)));
    this.news.recorded(epoch, finite(reported.get('loss')), isClassified ? judge(labels, predictions, splits) : null);
    this.context.writer.post({ type: 'commit', run: this.number, epoch, metrics, predictions, weights });
  }

  /** Python could not run the probes at this epoch. */
  epochLost(epoch: number, reason: string): void {
    this.#time.end();
    this.context.writer.post({ type: 'abandon', run: this.number });
    this.news.notice(`Epoch ${epoch} is not recorded: the probes could not be run (${reason}). Training continues.`);
  }

  goOn(epochCount: number | null): void {
    if (this.news.lost) return;
    this.#epochs.begin({ epochCount: epochCount ?? DENSE_EPOCHS, isOpenEnded: epochCount === null });
    this.#time.goOn();
    this.#makeRoom();
  }

  rest(): void {
    this.#epochs.end();
    this.#time.rest();
    if (this.#planned && !this.news.lost) this.context.writer.post({ type: 'rest', run: this.number });
  }

  end(end: ScriptEnd): void {
    const outcome = this.#planned ? this.news.end(end) : null;
    if (outcome) this.context.writer.post({ type: 'end', run: this.number, outcome });
  }

  #isWanted(epoch: number, isLast: boolean, metrics: Epoch['metrics']): boolean {
    const planned = this.#planned;
    if (!planned || this.news.lost || this.news.outcome) return false;
    this.#epochs.pass(Math.max(0, epoch - this.#epochs.trained));
    if (this.#epochs.outgrow()) this.#makeRoom();
    this.#reported = new Map(Object.entries(metrics).map(([name, value]) => [name, value ?? NaN]));
    if (epoch > 0) this.news.noticeNotANumber(this.#reported);
    const { statedLast, hasFewFits } = this.#epochs;
    const isDue = isLast || epoch === 0 || epoch === statedLast;
    if (!isDue && !hasFewFits && !isRecorded(epoch)) return false;
    if (!isDue && statedLast === null && !isRecorded(epoch)) return false;
    if (!isDue && this.#time.isShort) {
      const text = this.#time.leaveOut(epoch);
      this.#late = epoch;
      if (text !== null) this.news.notice(text);
      return false;
    }
    if (epoch === this.#late) this.#time.catchUp();
    const verdict = planned.gate.verdict(epoch, isLast);
    if (verdict === 'paused') this.news.paused(epoch);
    return verdict === 'recorded';
  }

  #makeRoom(): void {
    const { room } = this.#epochs;
    if (!this.#planned || room <= this.#room) return;
    this.#room = room;
    this.#planned.gate.extend(room);
    this.context.writer.post({ type: 'extend', run: this.number, lastEpoch: room });
  }

  async #plan(begin: PythonBegin): Promise<Planned> {
    const { settings, script, writer } = this.context;
    if (writer.failed) throw writer.refused ?? writerGone();
    const layers = layersOfPython(begin.framework.name, begin.layers, (span) => ({
      ...span,
      file: workspacePath(span.file, settings.workspace),
    }));
    checkBegin(begin, layers);
    const lastEpoch = this.#epochs.last;
    this.#room = lastEpoch;
    const { task, classNames } = meaningOf(begin);
    const isClassified = task === 'classification';
    const metrics = isClassified ? [...begin.metricNames, PROBE_ACCURACY] : [...begin.metricNames];
    const planWith = (inTime?: number): RecordingPlan =>
      planRecording(
        { layers, unrecordable: [], pinned: settings.pinnedLayers },
        {
          ...(inTime === undefined ? {} : { inTime, isStopping: this.#time.isStopping }),
          task,
          classNames,
          metrics,
          available: begin.training.kept + begin.validation.kept,
          wanted: settings.probes,
          training: { available: begin.training.kept, wanted: settings.group?.size ?? TRAINING_SAMPLE },
          fixedBatch: begin.fixedBatch,
          lastEpoch,
          openEnded: begin.epochCount === null,
        },
        { bytes: settings.byteBudget, memoryBytes: LAYER_BYTES },
      );
    const wished = planWith();
    const inTime = await this.#probesInTime(begin, layers, classNames, wished);
    const plan = inTime < wished.probeCount ? planWith(inTime) : wished;
    if (!plan.fits) throw budgetTooSmall(plan, settings.byteBudget);
    const training = candidates(begin.training, isClassified);
    const probes = chooseProbes(candidates(begin.validation, isClassified), training, plan.probeCount, settings.seed);
    const trainCount = probes.filter(({ split }) => split === 'train').length;
    if (begin.answers.form === 'none' && begin.answers.reason !== null)
      this.news.notice(`The probes have no classes: ${begin.answers.reason}.`);
    const manifest = composeManifest(
      {
        settings,
        script,
        framework: begin.framework,
        engine: {
          name: begin.engine.name,
          version: begin.engine.version,
          threads: begin.engine.threads,
          notice: begin.engine.device === 'cpu' ? null : `on ${begin.engine.device}`,
        },
        python: this.context.python ?? '',
        packages: { cnnslicer: cnnslicerVersion(), ...begin.packages },
      },
      {
        name: runName(settings, script.file, begin.model.name, this.number),
        model: begin.model,
        layers,
        task,
        classNames,
        givenNames: begin.classNames,
        data: { trainCount: begin.training.total, validationCount: begin.validation.total },
        probes: { count: probes.length, trainCount, validationCount: probes.length - trainCount },
        plan,
        lastEpoch,
        isOpenEnded: begin.epochCount === null,
        metrics,
      },
    );
    return {
      begin,
      manifest,
      layers,
      plan,
      probes,
      training: chooseProbes(NOTHING, training, plan.trainingSampleCount, settings.seed),
      labels: Int32Array.from(isClassified ? probes : [], ({ label }) => label),
      splits: Uint8Array.from(probes, ({ split }) => SPLITS.indexOf(split)),
      metrics,
      isClassified,
      readings: forwardPasses(layers, probes.length, HELD_BYTES),
      gate: new EpochGate({
        epochStride: plan.epochStride,
        lastEpoch,
        isPaused: () => this.context.isPaused(),
        onPauses: (paused) => writer.post({ type: 'pauses', run: this.number, paused }),
      }),
      layerCount: layers.length,
      probeCount: probes.length,
      forecast: { forecastBytes: plan.forecastBytes, bytesPerEpoch: plan.bytesPerEpoch },
      leftOut: plan.leftOut,
    };
  }

  async #probesInTime(
    begin: PythonBegin,
    layers: readonly Layer[],
    classNames: readonly string[],
    wished: RecordingPlan,
  ): Promise<number> {
    if (wished.probeCount * bytesPerProbe(layers) < QUICK_BYTES) return Infinity;
    const { writer, settings } = this.context;
    const { millisecondsPerProbe: perPass, epochCount, epochMilliseconds, training } = begin;
    const formats = begin.layers.map(({ format }) => format);
    const run = { layers, formats, classNames, kept: wished, probeCount: wished.probeCount };
    const trial = writingTrial(settings.runsFolder, run);
    const perWriting = writingPerProbe(await writer.tryWritingMeanwhile(trial), trial, run);
    return probesOf(
      layers,
      {
        count: wished.probeCount,
        perPass,
        perWriting,
        lastEpoch: epochCount,
        // This process has seen none of it, even where Python has timed an epoch.
        trained: 0,
        perEpoch: epochMilliseconds ?? PASSES_A_STEP * perPass * (training.total ?? training.kept),
      },
      this.#time,
    );
  }

  #planMessage({ probes, training, readings, begin, layers }: Planned): ToPython {
    return {
      type: 'plan',
      run: this.number,
      probes: probes.map(({ split, row }) => [split === 'train' ? 'training' : 'validation', row] as const),
      training: training.map(({ row }) => row),
      readings,
      batchSize: probeBatchSize(layers, begin.fixedBatch),
    };
  }

  #open({ manifest, begin, labels, splits, training, plan, readings, isClassified }: Planned): void {
    const { settings, writer } = this.context;
    const format: DataFormat = begin.layers[0]?.format ?? 'channelsLast';
    const inputs = { values: this.#inputs.get('probes') ?? new Float32Array(0), format };
    const trained = this.#inputs.get('training') ?? new Float32Array(0);
    this.#inputs.clear();
    writer.post(
      {
        type: 'open',
        run: this.number,
        runsFolder: settings.runsFolder,
        manifest,
        inputs,
        formats: begin.layers.map((layer) => layer.format),
        readings,
        labels,
        splits,
        training:
          plan.trainingSampleCount === 0
            ? null
            : {
                inputs: { values: trained, format },
                labels: Int32Array.from(isClassified ? training : [], ({ label }) => label),
              },
        bytesOnce: plan.bytesOnce,
        bytesWithoutMaps: plan.bytesWithoutMaps,
      },
      [inputs.values.buffer as ArrayBuffer],
    );
  }
}

function meaningOf({ answers }: PythonBegin): {
  readonly task: 'classification' | 'none';
  readonly classNames: readonly string[];
} {
  if (answers.form === 'none') return { task: 'none', classNames: [] };
  const count = answers.form === 'scores' ? answers.classes : 2;
  return { task: 'classification', classNames: Array.from({ length: count }, (_, index) => String(index)) };
}

function candidates({ kept, labels }: PythonBegin['training'], isClassified: boolean) {
  return { count: kept, labels: isClassified && labels ? Int32Array.from(labels) : null };
}

/** By layer, in the order of its weights. */
function cutWeights(layers: readonly Layer[], values: Float32Array): Float32Array[][] {
  let at = 0;
  return layers.map(({ weights }) => weights.map(({ shape }) => values.subarray(at, (at += product(shape))).slice()));
}

function sizeOf(layer: Layer | undefined): number {
  return layer ? layerSize(layer) : 0;
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

/** Why a message with so many values is none of this run; null: it is one. */
function problemOf(
  message: Inputs | Maps | Commit,
  count: number,
  { layers, probes, training, ...plan }: Planned,
): string | null {
  if (message.type === 'inputs') {
    const chosen = message.part === 'probes' ? probes : training;
    return count === chosen.length * sizeOf(layers[0]) ? null : `${count} values of ${chosen.length} inputs`;
  }
  if (message.type === 'commit') {
    const isWhole = count === message.answers + weightCount(layers);
    return isWhole ? null : `${count} values of weights and ${message.answers} answers`;
  }
  const { reading, firstSample, sampleCount } = message;
  if (reading > plan.readings || firstSample + sampleCount > probes.length)
    return `probes ${firstSample} to ${firstSample + sampleCount - 1}, reading ${reading}`;
  return count === (sampleCount * bytesPerProbe(layers)) / 4 ? null : `${count} values of ${sampleCount} probes`;
}

function weightCount(layers: readonly Layer[]): number {
  return layers.reduce((sum, { weights }) => sum + weights.reduce((of, { shape }) => of + product(shape), 0), 0);
}

/** Sizes that no network has, before anything is allocated for them. Throws a `Failure`. */
function checkBegin({ training, validation, answers }: PythonBegin, layers: readonly Layer[]): void {
  if (training.kept + validation.kept === 0) throw noSamples();
  for (const { kept, labels } of [training, validation])
    if (labels && labels.length !== kept) throw new Failure(unexpected(`${labels.length} labels of ${kept} samples`));
  const { classes } = answers.form === 'scores' ? answers : { classes: 2 };
  if (classes > CLASS_LIMIT || layers.length > LAYER_LIMIT)
    throw new Failure({
      kind: 'unsupported',
      doing: 'starting the recording',
      wrong: `the model has ${layers.length} layers, and tells ${classes} classes apart`,
      tryThis: `Record a model of at most ${LAYER_LIMIT} layers and ${CLASS_LIMIT} classes`,
    });
  for (const layer of layers) {
    const sizes = [layerSize(layer), ...layer.weights.map(({ shape }) => product(shape))];
    if (sizes[0] === 0 || sizes.some((size) => size > SIZE_LIMIT))
      throw new Failure({
        kind: 'unsupported',
        doing: 'starting the recording',
        wrong: `layer ${layer.name} has ${Math.max(...sizes)} values`,
        tryThis: 'Record a model whose layers all have outputs that fit in memory',
      });
  }
}

function unexpected(what: string): FailureParts {
  return {
    kind: 'unsupported',
    doing: 'recording a Python script',
    wrong: `Python sent ${what}, which does not match the network`,
    tryThis: 'Please report this error with the model',
  };
}

function noSamples(): Failure {
  return new Failure({
    kind: 'unsupported',
    doing: 'choosing the probes',
    wrong: 'no batch of inputs passed through the model',
    tryThis: 'Train for at least one step with a batch of tensors',
  });
}
