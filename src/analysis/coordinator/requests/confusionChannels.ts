/** Which channels of a layer go with wrong answers between two classes, and what becomes of these without them. */
import {
  CHANNEL_PERMUTATIONS,
  MOST_CONFUSING_CHANNELS,
  type ConfusionNumbers,
  type Responses,
  type SwitchedOff,
} from '../../../protocol/confusion.js';
import { Failure } from '../../../protocol/failure.js';
import type { CallContext } from '../../../protocol/rpc.js';
import type { Layer } from '../../../protocol/run.js';
import { accuracyChange } from '../../compare/changes.js';
import { pooledCorrelation, withinClassCorrelations } from '../../measures/separation.js';
import type { OpenedRun } from '../../run/openedRun.js';
import type { Session } from '../dispatch/session.js';
import { ablatedAnswers } from './ablation.js';
import { mistakesOf, type PairOfClasses } from './confusionProbes.js';

const SEED = 1;

type Channels = NonNullable<ConfusionNumbers['channels']>;
type Ablation = NonNullable<ConfusionNumbers['ablation']>;

/** log p(A) − log p(B) of some probes, and what it was made from. */
export interface Margin {
  readonly values: Float64Array;
  readonly answers: Channels['answers'];
}

/** The last layer that feeds no other. */
export function outputLayer(layers: readonly Layer[]): Layer {
  const fed = new Set(layers.flatMap(({ inputs }) => inputs));
  return layers.findLast(({ index }) => !fed.has(index)) ?? layers[layers.length - 1];
}

/** Layers from the one whose channels become the classes up to the output, the output first. */
function answerLayers(layers: readonly Layer[]): Layer[] {
  const found = [outputLayer(layers)];
  for (;;) {
    const top = found[found.length - 1];
    const below = top.inputs.length === 1 ? layers[top.inputs[0]] : undefined;
    if (top.weights.length > 0 || below?.channelCount !== top.channelCount || below.inputs.length === 0) return found;
    found.push(below);
  }
}

/**
 * The layer whose channels are worth a look: `wanted`, unless it is the answer itself, else the last one before the
 * answer; and where that only passes values on, the one that makes them. Null for a network of one layer.
 */
export function layerToLookAt(layers: readonly Layer[], wanted: number | null): Layer | null {
  const answers = answerLayers(layers);
  const isAnswer = answers.some(({ index }) => index === wanted);
  const last = layers[answers[answers.length - 1].inputs[0]];
  let layer: Layer | undefined = wanted === null || isAnswer ? last : layers[wanted];
  while (layer && (layer.kind === 'dropout' || layer.kind === 'reshape') && layer.inputs.length === 1)
    layer = layers[layer.inputs[0]];
  return layer && layer.inputs.length > 0 ? layer : null;
}

/** Null where the last layer does not have one unit for each class, or a value of it is not finite. */
export async function marginOf(
  session: Session,
  run: OpenedRun,
  { a, b, epoch }: PairOfClasses,
  samples: readonly number[],
  context: CallContext,
): Promise<Margin | null> {
  const { layers, classNames } = run.manifest;
  const { index, channelCount, mapShape } = outputLayer(layers);
  if (channelCount !== classNames.length || mapShape.length > 0 || samples.length === 0) return null;
  const values = await spatialMeans(session, run, layers[index], epoch, samples, context);
  if (!values.every(Number.isFinite)) return null;
  const rows = samples.map((_, i) => values.subarray(i * channelCount, (i + 1) * channelCount));
  const sumsTo1 = (of: (value: number) => number): boolean =>
    rows.every((row) => Math.abs(row.reduce((sum, value) => sum + of(value), 0) - 1) < 0.02);
  if (values.every((value) => value >= 0) && sumsTo1((value) => value)) {
    // Shares that were rounded to 0 are as small as the smallest that was not.
    const least = values.reduce((some, value) => (value > 0 && value < some ? value : some), 1);
    const logarithm = (value: number): number => Math.log(Math.max(value, least));
    return {
      values: Float64Array.from(rows, (row) => logarithm(row[a]) - logarithm(row[b])),
      answers: 'probabilities',
    };
  }
  const differences = Float64Array.from(rows, (row) => row[a] - row[b]);
  const isLogarithm = values.every((value) => value <= 0) && sumsTo1(Math.exp);
  return { values: differences, answers: isLogarithm ? 'log-probabilities' : 'scores' };
}

