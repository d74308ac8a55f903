/**
 * How many probes can be recorded at every epoch in the time that recording may take: by a pass of the network over a
 * few, and by what the writer takes for the bytes that they leave behind.
 */
import type { Layer } from '../../protocol/run.js';
import type { DataFormat } from '../model/mapGeometry.js';
import type { TracedLayer } from '../model/traceModel.js';
import type { Kept } from '../plan/giveUp.js';
import { bytesPerProbe, forwardPasses, HELD_BYTES, mostProbes } from '../plan/passes.js';
import type { RecordingPlan } from '../plan/planRecording.js';
import { probeBatchSize, runProbes } from '../probes/runProbes.js';
import { readProbes, type Meaning } from '../probes/probeSet.js';
import type { RecorderContext } from '../recorderContext.js';
import type { RecordingTime } from '../time/recordingTime.js';
import type { TriedWriting, WritingTrial } from '../writer/writerMessages.js';
import type { StartRequest } from './runRecording.js';

/** Activations of all probes that take less than this are recorded in no time. */
export const QUICK_BYTES = 128 * 2 ** 20;
const TIMED_PROBES = 8;
/** A step of training takes the pass forward, and about twice as long backward. */
export const PASSES_A_STEP = 3;
/** Of a training without a stated end: the state before it, and the one in which it ends, which may be soon. */
const SURE_EPOCHS = 2;

interface Network {
  readonly traced: readonly TracedLayer[];
  readonly layers: readonly Layer[];
  readonly meaning: Meaning;
  /** Planned without regard to time. */
  readonly wished: RecordingPlan;
}

/** Infinity where any number can be recorded, or the script has chosen the probes itself. */
export function probesInTime(context: RecorderContext, request: StartRequest, network: Network): number {
  const { fit, source, lastEpoch, trained, time } = request;
  const { layers, meaning, traced, wished } = network;
  if (wished.probeCount * bytesPerProbe(layers) < QUICK_BYTES || fit.data.kind === 'probes') return Infinity;
  const perPass = millisecondsPerProbe(context, request, network);
  const formats = traced.map(({ format }) => format);
  const run = { layers, formats, classNames: meaning.classNames, kept: wished, probeCount: wished.probeCount };
  const trial = writingTrial(context.settings.runsFolder, run);
  return probesOf(
    layers,
    {
      count: wished.probeCount,
      perPass,
      perWriting: writingPerProbe(context.writer.tryWriting(trial), trial, run),
      lastEpoch: fit.isOpenEnded ? null : lastEpoch,
      trained,
      perEpoch: trained > 0 ? time.training / trained : PASSES_A_STEP * perPass * source.training.count,
    },
    time,
  );
}

export interface Expected {
  /** Planned without regard to time. */
  readonly count: number;
  /** Milliseconds of one pass over a probe, its outputs read back. */
  readonly perPass: number;
  /** Milliseconds of the writer for one probe. */
  readonly perWriting: number;
  /** Null: nobody has said it. */
  readonly lastEpoch: number | null;
  /** Epochs that have been trained. */
  readonly trained: number;
  /** Milliseconds of training one. */
  readonly perEpoch: number;
}

/** How many probes can be recorded at each epoch, which is then the plan. */
export function probesOf(layers: readonly Layer[], expected: Expected, time: RecordingTime): number {
  const { count, perPass, perWriting, lastEpoch, trained, perEpoch } = expected;
  // One after the other: how far they overlap depends on how many processors the training leaves idle.
  const perProbe = (passes: 1 | 2): number => passes * perPass + perWriting;
  const epochs = lastEpoch === null ? SURE_EPOCHS : lastEpoch + 1;
  const remaining = Math.max(0, (lastEpoch ?? 1) - trained) * perEpoch;
  const found = mostProbes(layers, HELD_BYTES, (passes) =>
    time.probeCount({ count, perProbe: perProbe(passes), epochs, remaining }),
  );
  time.plan(epochs, found * perProbe(forwardPasses(layers, found, HELD_BYTES)));
  return found;
}

/** Of one pass over a probe, its outputs read back. */
function millisecondsPerProbe(
  { tf, settings }: RecorderContext,
  { fit, source }: StartRequest,
  { traced, meaning, wished }: Network,
): number {
  const fixedBatch = fit.model.inputs[0]?.shape[0] ?? null;
  const sampleCount = fixedBatch ?? Math.min(TIMED_PROBES, wished.probeCount, probeBatchSize(traced, null));
  const probes = readProbes(source, meaning, sampleCount, settings.seed);
  const begun = performance.now();
  runProbes(tf, fit.model, traced, probes, { firstSample: 0, sampleCount });
  return (performance.now() - begun) / sampleCount;
}

interface WrittenRun {
  readonly layers: readonly Layer[];
  /** By layer. */
  readonly formats: readonly DataFormat[];
  readonly classNames: readonly string[];
  readonly kept: Kept;
  readonly probeCount: number;
}

/** A trial with as many probes as the writer may hold, if they are few. */
export function writingTrial(
  runsFolder: string,
  { layers, formats, classNames, kept, probeCount }: WrittenRun,
): WritingTrial {
  const count = Math.max(1, Math.min(TIMED_PROBES, probeCount, Math.floor(HELD_BYTES / bytesPerProbe(layers))));
  const plan = { ...kept, mapSampleCount: count };
  const manifest = { layers: [...layers], classNames: [...classNames], probes: { count }, plan };
  return { type: 'trial', runsFolder, manifest, formats, readings: forwardPasses(layers, probeCount, HELD_BYTES) };
}

/** What the writer takes for one probe at an epoch, in milliseconds: maps are kept of some probes and epochs. */
export function writingPerProbe(
  tried: TriedWriting | null,
  { manifest }: WritingTrial,
  { kept, probeCount }: Pick<WrittenRun, 'kept' | 'probeCount'>,
): number {
  if (!tried) return 0; // a run cannot be written either, and says why
  const { statistics, disk } = tried;
  return (statistics + (disk * kept.mapSampleCount) / probeCount / kept.mapStride) / manifest.probes.count;
}
