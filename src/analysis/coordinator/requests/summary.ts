/** Gathers what rules look at and asks them all. */
import { createHash } from 'node:crypto';
import { accuracyWithInterval, percentText, shareRight } from '../../../protocol/accuracy.js';
import { Failure } from '../../../protocol/failure.js';
import type {
  LabelValue,
  MeasureRequest,
  MeasureResult,
  RedundancyValue,
  ResultOf,
} from '../../../protocol/measure.js';
import { lossText } from '../../../protocol/notLearned.js';
import { printQuery } from '../../../protocol/queryText.js';
import { WHOLE_CUBE, type Query } from '../../../protocol/query.js';
import type { CallContext } from '../../../protocol/rpc.js';
import { SPLITS, type Judged, type Layer } from '../../../protocol/run.js';
import type { Finding, Summary, SummaryQuestion } from '../../../protocol/summary.js';
import { courseOf, lowestOf, type LayerFacts, type TrainingFacts } from '../../rules/facts.js';
import {
  hasChosenCount,
  isJudged,
  neededOf,
  nonFiniteOf,
  ownDead,
  saturatedOf,
  spread,
} from '../../rules/ownChannels.js';
import { judgeTraining } from '../../rules/registry.js';
import { unchangedChannels } from '../../rules/unchangedChannels.js';
import { capitalized } from '../../rules/words.js';
import type { OpenedRun } from '../../run/openedRun.js';
import type { Session } from '../dispatch/session.js';
import { channelState, intraEpochs } from './layerReports.js';
import { measureSlice } from './measureAnswers.js';
import { reasonOf } from './reason.js';

/** Epochs that are compared to find what never changed: first, last and evenly between. */
const COMPARED_EPOCHS = 9;
const LAST_EPOCHS = 3;
const HELD_OUT = SPLITS.indexOf('validation');
const TRACE_SHARE = 0.99;
/** Inputs above this are not read to look for equal ones. */
const MOST_INPUT_BYTES = 256 * 2 ** 20;

/** Throws a `not-found` Failure where no epoch is complete. */
export async function summaryOf(
  session: Session,
  run: OpenedRun,
  { depth }: SummaryQuestion,
  context: CallContext,
): Promise<Summary> {
  const facts = await factsOf(session, run, depth === 'computed', context);
  const { manifest, epoch, accuracy, notLearned } = facts;
  const { findings, ...judged } = judgeTraining(facts);
  const worst = findings.find(isProblem);
  const rows = await Promise.all(
    manifest.layers.map(async (layer) => {
      const of = facts.layers.find((one) => one.layer === layer);
      const needed = of && !notLearned ? neededOf(layer, of.redundancy) : null;
      return { layer: layer.index, entropy: await intraEpochs(run, layer.index), dead: of?.dead.length ?? 0, needed };
    }),
  );
  return {
    ...{ epoch, verdict: verdictOf(facts), problem: worst?.title ?? null, lines: linesOf(facts), accuracy, notLearned },
    ...{ findings, ...judged, rows },
    notes: [
      `Map entropy: mean over channels and probes, 32 bins over the channel's range, bits, N = ${manifest.probes.count} probes.`,
      'Dead: one value for all probes. Needed: principal components with 99 % of the variance of the channel means.',
    ],
  };
}

/** Others are suggestions: what may be chance, what cannot be told, what could be narrower. */
const isProblem = ({ gravity, certainty }: Finding): boolean =>
  certainty === 'certain'
    ? gravity !== 'limit'
    : certainty === 'likely' && (gravity === 'broken' || gravity === 'wrong');

function verdictOf(facts: TrainingFacts): string {
  const { notLearned, accuracy, epoch } = facts;
  if (notLearned) return 'It has not learned';
  if (accuracy)
    return `It learned: ${percentText(shareRight(accuracy))} % of the ${accuracy.heldOut ? 'held-out' : 'training'} probes are right`;
  const last = courseOf(facts, 'loss').at(-1);
  return last ? `Training ended with a loss of ${lossText(last.value)}` : `Training ended at epoch ${epoch}`;
}

