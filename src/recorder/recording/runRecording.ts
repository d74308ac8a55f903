/**
 * The recording of one model: from its first fit, which fixes layers, probes and plan, through every epoch of
 * that and later fits. It does on the training thread what only that thread can – run the network on the
 * probes – and hands over what was computed.
 */
import { judge, PROBE_ACCURACY } from '../../protocol/accuracy.js';
import type { Judged, Layer } from '../../protocol/run.js';
import { concatenated } from '../probes/concatenated.js';
import { composeManifest, runName, type Surroundings } from './composeManifest.js';
import { packageVersions } from './runFacts.js';
import { EpochGate, type Verdict } from './epochGate.js';
import type { AnyLayer, Model } from '../hooks/layersApi.js';
import { toSpan } from '../hooks/sourcePositions.js';
import type { Fit } from '../hooks/watchFit.js';
import { describeLayers } from '../model/describeLayers.js';
import { describeModel } from '../model/describeModel.js';
import { leafLayers, readFloats } from '../model/forwardPass.js';
import { labelledOutput, type LabelledOutput } from '../model/labelledOutput.js';
import { finiteOrNull } from '../model/logs.js';
import { probeBatches, probeBatchSize, runProbes, type ProbeRows } from '../probes/runProbes.js';
import { traceModel, type TracedLayer } from '../model/traceModel.js';
import { bytesPerProbe, forwardPasses, HELD_BYTES } from '../plan/passes.js';
import { planRecording, type RecordingPlan } from '../plan/planRecording.js';
import { predictedClasses, shareEqual } from '../probes/interpretLabels.js';
import { trainingSample } from '../probes/trainingSample.js';
import { meaningOf, readProbes, type Meaning, type ProbeSet } from '../probes/probeSet.js';
import type { ProbeSource } from '../probes/probeSource.js';
import { EPOCHS_UNDER_WAY, LAYER_BYTES, TRAINING_SAMPLE, UNDER_WAY_BYTES } from './limits.js';
import { budgetTooSmall } from './budgetTooSmall.js';
import { probesInTime } from './probesInTime.js';
import type { RecorderContext } from '../recorderContext.js';
import type { RecordingTime } from '../time/recordingTime.js';
import type { Work } from '../writer/writerThread.js';

export interface StartRequest {
  readonly fit: Fit;
  readonly source: ProbeSource;
  readonly lastEpoch: number;
  /** Epochs that were trained before the samples were known. */
  readonly trained: number;
  readonly time: RecordingTime;
}

export interface EpochOutcome {
  readonly verdict: Verdict;
  /** Of probes that were not trained on where there are such; null without classes. */
  readonly accuracy: Judged | null;
}

/** Layers, probes and plan of a run, fixed when it starts. */
export class RunRecording {
  #model: Model;
  readonly #leaves: readonly AnyLayer[];
  /** That the run was extended to; 0 while it is as it was planned. */
  #lastEpoch = 0;

  private constructor(
    private readonly context: RecorderContext,
    readonly number: number,
    fit: Fit,
    private readonly traced: readonly TracedLayer[],
    private readonly probes: ProbeSet,
    private readonly meaning: Meaning,
    private readonly plan: RecordingPlan,
    private readonly gate: EpochGate,
    private readonly metrics: readonly string[],
    private readonly layers: readonly Layer[],
    private readonly readings: 1 | 2,
  ) {
    this.#model = fit.model;
    this.#leaves = leafLayers(fit.model);
  }

