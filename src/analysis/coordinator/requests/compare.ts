/** Two recorded states against each other: layers matched by structure, changes with intervals. */
import { judge, judgedProbes } from '../../../protocol/accuracy.js';
import type {
  AccuracyChange,
  Change,
  ComparedClass,
  ComparedLayer,
  ComparedPlace,
  ComparedState,
  Comparison,
} from '../../../protocol/compare.js';
import { DIVERSITY_IN_FULL, MAP_ENTROPY_IN_FULL } from '../../../protocol/entropyNames.js';
import { Failure } from '../../../protocol/failure.js';
import { keptSampleCount } from '../../../protocol/keptMaps.js';
import { WHOLE_CUBE } from '../../../protocol/query.js';
import { printQuery } from '../../../protocol/queryText.js';
import type { CallContext } from '../../../protocol/rpc.js';
import { SPLITS, type Layer } from '../../../protocol/run.js';
import {
  accuracyChange,
  independent,
  jackknife,
  noChange,
  pairedJackknife,
  pairedMeans,
} from '../../compare/changes.js';
import { matchStructure, type LayerPairing } from '../../compare/matchStructure.js';
import { haveSameStart, type LayerStart } from '../../compare/randomStart.js';
import { DEFAULT_NEIGHBOURS, jackknifeGroups, JACKKNIFE_GROUPS } from '../../measures/interSampleEntropy.js';
import { confusionCounts, labelEntropies } from '../../measures/labelEntropies.js';
import type { TaskOptions } from '../dispatch/threadPool.js';
import type { OpenedRun } from '../../run/openedRun.js';
import { computeTable, type Session } from '../dispatch/session.js';
import { layerState, type LayerState } from './compareLayer.js';
import { readMetrics } from './metrics.js';

export interface StateInFolder {
  readonly folder: string;
  readonly epoch: number | null;
}

interface Side {
  readonly run: OpenedRun;
  readonly epoch: number;
}

/** `epoch` null is the last whole one. */
export async function compareStates(
  session: Session,
  runs: { readonly from: OpenedRun; readonly to: OpenedRun },
  epochs: { readonly from: number | null; readonly to: number | null },
  context: CallContext,
): Promise<Comparison> {
  const from = { run: runs.from, epoch: epochOf(runs.from, epochs.from) };
  const to = { run: runs.to, epoch: epochOf(runs.to, epochs.to) };
  const sameProbes = await haveSameProbes(session, from.run, to.run, context);
  const pairings = matchStructure(from.run.manifest.layers, to.run.manifest.layers);
  const name = ({ from: i, to: j }: LayerPairing): string =>
    (j === null ? from.run.manifest.layers[i ?? 0] : to.run.manifest.layers[j]).name;
  const layers = await computeTable(
    session,
    pairings,
    context,
    (pairing, options) => comparedLayer(session, from, to, pairing, sameProbes, options),
    name,
  );
  const nobody = { signal: context.signal, progress: () => undefined };
  const whole = printQuery(WHOLE_CUBE);
  return {
    from: stateOf(from),
    to: stateOf(to),
    sameProbes,
    otherStart: from.run.reference.folder !== to.run.reference.folder && !haveSameStart(startsOf(layers, to)),
    layers,
    ...(await answersOf(from, to, sameProbes)),
    metrics: {
      from: await readMetrics(session, from.run, whole, {}, nobody),
      to: await readMetrics(session, to.run, whole, {}, nobody),
    },
    estimators: estimatorWords(sameProbes),
  };
}

function startsOf(layers: readonly ComparedLayer[], { run: { manifest } }: Side): LayerStart[] {
  return layers
    .filter(({ from, to }) => from && to)
    .map(({ to, curves }) => ({ hasParameters: manifest.layers[to?.index ?? 0].parameterCount > 0, ...curves }));
}

function epochOf({ epochStates, manifest }: OpenedRun, asked: number | null): number {
  const found =
    asked === null
      ? epochStates.findLast(({ state }) => state === 'whole')
      : epochStates.find((one) => one.epoch === asked);
  if (found?.state === 'whole') return found.epoch;
  throw new Failure({
    kind: found ? 'damaged' : 'not-found',
    doing: `comparing ${manifest.name}`,
    wrong: found
      ? `epoch ${found.epoch} is damaged: ${found.reason}`
      : asked === null
        ? 'the run has no complete epoch yet'
        : `epoch ${asked} was not recorded`,
    tryThis: 'Choose a complete epoch.',
  });
}