function linesOf(facts: TrainingFacts): string[] {
  const { accuracy, trained } = facts;
  const held = courseOf(facts, 'val_loss');
  const best = held.length > 1 ? lowestOf(held) : null;
  return [
    ...(accuracy ? [`${capitalized(accuracyWithInterval(accuracy))}.`] : []),
    ...(trained ? [`${capitalized(accuracyWithInterval({ ...trained, heldOut: false }))}.`] : []),
    ...(best ? [`Held-out loss was lowest at epoch ${best.epoch} of ${facts.epoch}: ${lossText(best.value)}.`] : []),
  ];
}

async function factsOf(
  session: Session,
  run: OpenedRun,
  isComputed: boolean,
  context: CallContext,
): Promise<TrainingFacts> {
  const { manifest, reader } = run;
  const epochs = run.epochStates.filter(({ state }) => state === 'whole').map((one) => one.epoch);
  const epoch = epochs.at(-1);
  if (epoch === undefined)
    throw new Failure({
      kind: 'not-found',
      doing: 'summarizing a run',
      wrong: 'the run has no complete epoch yet',
      tryThis: 'Wait for the first epoch, or record again.',
    });
  const ask = askerOf(session, run, context);
  const { accuracy, notLearned = null } = (await reader.describe()).summary;
  const metrics = await ask('metrics', WHOLE_CUBE);
  const isLearned = notLearned === null;
  const layers: LayerFacts[] = [];
  for (const layer of manifest.layers.filter(isJudged))
    layers.push(await layerFacts(run, layer, epoch, epochs, isComputed && isLearned ? ask : null));
  return {
    ...{ manifest, epoch, epochs, accuracy, notLearned, layers, isComputed },
    trained: accuracy?.heldOut ? await trainedAt(run, epoch) : null,
    metrics: { names: metrics.names, values: metrics.values.filter((one) => epochs.includes(one.epoch)) },
    answers: manifest.task === 'classification' ? await answersOf(ask, epochs, accuracy?.heldOut ?? false) : [],
    duplicates: await duplicatesOf(run),
  };
}

type Ask = <M extends 'metrics' | 'label' | 'redundancy'>(
  measure: M,
  query: Query,
  options?: MeasureRequest['options'],
) => Promise<ResultOf<M>>;

function askerOf(session: Session, run: OpenedRun, context: CallContext): Ask {
  return async <M extends 'metrics' | 'label' | 'redundancy'>(
    measure: M,
    query: Query,
    options: MeasureRequest['options'] = {},
  ) => {
    const result: MeasureResult = await measureSlice(
      session,
      run,
      { measure, query: printQuery(query), options },
      context,
    );
    return result as ResultOf<M>; // the answer of the very measure that was asked
  };
}

async function layerFacts(
  run: OpenedRun,
  layer: Layer,
  epoch: number,
  epochs: readonly number[],
  ask: Ask | null,
): Promise<LayerFacts> {
  const { manifest } = run;
  const classCount = manifest.classNames.length;
  const before = new Map(
    await Promise.all(
      [layer.index, ...layer.inputs].map(async (index) => [index, await channelState(run, index, epoch)] as const),
    ),
  );
  const own = ownDead(layer, before.get(layer.index)!, manifest, (index) => before.get(index));
  const isTrained = layer.trainable && layer.parameterCount > 0;
  const compared = isTrained ? spread(epochs, COMPARED_EPOCHS) : [];
  const tables = await valuesAt(run, layer, compared);
  // The last of those that are compared is this epoch.
  const last = tables.at(-1) ?? (await valuesAt(run, layer, [epoch]))[0];
  return {
    layer,
    dead: own.map(({ channel }) => channel),
    deadSince: own.map(({ since }) => since),
    saturated: last ? saturatedOf(last, layer, classCount) : [],
    unchanged: unchangedChannels(tables, classCount, layer.channelCount),
    comparedEpochs: tables.length > 0 ? compared : [],
    nonFinite: last ? nonFiniteOf(last, layer, classCount) : 0,
    redundancy: ask && hasChosenCount(layer, manifest) ? await redundancyOf(ask, layer, epoch) : null,
  };
}

