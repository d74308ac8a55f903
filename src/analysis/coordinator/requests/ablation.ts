/** Ablation on the probes: a question held against the run, samples shared between threads, answers counted. */
import * as v from 'valibot';
import { accuracyName, judgedProbes } from '../../../protocol/accuracy.js';
import type { AblatedChannels, AblationQuestion, AblationResult, Replacement } from '../../../protocol/ablation.js';
import { Failure } from '../../../protocol/failure.js';
import { keptSampleCount, roundedMaps } from '../../../protocol/keptMaps.js';
import type { CallContext } from '../../../protocol/rpc.js';
import { VALUE_STATISTICS, type Layer } from '../../../protocol/run.js';
import { whyNotClassified } from '../../run/notClassified.js';
import { ablationNetwork, type AblationNetwork } from '../../ablation/ablatedForward.js';
import { ablationValue, countsOf } from '../../ablation/ablationCounts.js';
import { ANALYSIS_VERSION } from '../../run/version.js';
import type { OpenedRun } from '../../run/openedRun.js';
import { computeTable, type Session } from '../dispatch/session.js';
import { keptOr } from './keptOr.js';

/** Samples of one task: enough that weights are read seldom, few enough that all threads have work. */
const BATCH_SAMPLES = 32;

/**
 * Held-out accuracy without channels of a layer (training accuracy where all probes were trained on), for each set of channels, with those of other layers that
 * go together with every set. Throws a Failure for what the run
 * does not have, for runs without classes, and for networks with a layer that cannot be computed from a recording.
 */
export async function measureAblation(
  session: Session,
  run: OpenedRun,
  asked: AblationQuestion,
  context: CallContext,
): Promise<AblationResult> {
  const { manifest, reader } = run;
  const { layer, epoch, sets, replacement = 'zero', together = [] } = asked;
  const { network, hasMaps, samples, labels, heldOut, of } = await ablatedAnswers(session, run, asked, context);
  const n = samples.length;
  const whole = of(0);
  const predictions = await reader.readPredictions(epoch);
  return {
    measure: 'ablation',
    provenance: {
      measure: 'ablation',
      estimator: `${accuracyName(heldOut)}, layers above computed from recorded weights; ablated channels are ${replacement === 'zero' ? '0' : 'their mean over probes and places'}`,
      parameters: { replacement, ...(hasMaps ? roundedMaps(manifest.plan, network.given) : {}) },
      n,
      unit: 'share',
      version: ANALYSIS_VERSION,
    },
    ...{ layer, epoch, replacement, together, n, heldOut },
    whole: countsOf(whole, labels),
    otherThanRecorded: whole.reduce((sum, answer, i) => sum + (answer === predictions[samples[i]] ? 0 : 1), 0),
    values: sets.map((channels, i) => ablationValue(channels, of(i + 1), whole, labels, manifest.classNames.length)),
  };
}

export interface AblatedAnswers {
  readonly network: AblationNetwork;
  readonly hasMaps: boolean;
  /** Probes that were answered; those that were not trained on, where there are such. */
  readonly samples: readonly number[];
  readonly labels: Int32Array | null;
  readonly heldOut: boolean;
  /** Classes by sample: 0 of the whole network, i + 1 of the i-th set. */
  of(set: number): Int32Array;
}

/** Answers of every set, from the run folder's cache or computed and kept there. */
export async function ablatedAnswers(
  session: Session,
  run: OpenedRun,
  asked: AblationQuestion,
  context: CallContext,
): Promise<AblatedAnswers> {
  const { manifest } = run;
  const network = check(run, asked);
  const { layer, epoch, sets, replacement = 'zero', together = [] } = asked;
  const areKept = await Promise.all(network.given.map((index) => isKept(run, index, epoch)));
  const hasMaps = areKept.every(Boolean);
  const kept = hasMaps
    ? Math.min(...network.given.map((index) => keptSampleCount(manifest, index)))
    : manifest.probes.count;
  const { samples, labels, heldOut } = await ablatedSamples(run, kept);
  const n = samples.length;
  const constants = new Map<number, Float32Array>();
  for (const index of ablatedLayers(asked)) constants.set(index, await constantsOf(run, index, epoch, replacement));
  const key = [
    'ablation',
    ANALYSIS_VERSION,
    await run.epochTag(epoch),
    layer,
    sets,
    together,
    replacement,
    kept,
    hasMaps,
    'held out',
  ];
  const { classes } = await keptOr(run, key, Kept, async () => ({
    classes: [...(await answersOf(session, run, { ...asked, samples, hasMaps, constants }, context))],
  }));
  const of = (set: number): Int32Array => Int32Array.from(classes.slice(set * n, (set + 1) * n));
  return { network, hasMaps, samples, labels, heldOut, of };
}

