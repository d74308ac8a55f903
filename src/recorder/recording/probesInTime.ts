/** How many probes can be recorded at every epoch in the time that recording may take, from a pass over a few. */
import type { Layer } from '../../protocol/run.js';
import { probeBatchSize, runProbes } from '../probes/runProbes.js';
import type { TracedLayer } from '../model/traceModel.js';
import { bytesPerProbe, HELD_BYTES, mostProbes } from '../plan/passes.js';
import { readProbes, type Meaning } from '../probes/probeSet.js';
import type { RecorderContext } from '../recorderContext.js';
import type { TimeBudget } from '../time/timeBudget.js';
import type { StartRequest } from './runRecording.js';

/** Activations of all probes that take less than this are recorded in no time. */
export const QUICK_BYTES = 128 * 2 ** 20;
const TIMED_PROBES = 8;
/** Beside the network's passes, in passes: statistics, and what is written. */
const WRITING = 0.5;
/** A step of training takes the pass forward, and about twice as long backward. */
export const PASSES_A_STEP = 3;
/** Of a training without a stated end: before it, its end, and one between. */
export const FEW_EPOCHS = 3;

interface Network {
  readonly traced: readonly TracedLayer[];
  readonly layers: readonly Layer[];
  readonly meaning: Meaning;
  /** Planned without regard to time. */
  readonly count: number;
}

/** Infinity where any number can be recorded, or the script has chosen the probes itself. */
export function probesInTime(context: RecorderContext, request: StartRequest, network: Network): number {
  const { fit, source, lastEpoch, time, firstEpoch } = request;
  const { layers, count } = network;
  if (count * bytesPerProbe(layers) < QUICK_BYTES || fit.data.kind === 'probes') return Infinity;
  const perPass = millisecondsPerProbe(context, request, network);
  const trained = fit.isOpenEnded ? FEW_EPOCHS - 1 : lastEpoch;
  const training = trained * (firstEpoch ?? PASSES_A_STEP * perPass * source.training.count);
  return probesOf(layers, { count, perPass, trained, training }, time);
}

interface Expected {
  /** Planned without regard to time. */
  readonly count: number;
  /** Milliseconds of one pass over a probe, its outputs read back. */
  readonly perPass: number;
  /** Epochs. */
  readonly trained: number;
  /** Milliseconds of all training. */
  readonly training: number;
}

/** How many probes can be recorded at each of so many epochs. */
export function probesOf(layers: readonly Layer[], { perPass, trained, ...rest }: Expected, time: TimeBudget): number {
  const now = performance.now();
  return mostProbes(layers, HELD_BYTES, (passes) =>
    time.probeCount({ ...rest, perProbe: (passes + WRITING) * perPass, epochs: trained + 1 }, now),
  );
}

/** Of one pass over a probe, its outputs read back. */
function millisecondsPerProbe(
  { tf, settings }: RecorderContext,
  { fit, source }: StartRequest,
  network: Network,
): number {
  const { traced, meaning, count } = network;
  const fixedBatch = fit.model.inputs[0]?.shape[0] ?? null;
  const sampleCount = fixedBatch ?? Math.min(TIMED_PROBES, count, probeBatchSize(traced, null));
  const probes = readProbes(source, meaning, sampleCount, settings.seed);
  const begun = performance.now();
  runProbes(tf, fit.model, traced, probes, { firstSample: 0, sampleCount });
  return (performance.now() - begun) / sampleCount;
}