function stateOf({ run: { manifest }, epoch }: Side): ComparedState {
  const { id, name, createdAt, git } = manifest;
  return { id, name, createdAt, script: manifest.script.file, git, epoch, probeCount: manifest.probes.count };
}

/** Inputs and labels are equal, value by value and in their order. */
async function haveSameProbes(
  session: Session,
  from: OpenedRun,
  to: OpenedRun,
  context: CallContext,
): Promise<boolean> {
  if (from.reference.folder === to.reference.folder) return true;
  const [a, b] = [from.manifest, to.manifest];
  if (a.probes.count !== b.probes.count || a.layers[0].outputShape.join() !== b.layers[0].outputShape.join())
    return false;
  const digest = (run: OpenedRun): Promise<string> =>
    run.remember('probe digest', () =>
      session.pool.run('probeDigest', { run: run.reference }, { signal: context.signal, rank: session.nextRank() }),
    );
  const [one, other] = await Promise.all([digest(from), digest(to)]);
  return one === other;
}

async function comparedLayer(
  session: Session,
  from: Side,
  to: Side,
  pairing: LayerPairing,
  sameProbes: boolean,
  options: TaskOptions,
): Promise<ComparedLayer> {
  const kept = (side: Side, layer: number | null): number =>
    layer === null ? Infinity : keptSampleCount(side.run.manifest, layer);
  const common = Math.min(kept(from, pairing.from), kept(to, pairing.to));
  const read = async (side: Side, layer: number | null): Promise<LayerState | null> =>
    layer === null
      ? null
      : layerState(session, side.run, layer, side.epoch, sameProbes ? common : kept(side, layer), options);
  const [a, b] = [await read(from, pairing.from), await read(to, pairing.to)];
  return {
    from: placeOf(from, pairing.from),
    to: placeOf(to, pairing.to),
    changedArguments: pairing.changedArguments,
    inter: interChange(a, b, sameProbes),
    intra: intraChange(a, b, sameProbes),
    dead: { from: a?.dead.length ?? null, to: b?.dead.length ?? null },
    channels: { from: a?.channelBits ?? [], to: b?.channelBits ?? [] },
    curves: { from: a?.curve ?? [], to: b?.curve ?? [] },
    notes: [...new Set([...(a?.notes ?? []), ...(b?.notes ?? [])])],
  };
}

function placeOf({ run }: Side, index: number | null): ComparedPlace | null {
  if (index === null) return null;
  const { name, className, outputShape, channelCount, source }: Layer = run.manifest.layers[index];
  return { index, name, className, shape: outputShape, channelCount, source };
}

/** H itself where N is equal, else H − log2 N, since H grows with N. */
function interChange(a: LayerState | null, b: LayerState | null, sameProbes: boolean): Change | null {
  const [x, y] = [a?.inter ?? null, b?.inter ?? null];
  if (!x && !y) return null;
  if (!x || !y) return { ...noChange(), from: x?.bits ?? null, to: y?.bits ?? null, n: (x ?? y)?.n ?? 0 };
  const whole = x.nonFiniteCount === 0 && y.nonFiniteCount === 0 && x.n === y.n;
  const side = (one: typeof x) => ({ value: one.bits - Math.log2(one.n), halfWidth: one.halfWidthBits, n: one.n });
  const apart = { ...independent(side(x), side(y)), from: x.bits, to: y.bits };
  if (!sameProbes || !whole || !x.excessWithout || !y.excessWithout) return apart;
  return { ...apart, halfWidth: pairedJackknife(x.excessWithout, y.excessWithout), paired: true };
}

/** Probe by probe where maps are kept on both sides, else from the recorded statistics. */
function intraChange(a: LayerState | null, b: LayerState | null, sameProbes: boolean): Change | null {
  if (!a || !b) {
    const one = (a ?? b)?.recorded;
    return one ? { ...noChange(), from: a ? one.bits : null, to: b ? one.bits : null, n: one.n } : null;
  }
  const numbers = (bits: readonly (number | null)[]): number[] => bits.map((one) => one ?? NaN);
  if (sameProbes && a.probeBits && b.probeBits) return pairedMeans(numbers(a.probeBits), numbers(b.probeBits));
  const side = ({ recorded: { bits, halfWidthBits, n } }: LayerState) => ({ value: bits, halfWidth: halfWidthBits, n });
  return independent(side(a), side(b));
}

