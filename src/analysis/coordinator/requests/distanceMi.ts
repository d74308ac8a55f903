/**
 * Distance mutual information (the paper's channel capacity, §5.3.1) between the channels of two
 * layers, or between whole layers, epoch by epoch. Samples with a NaN or ±Inf on either side are left
 * out of both.
 */
import type { DistanceMiResult, DistanceMiValue, OptionsOf, Provenance } from '../../../protocol/measure.js';
import type { CallContext } from '../../../protocol/rpc.js';
import { noMapsReason, withMaps, type SelectedEpoch, type SelectedLayer } from '../../run/resolveSelection.js';
import { MOST_PAIRED_SAMPLES } from '../../measures/chosenSamples.js';
import { lengthOf } from '../../run/mapShape.js';
import { ANALYSIS_VERSION } from '../../run/version.js';
import type { TaskOptions } from '../dispatch/threadPool.js';
import { selectionOf, type OpenedRun } from '../../run/openedRun.js';
import type { PairOptions } from '../dispatch/pairScratch.js';
import { computeWithParts, type Session } from '../dispatch/session.js';
import { distanceMiPlan, matrixSides, pairedOf, type DistanceMiPlan } from './distanceMiPlan.js';
import { distanceMiOfSlice } from './distanceMiSlice.js';
import { keptDistanceMi, noDistanceMi } from './distanceMiValues.js';
import { mapsParameters, type MapsParameters } from './mapsParameters.js';
import {
  DIFFERENCES_PER_SECOND,
  PAIRS_PER_SECOND,
  READ_BYTES_PER_SECOND,
  SECONDS_PER_VALUE,
  small,
  type AskedSlice,
  type Cost,
  type MeasureAnswer,
} from './measureAnswer.js';
import { reasonOf } from './reason.js';
import { indicesTag } from './sliceText.js';

export const distanceMiAnswer: MeasureAnswer<'distance-mi'> = { answer: measureDistanceMi, costs: distanceMiCosts };

async function measureDistanceMi(
  session: Session,
  run: OpenedRun,
  text: string,
  options: OptionsOf<'distance-mi'>,
  context: CallContext,
): Promise<DistanceMiResult> {
  const { selection } = await selectionOf(run, text);
  const plan = distanceMiPlan(run, selection, options);
  const values = await computeWithParts(session, selection.epochs, context, (epoch, task, onPart) =>
    distanceMiOfEpoch(session, run, plan, epoch, task, onPart),
  );
  const n = Math.max(0, ...values.map((value) => value.n));
  const ofMaps = mapsParameters(selection, run, [...plan.a, ...plan.b]);
  const asked = Math.max(0, ...selection.epochs.map(({ samples }) => withMaps(samples, run.manifest).length));
  return {
    measure: 'distance-mi',
    provenance: distanceMiProvenance(plan.chosen, n, asked, ofMaps),
    of: plan.of,
    bins: plan.chosen.bins,
    values,
  };
}

export function distanceMiProvenance(
  { bins, permutations, nullPairs, seed, interval }: PairOptions,
  n: number,
  asked: number,
  ofMaps: MapsParameters = {},
): Provenance {
  const pairs = (n * (n - 1)) / 2;
  const ofNull: Record<string, number> = permutations > 0 ? { seed, nullPairs: Math.min(pairs, nullPairs) } : {};
  const isSome = asked > MOST_PAIRED_SAMPLES;
  const ofSome: Record<string, number> = isSome ? { samplesChosen: MOST_PAIRED_SAMPLES, samplesOf: asked } : {};
  const samples = isSome ? `${MOST_PAIRED_SAMPLES} samples chosen at random of ${asked}` : 'samples';
  return {
    measure: 'distance-mi',
    estimator: `plug-in, distances of all pairs of ${samples} in ${bins} equal bins over their own range`,
    parameters: { bins, interval, permutations, ...ofNull, pairs, ...ofSome, ...ofMaps },
    n,
    unit: 'bits',
    version: ANALYSIS_VERSION,
  };
}

/** What a cached value hangs on. */
async function distanceMiKey(run: OpenedRun, plan: DistanceMiPlan, epoch: SelectedEpoch): Promise<string> {
  const layersTag = (layers: readonly SelectedLayer[]): unknown =>
    layers.map(({ layer, channels }) => [layer, indicesTag(channels)]);
  const samples = indicesTag(pairedOf(withMaps(epoch.samples, run.manifest)));
  const { bins, permutations, nullPairs, seed, interval, sensitivity } = plan.chosen;
  return JSON.stringify([
    ...['distance-mi', ANALYSIS_VERSION, await run.epochTag(epoch.epoch), plan.of],
    ...[layersTag(plan.a), layersTag(plan.b), samples, bins, permutations, nullPairs, seed, interval, sensitivity],
  ]);
}

async function distanceMiOfEpoch(
  session: Session,
  run: OpenedRun,
  plan: DistanceMiPlan,
  epoch: SelectedEpoch,
  task: TaskOptions,
  onPart: (share: number) => void,
): Promise<DistanceMiValue> {
  const sides = matrixSides(plan);
  const samples = pairedOf(withMaps(epoch.samples, run.manifest));
  const none = (reason: string): DistanceMiValue => noDistanceMi(epoch.epoch, sides, samples.length, reason);
  if (epoch.damage !== null) return none(epoch.damage);
  if (samples.length === 0) return none(noMapsReason(epoch.samples, run.manifest));
  try {
    const key = await distanceMiKey(run, plan, epoch);
    const kept = await keptDistanceMi(run, key);
    if (kept) return { ...kept, epoch: epoch.epoch, ...sides };
    const value = await distanceMiOfSlice(session, run, plan, epoch.epoch, samples, task, onPart);
    if (value.reason === null) await run.cache.put(key, value);
    return value;
  } catch (error) {
    return none(reasonOf(error));
  }
}

async function distanceMiCosts(
  run: OpenedRun,
  { selection }: AskedSlice,
  options: OptionsOf<'distance-mi'>,
): Promise<Cost[]> {
  const plan = distanceMiPlan(run, selection, options);
  const layers = plan.a === plan.b ? plan.a : [...plan.a, ...plan.b];
  const { rows, columns } = matrixSides(plan);
  const costs: Cost[] = [];
  for (const epoch of selection.epochs) {
    const n = pairedOf(withMaps(epoch.samples, run.manifest)).length;
    const pairs = (n * (n - 1)) / 2;
    const lengths = layers.map(
      ({ layer, channels }) => channels.length * lengthOf(run.manifest.layers[layer].mapShape),
    );
    const values = lengths.reduce((sum, length) => sum + length, 0);
    const matrices = 1 + plan.chosen.permutations + (plan.chosen.interval ? 40 : 0);
    const cells = (rows.length * columns.length) / (plan.a === plan.b ? 2 : 1);
    const seconds =
      SECONDS_PER_VALUE +
      (4 * n * values) / READ_BYTES_PER_SECOND +
      (pairs * values) / DIFFERENCES_PER_SECOND +
      (pairs * cells * matrices) / PAIRS_PER_SECOND;
    const cached = epoch.damage === null && (await run.cache.has(await distanceMiKey(run, plan, epoch)));
    costs.push(epoch.damage === null ? { bytes: 4 * n * values, seconds, cached } : small(0));
  }
  return costs;
}