  /** Looks at the model and its data, chooses the probes, and has the writer start the run. */
  static start(context: RecorderContext, number: number, request: StartRequest): RunRecording {
    const { fit, source, lastEpoch } = request;
    const { tf, settings, constructions, positions } = context;
    const fixedBatch = fit.model.inputs[0]?.shape[0] ?? null;
    const { layers: traced, leftOut } = traceModel(tf, fit.model, () => firstRows(context, source, fixedBatch ?? 1));
    const layers = describeLayers(traced, (layer) => {
      const position = positions.original(constructions.siteOf(layer) ?? []);
      return position && toSpan(position, settings.workspace);
    });
    const labelled = labelledOutput(fit.model);
    const meaning = meaningOf(source, { loss: lossOf(fit, labelled), outputShape: labelled.shape });
    const metrics = meaning.task === 'classification' ? [...fit.metricNames, PROBE_ACCURACY] : [...fit.metricNames];
    const planWith = (inTime?: number): RecordingPlan =>
      planRecording(
        { layers, unrecordable: leftOut, pinned: settings.pinnedLayers },
        {
          ...(inTime === undefined ? {} : { inTime, isStopping: request.time.isStopping }),
          task: meaning.task,
          classNames: meaning.classNames,
          metrics,
          available: source.training.count + source.validation.count,
          wanted: settings.probes,
          training: { available: source.training.count, wanted: settings.group?.size ?? TRAINING_SAMPLE },
          fixedBatch,
          lastEpoch,
          openEnded: fit.isOpenEnded ?? false,
        },
        { bytes: settings.byteBudget, memoryBytes: LAYER_BYTES },
      );
    const wished = planWith();
    const inTime = probesInTime(context, request, { traced, layers, meaning, wished });
    const plan = inTime < wished.probeCount ? planWith(inTime) : wished;
    if (!plan.fits) throw budgetTooSmall(plan, settings.byteBudget);
    const probes = readProbes(source, meaning, plan.probeCount, settings.seed);
    for (const text of [meaning.notice, ofWhichOutput(labelled, meaning)])
      if (text) context.send({ type: 'notice', text });
    const manifest = composeManifest(surroundingsOf(context), {
      name: fit.name ?? runName(settings, context.script.file, fit.outer.name, number),
      model: describeModel(fit.outer, fit.model),
      layers,
      task: meaning.task,
      classNames: meaning.classNames,
      givenNames: fit.classNames ?? context.classNames(),
      data: { trainCount: source.trainCount, validationCount: source.validationCount },
      probes,
      plan,
      lastEpoch,
      isOpenEnded: fit.isOpenEnded ?? false,
      metrics,
    });
    const format = traced[0]?.format ?? 'channelsLast';
    const inputs = { values: probes.inputs[0]?.values.slice() ?? new Float32Array(0), format };
    const readings = forwardPasses(layers, probes.count, HELD_BYTES);
    context.writer.post(
      {
        type: 'open',
        run: number,
        runsFolder: settings.runsFolder,
        manifest,
        inputs,
        formats: traced.map((layer) => layer.format),
        readings,
        labels: probes.labels,
        splits: probes.splits,
        training: trainingSample(source, meaning, plan.trainingSampleCount, { seed: settings.seed, format }),
        bytesOnce: plan.bytesOnce,
        bytesWithoutMaps: plan.bytesWithoutMaps,
      },
      [inputs.values.buffer],
    );
    const gate = new EpochGate({
      epochStride: plan.epochStride,
      lastEpoch,
      isPaused: () => context.writer.paused,
      onPauses: (paused) => context.writer.post({ type: 'pauses', run: number, paused }),
    });
    return new RunRecording(context, number, fit, traced, probes, meaning, plan, gate, metrics, layers, readings);
  }

  get layerCount(): number {
    return this.layers.length;
  }

  get probeCount(): number {
    return this.probes.count;
  }

  get forecast(): { forecastBytes: number; bytesPerEpoch: number } {
    return { forecastBytes: this.plan.forecastBytes, bytesPerEpoch: this.plan.bytesPerEpoch };
  }

  get leftOut(): readonly string[] {
    return this.plan.leftOut;
  }

  /** Whether a later fit trains the very layers that this run records. */
  continuesWith(model: Model): boolean {
    const leaves = leafLayers(model);
    return leaves.length === this.#leaves.length && leaves.every((layer, index) => layer === this.#leaves[index]);
  }