/** `samples` are the pair's probes with maps. */
export async function confusingChannels(
  session: Session,
  run: OpenedRun,
  pair: PairOfClasses,
  layer: Layer,
  samples: readonly number[],
  margin: Margin,
  context: CallContext,
): Promise<Channels> {
  const means = await spatialMeans(session, run, layer, pair.epoch, samples, context);
  const finite = samples.map((_, i) => i).filter((i) => row(means, i, layer).every(Number.isFinite));
  const values = Float64Array.from(finite.flatMap((i) => [...row(means, i, layer)]));
  const margins = Float64Array.from(finite, (i) => margin.values[i]);
  const probes = finite.map((i) => samples[i]);
  const classes = Uint8Array.from(probes, (probe) => (pair.labels[probe] === pair.b ? 1 : 0));
  const options = { permutations: CHANNEL_PERMUTATIONS, seed: SEED };
  const { r, p, threshold } = withinClassCorrelations(values, margins, classes, options);
  const beyond = r
    .flatMap((one, channel) =>
      one !== null && Math.abs(one) > threshold ? [{ channel, r: one, p: p[channel] ?? 1 }] : [],
    )
    .sort((x, y) => Math.abs(y.r) - Math.abs(x.r) || x.channel - y.channel);
  const column = (channel: number): Float64Array =>
    Float64Array.from(probes, (_, i) => values[i * layer.channelCount + channel]);
  return {
    list: beyond.slice(0, MOST_CONFUSING_CHANNELS).map((one) => ({
      ...one,
      pooled: pooledCorrelation(column(one.channel), margins) ?? 0,
      responses: responsesOf(pair, probes, column(one.channel)),
    })),
    beyond: beyond.length,
    tested: r.filter((one) => one !== null).length,
    threshold,
    answers: margin.answers,
  };
}

function responsesOf(
  { a, b, labels, predictions }: PairOfClasses,
  probes: readonly number[],
  values: Float64Array,
): Responses {
  const mean = (label: number, prediction: number): number | null => {
    const some = values.filter((_, i) => labels[probes[i]] === label && predictions[probes[i]] === prediction);
    return some.length === 0 ? null : some.reduce((sum, value) => sum + value, 0) / some.length;
  };
  return { aRight: mean(a, a), aAsB: mean(a, b), bAsA: mean(b, a), bRight: mean(b, b) };
}

/** In words why not, where the network above cannot be computed from the recording. */
export async function withoutChannelsOf(
  session: Session,
  run: OpenedRun,
  pair: PairOfClasses,
  layer: number,
  channels: readonly number[],
  context: CallContext,
): Promise<Ablation | string> {
  const alone = channels.map((channel) => [channel]);
  const sets = channels.length > 1 ? [...alone, [...channels].sort((x, y) => x - y)] : alone;
  try {
    const { samples, labels, of } = await ablatedAnswers(session, run, { layer, epoch: pair.epoch, sets }, context);
    if (!labels) return 'not all probes have a label';
    const places = [...samples.keys()];
    const own = places.filter((i) => labels[i] === pair.a || labels[i] === pair.b);
    const others = places.filter((i) => labels[i] !== pair.a && labels[i] !== pair.b);
    const isMistake = (answers: Int32Array) => (i: number) =>
      labels[i] === pair.a ? answers[i] === pair.b : answers[i] === pair.a;
    const isRight = (answers: Int32Array) => (i: number) => answers[i] === labels[i];
    const whole = of(0);
    const countsOf = (answers: Int32Array) => ({
      ...mistakesOf(pair, own, labels, answers),
      othersRight: others.filter(isRight(answers)).length,
    });
    const rows = sets.map((set, i): SwitchedOff => {
      const answers = of(i + 1);
      return {
        channels: set,
        ...countsOf(answers),
        mistakes: change(own.map(isMistake(whole)), own.map(isMistake(answers))),
        right: change(own.map(isRight(whole)), own.map(isRight(answers))),
        others: change(others.map(isRight(whole)), others.map(isRight(answers))),
      };
    });
    const ofClass = (label: number): number => own.filter((i) => labels[i] === label).length;
    return { n: { a: ofClass(pair.a), b: ofClass(pair.b) }, others: others.length, whole: countsOf(whole), rows };
  } catch (error) {
    if (error instanceof Failure && error.kind !== 'cancelled') return `${error.doing}: ${error.wrong}`;
    throw error;
  }
}

/** In probes. */
function change(from: readonly boolean[], to: readonly boolean[]): { change: number; halfWidth: number | null } {
  const n = from.length;
  const { difference, halfWidth } = accuracyChange(from, to, true);
  return { change: Math.round((difference ?? 0) * n), halfWidth: halfWidth === null ? null : halfWidth * n };
}

function row(values: Float64Array, i: number, { channelCount }: Layer): Float64Array {
  return values.subarray(i * channelCount, (i + 1) * channelCount);
}

/** (sample, channel) */
function spatialMeans(
  session: Session,
  run: OpenedRun,
  { index, channelCount }: Layer,
  epoch: number,
  samples: readonly number[],
  context: CallContext,
): Promise<Float64Array> {
  const channels = Array.from({ length: channelCount }, (_, channel) => channel);
  const slice = { run: run.reference, layer: index, epoch, samples, channels };
  return session.pool.run('spatialMeans', slice, { signal: context.signal, rank: session.nextRank() });
}
