/** Why two classes are confused: counts, layers, channels and what happens without them, one after another. */
import {
  ConfusionNumbers,
  FEWEST_OF_A_CLASS,
  MOST_MISREAD,
  type ConfusionQuestion,
  type ConfusionResult,
} from '../../../protocol/confusion.js';
import { keptSampleCount } from '../../../protocol/keptMaps.js';
import type { CallContext } from '../../../protocol/rpc.js';
import { withMaps } from '../../run/resolveSelection.js';
import { ANALYSIS_VERSION } from '../../run/version.js';
import type { OpenedRun } from '../../run/openedRun.js';
import type { Session } from '../dispatch/session.js';
import {
  confusingChannels,
  layerToLookAt,
  marginOf,
  outputLayer,
  withoutChannelsOf,
  type Margin,
} from './confusionChannels.js';
import { firstBetter, firstByInformation, separationOf } from './confusionLayers.js';
import { coursesOf, pairOfClasses, repeatedTrainings, type PairOfClasses } from './confusionProbes.js';
import { keptOr } from './keptOr.js';
import { meanInputs } from './pictures.js';
import { reasonOf } from './reason.js';

/** Throws a Failure for classes and epochs that the run does not have. */
export async function confusionOf(
  session: Session,
  run: OpenedRun,
  asked: ConfusionQuestion,
  context: CallContext,
): Promise<ConfusionResult> {
  const pair = await pairOfClasses(run, asked);
  const tags = await Promise.all(
    run.epochStates.map(({ epoch, state }) => (state === 'whole' ? run.epochTag(epoch) : null)),
  );
  const key = ['confusion', ANALYSIS_VERSION, tags, pair.epoch, pair.a, pair.b];
  const numbers = await keptOr(run, key, ConfusionNumbers, () => numbersOf(session, run, pair, context));
  const trainings = await repeatedTrainings(run, pair);
  return { ...numbers, trainings, means: await meansOf(session, run, pair, context) };
}

async function numbersOf(
  session: Session,
  run: OpenedRun,
  pair: PairOfClasses,
  context: CallContext,
): Promise<ConfusionNumbers> {
  const { a, b, epoch, heldOut, labels, probes } = pair;
  const samples = withMaps(probes, run.manifest);
  const ofClass = (some: readonly number[], label: number): number =>
    some.filter((probe) => labels[probe] === label).length;
  const mapped = { a: ofClass(samples, a), b: ofClass(samples, b) };
  const answered = keptSampleCount(run.manifest, outputLayer(run.manifest.layers).index) > 0 ? samples : [];
  const margin = await orReason(() => marginOf(session, run, pair, answered, context));
  const basis = {
    ...{ a, b, epoch, heldOut, mapped },
    probes: { a: ofClass(probes, a), b: ofClass(probes, b) },
    courses: await coursesOf(run, pair),
    ...surenessOf(pair, answered, typeof margin === 'string' ? null : margin),
    trainings: [],
  };
  const few = `fewer than ${FEWEST_OF_A_CLASS} probes of a class have maps`;
  if (Math.min(mapped.a, mapped.b) < FEWEST_OF_A_CLASS) return { ...basis, ...nothing(few) };
  const { layers, largestByChance } = await separationOf(session, run, pair, samples, part(context, 0, 0.7));
  const [first, second] = [firstBetter(layers), firstByInformation(layers)];
  const found = { ...basis, ...nothing(''), layers, largestByChance, first, firstByInformation: second };
  const layer = layerToLookAt(run.manifest.layers, first);
  if (!layer) return { ...found, whyNoChannels: 'the network has no layer before its answer' };
  const why = typeof margin === 'string' ? margin : 'the last layer does not have one finite value for each class';
  if (typeof margin === 'string' || !margin) return { ...found, lookedAt: layer.index, whyNoChannels: why };
  const channels = await orReason(() =>
    confusingChannels(session, run, pair, layer, samples, margin, part(context, 0.7, 0.8)),
  );
  if (typeof channels === 'string') return { ...found, lookedAt: layer.index, whyNoChannels: channels };
  const listed = channels.list.map(({ channel }) => channel);
  const ablation =
    listed.length === 0
      ? 'no channel goes with the answer beyond chance'
      : await withoutChannelsOf(session, run, pair, layer.index, listed, part(context, 0.8, 1));
  return {
    ...found,
    ...{ lookedAt: layer.index, channels, whyNoChannels: null },
    ...(typeof ablation === 'string' ? { whyNoAblation: ablation } : { ablation, whyNoAblation: null }),
  };
}

function nothing(reason: string) {
  return {
    ...{ layers: [], largestByChance: null, first: null, firstByInformation: null, lookedAt: null },
    ...{ channels: null, whyNoChannels: reason, ablation: null, whyNoAblation: null },
  };
}

async function orReason<T>(work: () => Promise<T>): Promise<T | string> {
  try {
    return await work();
  } catch (error) {
    return reasonOf(error);
  }
}

function part(context: CallContext, from: number, to: number): CallContext {
  const progress: CallContext['progress'] = ({ fraction, ...rest }) =>
    context.progress({ fraction: from + (to - from) * fraction, ...rest });
  return { ...context, progress };
}

/** Misread probes, surest mistake first, and the surest right answer of each class. */
function surenessOf(
  { a, b, labels, predictions, probes }: PairOfClasses,
  samples: readonly number[],
  margin: Margin | null,
): Pick<ConfusionNumbers, 'misread' | 'surest'> {
  const forA = new Map(samples.map((probe, i) => [probe, margin?.values[i] ?? 0]));
  const of = (label: number, prediction: number): number[] => {
    const sign = prediction === a ? 1 : -1;
    const sureness = (probe: number): number => (forA.has(probe) && margin ? sign * (forA.get(probe) ?? 0) : -Infinity);
    return probes
      .filter((probe) => labels[probe] === label && predictions[probe] === prediction)
      .sort((x, y) => (sureness(x) === sureness(y) ? x - y : sureness(y) - sureness(x)));
  };
  return {
    misread: { aAsB: of(a, b).slice(0, MOST_MISREAD), bAsA: of(b, a).slice(0, MOST_MISREAD) },
    surest: { a: of(a, a)[0] ?? null, b: of(b, b)[0] ?? null },
  };
}

/** Of right A, A taken for B, B taken for A, right B. */
function meansOf(
  session: Session,
  run: OpenedRun,
  { a, b, labels, predictions, probes }: PairOfClasses,
  context: CallContext,
): Promise<ConfusionResult['means']> {
  const kinds = [
    [a, a],
    [a, b],
    [b, a],
    [b, b],
  ];
  const groups = Int32Array.from(probes, (probe) =>
    kinds.findIndex(([label, prediction]) => labels[probe] === label && predictions[probe] === prediction),
  );
  return meanInputs(session, run, probes, groups, kinds.length, context);
}