  /**
   * Records the model as it is now as epoch `epoch`. Waits while too much is under way: a slow disk slows
   * the training down and never fills the memory. `isLast`: training has ended with it.
   */
  *recordEpoch(epoch: number, reported: ReadonlyMap<string, number>, isLast: boolean): Work<EpochOutcome> {
    const verdict = this.gate.verdict(epoch, isLast);
    if (verdict !== 'recorded') return { verdict, accuracy: null };
    const output = yield* this.#runProbes(epoch);
    const { form } = this.meaning;
    const predictions = form === null ? new Int32Array(0) : predictedClasses(output, this.probes.count, form);
    const { labels, splits } = this.probes;
    const values = new Map(reported);
    if (form !== null) values.set(PROBE_ACCURACY, shareEqual(predictions, labels));
    const metrics = this.metrics.map((name) => finiteOrNull(values.get(name)));
    const weights = this.#weights();
    const moved = weights.flat().map(({ buffer }) => buffer);
    this.context.writer.post({ type: 'commit', run: this.number, epoch, metrics, predictions, weights }, moved);
    return { verdict, accuracy: form === null ? null : judge(labels, predictions, splits) };
  }

  /** A later fit asks for more epochs; a Sequential that was compiled again computes with another inner model. */
  continueWith(model: Model, lastEpoch: number): void {
    this.#model = model;
    if (lastEpoch <= this.#lastEpoch) return;
    this.#lastEpoch = lastEpoch;
    this.gate.extend(lastEpoch);
    this.context.writer.post({ type: 'extend', run: this.number, lastEpoch });
  }

  /** Hands over what the layers answer, and resolves with the output that has the classes. */
  *#runProbes(epoch: number): Work<Float32Array> {
    const { context, traced, probes, number: run } = this;
    const { index: outputIndex } = labelledOutput(this.#model);
    const batches = probeBatches(probes.count, probeBatchSize(traced, this.#model.inputs[0]?.shape[0] ?? null));
    const outputs: Float32Array[] = [];
    for (let reading = 1; reading <= this.readings; reading++) {
      for (const rows of batches) {
        yield { commits: EPOCHS_UNDER_WAY, bytes: this.#bytesOf(rows), byteLimit: UNDER_WAY_BYTES };
        const { activations: values, output } = runProbes(context.tf, this.#model, traced, probes, rows, outputIndex);
        if (reading === 1) outputs.push(output);
        context.writer.post({ type: 'maps', run, epoch, reading, ...rows, values }, [values.buffer]);
      }
    }
    return concatenated(outputs);
  }

  #bytesOf({ sampleCount }: ProbeRows): number {
    return sampleCount * bytesPerProbe(this.layers);
  }

  /** By layer; none of a layer whose first call lists them. */
  #weights(): Float32Array<ArrayBuffer>[][] {
    return this.traced.map(({ layer, ownsWeights }) =>
      ownsWeights ? layer.weights.map((weight) => new Float32Array(readFloats(weight.read()))) : [],
    );
  }
}

function surroundingsOf({ settings, script, engine, tf }: RecorderContext): Surroundings {
  const packages = packageVersions(tf);
  const version = packages['@tensorflow/tfjs'] ?? packages['@tensorflow/tfjs-layers'] ?? '';
  const { name, version: engineVersion, threads, notice } = engine;
  return {
    settings,
    script,
    framework: { name: 'tensorflow.js', version },
    engine: { name, version: engineVersion, threads, notice },
    packages,
  };
}

function firstRows({ tf }: RecorderContext, source: ProbeSource, count: number) {
  const split = source.training.count > 0 ? source.training : source.validation;
  const rows = Array.from({ length: count }, (_, row) => Math.min(row, split.count - 1));
  return split
    .inputRows(rows)
    .map(({ values, shape, dtype }) =>
      tf.tensor(dtype === 'int32' ? Int32Array.from(values) : values, [count, ...shape], dtype),
    );
}

/** Classes of probes of the script's own choice are numbers, whatever the loss is called. */
function lossOf({ data }: Fit, { loss }: LabelledOutput): string {
  const areClasses = data.kind === 'probes' && data.targets !== null && 'classes' in data.targets;
  return areClasses ? 'sparseCategoricalCrossentropy' : loss;
}

function ofWhichOutput({ index, name }: LabelledOutput, { task }: Meaning): string | null {
  if (index === 0 || task !== 'classification') return null;
  return `The classes are from the output "${name}", the model’s output ${index + 1}.`;
}