/** Of the first `kept` probes those that were not trained on; all, without labels, where any of them has none. */
async function ablatedSamples(
  { reader }: OpenedRun,
  kept: number,
): Promise<{ readonly samples: readonly number[]; readonly labels: Int32Array | null; readonly heldOut: boolean }> {
  const labels = (await reader.readLabels()).subarray(0, kept);
  if (labels.length < kept || labels.some((label) => label < 0))
    return { samples: [...Array(kept).keys()], labels: null, heldOut: false };
  const { probes, heldOut } = judgedProbes(labels, await reader.readSplits());
  return { samples: probes, labels: Int32Array.from(probes, (probe) => labels[probe]), heldOut };
}

function ablatedLayers({ layer, together = [] }: AblationQuestion): number[] {
  return [layer, ...together.map((one) => one.layer)];
}

function check(run: OpenedRun, asked: AblationQuestion): AblationNetwork {
  const { epoch, layer, sets, together = [] } = asked;
  const { layers, task } = run.manifest;
  if (task !== 'classification') throw refused(whyNotClassified(task));
  for (const part of [{ layer, channels: sets.flat() }, ...together]) checkChannels(layers, part);
  const ablated = ablatedLayers(asked);
  const twice = ablated.find((one, i) => ablated.indexOf(one) !== i);
  if (twice !== undefined) throw refused(`${layers[twice].name} is listed twice`);
  const state = run.epochStates.find((one) => one.epoch === epoch);
  if (!state) throw refused(`epoch ${epoch} is not recorded`);
  if (state.state === 'damaged') throw refused(state.reason, 'damaged');
  return ablationNetwork(run.manifest, ablated);
}

function checkChannels(layers: readonly Layer[], { layer: index, channels }: AblatedChannels): void {
  const layer = layers.at(index);
  if (!layer) throw refused(`there is no layer ${index}: the run has 0 to ${layers.length - 1}`);
  const channel = channels.find((one) => one >= layer.channelCount);
  if (channel !== undefined) throw refused(`${layer.name} has no channel ${channel}: it has ${layer.channelCount}`);
}

/** Inputs are there at every epoch. */
async function isKept({ manifest, reader }: OpenedRun, index: number, epoch: number): Promise<boolean> {
  return index === 0 || (keptSampleCount(manifest, index) > 0 && (await reader.keepsMaps(index, epoch)));
}

/** What an ablated channel is instead; a channel's mean over all probes, a constant channel's very value. */
async function constantsOf(
  run: OpenedRun,
  layer: number,
  epoch: number,
  replacement: Replacement,
): Promise<Float32Array> {
  const { layers, classNames } = run.manifest;
  const { channelCount } = layers[layer];
  if (replacement === 'zero') return new Float32Array(channelCount);
  const values = await run.reader.readValues(layer, epoch);
  const rows = classNames.length + 1;
  const row = (statistic: (typeof VALUE_STATISTICS)[number]): Float64Array => {
    const from = (VALUE_STATISTICS.indexOf(statistic) * rows + rows - 1) * channelCount;
    return values.subarray(from, from + channelCount);
  };
  const [minimum, maximum, mean] = [row('minimum'), row('maximum'), row('mean')];
  return Float32Array.from(mean, (value, channel) =>
    minimum[channel] === maximum[channel] ? minimum[channel] : value,
  );
}

interface Work extends AblationQuestion {
  readonly samples: readonly number[];
  readonly hasMaps: boolean;
  readonly constants: ReadonlyMap<number, Float32Array>;
}

/** (set + 1, n): classes by sample, first without ablation. */
async function answersOf(
  session: Session,
  run: OpenedRun,
  { samples, layer, epoch, sets, together = [], constants, hasMaps }: Work,
  context: CallContext,
): Promise<Int32Array> {
  const n = samples.length;
  const starts = Array.from({ length: Math.ceil(n / BATCH_SAMPLES) }, (_, i) => i * BATCH_SAMPLES);
  const ablated = sets.map((channels) => [{ layer, channels }, ...together]);
  const task = { run: run.reference, epoch, sets: ablated, constants, hasMaps };
  const parts = await computeTable(
    session,
    starts,
    context,
    (from, options) =>
      session.pool.run('ablation', { ...task, samples: samples.slice(from, from + BATCH_SAMPLES) }, options),
    (from) => `probes from ${from}`,
  );
  const classes = new Int32Array((sets.length + 1) * n);
  parts.forEach((part, i) => {
    const size = part.length / (sets.length + 1);
    for (let set = 0; set <= sets.length; set++)
      classes.set(part.subarray(set * size, (set + 1) * size), set * n + starts[i]);
  });
  return classes;
}

const Kept = v.object({ classes: v.array(v.number()) });

function refused(wrong: string, kind: 'not-found' | 'damaged' = 'not-found'): Failure {
  return new Failure({
    kind,
    doing: 'ablating channels',
    wrong,
    tryThis: 'Choose a layer, channels and an epoch of the run.',
  });
}