async function answersOf(from: Side, to: Side, sameProbes: boolean): Promise<Pick<Comparison, 'accuracy' | 'classes'>> {
  const sides = [from, to];
  if (sides.some(({ run }) => run.manifest.task !== 'classification')) return { accuracy: null, classes: [] };
  const [a, b] = await Promise.all(sides.map(predicted));
  const names = from.run.manifest.classNames;
  const sameClasses = names.join('\n') === to.run.manifest.classNames.join('\n');
  return {
    accuracy: answeredRight(a, b, sameProbes),
    classes: sameClasses ? comparedClasses(a, b, names, sameProbes) : [],
  };
}

interface Predicted {
  readonly labels: Int32Array;
  readonly predictions: Int32Array;
  /** Indices into SPLITS. */
  readonly splits: Uint8Array;
}

/** Of probes that were not trained on; of the same ones on both sides where the sides saw the same. */
function answeredRight(a: Predicted, b: Predicted, sameProbes: boolean): AccuracyChange | null {
  const [x, y] = sameProbes ? inBoth(a, b) : [a, b];
  const judged = { from: judge(x.labels, x.predictions, x.splits), to: judge(y.labels, y.predictions, y.splits) };
  if (!judged.from || !judged.to || judged.from.heldOut !== judged.to.heldOut) return null;
  const right = ({ labels, predictions, splits }: Predicted): boolean[] =>
    judgedProbes(labels, splits).probes.map((probe) => labels[probe] === predictions[probe]);
  return { ...accuracyChange(right(x), right(y), sameProbes), judged: { from: judged.from, to: judged.to } };
}

/** A probe counts as trained on where it was on either side. */
function inBoth(a: Predicted, b: Predicted): readonly [Predicted, Predicted] {
  const train = SPLITS.indexOf('train');
  const splits = a.splits.map((split, probe) => (b.splits[probe] === split ? split : train));
  return [
    { ...a, splits },
    { ...b, splits },
  ];
}

async function predicted({ run: { reader }, epoch }: Side): Promise<Predicted> {
  const [labels, splits] = [await reader.readLabels(), await reader.readSplits()];
  return { labels, splits, predictions: await reader.readPredictions(epoch) };
}

type Entropies = ReturnType<typeof labelEntropies>;

function comparedClasses(a: Predicted, b: Predicted, names: readonly string[], paired: boolean): ComparedClass[] {
  const [one, other] = [a, b].map((side) => withoutGroups(side, names.length));
  const change = (pick: (entropies: Entropies) => number | null): Change => {
    const [x, y] = [one.without.map(pick), other.without.map(pick)];
    const side = (of: typeof one, without: readonly (number | null)[]) => ({
      value: pick(of.all),
      halfWidth: jackknife(without),
      n: of.n,
    });
    const apart = independent(side(one, x), side(other, y));
    return paired ? { ...apart, halfWidth: apart.difference === null ? null : pairedJackknife(x, y), paired } : apart;
  };
  return names.map((name, i) => ({
    name,
    labelGivenPrediction: change((entropies) => entropies.labelGivenPrediction[i]),
    predictionGivenLabel: change((entropies) => entropies.predictionGivenLabel[i]),
  }));
}

/** Label entropies of all probes, and without each group of the jackknife. */
function withoutGroups(
  { labels, predictions }: Predicted,
  classCount: number,
): { all: Entropies; without: Entropies[]; n: number } {
  const groups = jackknifeGroups(labels.length);
  const counted = (keep: (i: number) => boolean): Entropies =>
    labelEntropies(
      confusionCounts(
        labels.map((label, i) => (keep(i) ? label : -1)),
        predictions,
        classCount,
      ),
    );
  const without = Array.from({ length: JACKKNIFE_GROUPS }, (_, group) => counted((i) => groups[i] !== group));
  return { all: counted(() => true), without, n: labels.length };
}

function estimatorWords(sameProbes: boolean): Comparison['estimators'] {
  const how = sameProbes
    ? 'Both runs use the same probes, so the intervals are for paired differences.'
    : 'The probes differ: the intervals are not paired; the variances of both sides are added.';
  return {
    inter: `${DIVERSITY_IN_FULL}: k-nearest-neighbour graph, exact Euclidean, k = ${DEFAULT_NEIGHBOURS}; 95 % by a jackknife over ${JACKKNIFE_GROUPS} groups of probes. ${how}`,
    intra: `${MAP_ENTROPY_IN_FULL}: plug-in, 32 bins over each channel’s range, mean over channels and probes; 95 % by the normal approximation. ${how}`,
    accuracy: `Accuracy on probes not seen in training (on all probes if all were seen): ${sameProbes ? 'matched proportions (Agresti and Min 2005)' : 'proportions of two samples (Agresti and Caffo 2000)'}, 95 %. ${how}`,
  };
}