/** Empty where any of the epochs cannot be read: then nothing is said. */
async function valuesAt(run: OpenedRun, layer: Layer, epochs: readonly number[]): Promise<Float64Array[]> {
  try {
    return await Promise.all(epochs.map((epoch) => run.reader.readValues(layer.index, epoch)));
  } catch (error) {
    reasonOf(error); // throws what is not about the data
    return [];
  }
}

/** Null for runs without kept maps. */
async function redundancyOf(ask: Ask, layer: Layer, epoch: number): Promise<RedundancyValue | null> {
  const layers = { kind: 'layers', items: [{ kind: 'name', name: layer.name }] } as const;
  const query: Query = { ...WHOLE_CUBE, layers, epochs: { kind: 'ranges', ranges: [[epoch, epoch]] } };
  try {
    const { values } = await ask('redundancy', query, { traceShare: TRACE_SHARE });
    return values.find((value) => value.layer === layer.index) ?? null;
  } catch (error) {
    if (error instanceof Failure && error.kind === 'unsupported') return null;
    throw error;
  }
}

async function answersOf(ask: Ask, epochs: readonly number[], heldOut: boolean): Promise<LabelValue[]> {
  const last = epochs.slice(-LAST_EPOCHS);
  const { values } = await ask('label', {
    ...WHOLE_CUBE,
    epochs: { kind: 'ranges', ranges: [[last[0]!, last.at(-1)!]] },
  });
  const split = heldOut ? 'validation' : 'train';
  return values.filter((value) => value.split === split && last.includes(value.epoch));
}

async function trainedAt({ reader }: OpenedRun, epoch: number): Promise<Judged | null> {
  const [labels, splits, predictions] = await Promise.all([
    reader.readLabels(),
    reader.readSplits(),
    reader.readPredictions(epoch),
  ]);
  const probes = Array.from(labels.keys()).filter((probe) => labels[probe]! >= 0 && splits[probe] !== HELD_OUT);
  const correct = probes.filter((probe) => labels[probe] === predictions[probe]).length;
  return probes.length > 0 ? { correct, n: probes.length, heldOut: false } : null;
}

/** Probes and the kept training inputs, by the hash of their values. */
async function duplicatesOf({ reader, manifest, remember }: OpenedRun): Promise<TrainingFacts['duplicates']> {
  const { probes, layers } = manifest;
  const [input] = layers;
  const size = input ? input.channelCount * input.mapShape.reduce((a, b) => a * b, 1) : 0;
  const sampled = manifest.trainingSample?.count ?? 0;
  const splits = await reader.readSplits();
  const heldOut = splits.filter((split) => split === HELD_OUT).length;
  if (heldOut === 0) return { reason: 'no probe is held out' };
  if (heldOut === splits.length && sampled === 0) return { reason: 'no input that was trained on is kept' };
  if (4 * size * Math.max(probes.count, sampled) > MOST_INPUT_BYTES)
    return { reason: 'the inputs are too large to compare' };
  return remember('duplicates', async () => {
    const inputs = new Float32Array(probes.count * size);
    const all = { samples: upTo(probes.count), channels: upTo(input!.channelCount) };
    await reader.readMaps({ layer: 0, epoch: 0, ...all }, inputs);
    const hashes = hashesOf(inputs, probes.count, size);
    const kept = await reader.readTrainingSample();
    const trained = new Set([
      ...hashes.filter((_, sample) => splits[sample] !== HELD_OUT),
      ...(kept ? hashesOf(kept.inputs, sampled, size) : []),
    ]);
    const count = hashes.filter((hash, sample) => splits[sample] === HELD_OUT && trained.has(hash)).length;
    return { count, n: heldOut, trained: trained.size };
  });
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

function hashesOf(values: Float32Array, count: number, size: number): string[] {
  return Array.from({ length: count }, (_, sample) =>
    createHash('sha256')
      .update(new Uint8Array(values.buffer, values.byteOffset + 4 * size * sample, 4 * size))
      .digest('base64'),
  );
}
