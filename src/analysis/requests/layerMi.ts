/**
 * I(T; X) and I(T; Y) of layers and of single units over epochs (Fang et al.; Shwartz-Ziv and Tishby;
 * Kolchinsky and Tracey), by the estimator that is chosen.
 */
import * as v from 'valibot';
import { Failure } from '../../protocol/failure.js';
import { roundedMaps } from '../../protocol/keptMaps.js';
import type {
  Convergence,
  LayerMiResult,
  LayerMiValue,
  MeasureOptions,
  Provenance,
  UnitPairValue,
} from '../../protocol/measure.js';
import type { CallContext } from '../../protocol/rpc.js';
import { VALUE_STATISTICS } from '../../protocol/run.js';
import { pairCountOf } from '../kernelHost/distancePairs.js';
import { pairKernelBytes } from '../kernelHost/pairKernels.js';
import { convergedAt, labelEntropy, NO_NUMBERS, type InformationOptions } from '../measures/layerInformation.js';
import { LEAST_TWO_SIDED } from '../measures/matrixStatistics.js';
import { noMapsReason, withMaps, type SelectedEpoch, type SelectedLayer } from '../resolveSelection.js';
import { ANALYSIS_VERSION } from '../version.js';
import type { InformationFound } from '../worker/handContract.js';
import type { TaskOptions } from '../worker/handPool.js';
import { selectionOf, type OpenedRun } from '../worker/openedRun.js';
import { sumLaneBytes, sumLanes, sumPairs } from '../worker/pairLanes.js';
import { computeTable, type Session } from '../worker/session.js';
import { lengthOf } from '../mapShape.js';
import { checkPairOptions } from './distanceMi.js';
import { sliceRefusal, withLayer, type LayerSlice, type MapsInSlot } from './layerInSlot.js';
import { reasonOf } from './reason.js';
import { indicesTag } from './sliceText.js';

export type ChosenInformation = Omit<InformationOptions, 'range'> & {
  readonly units: boolean;
  readonly pairs?: boolean;
};

/** Values of one layer at one epoch: one, or one a unit. */
interface Cell {
  readonly values: LayerMiValue[];
  readonly pairs: UnitPairValue[];
}

const DEFAULT_BINS = 30;
const MOST_BINS = 65_536;
const DEFAULT_NOISE_SHARE = 0.05;
/** Units whose pairs are all measured. */
const MOST_PAIRED_UNITS = 16;

export async function measureLayerMi(
  session: Session,
  run: OpenedRun,
  text: string,
  options: MeasureOptions,
  context: CallContext,
): Promise<LayerMiResult> {
  const { selection, labels } = await selectionOf(run, text);
  const chosen = checkInformationOptions(options);
  const cells = selection.layers.flatMap((layer) => selection.epochs.map((epoch) => ({ layer, epoch })));
  const found = await computeTable(
    session,
    cells,
    context,
    ({ layer, epoch }, task) => layerMiOf(session, run, layer, epoch, labels, chosen, task),
    ({ layer, epoch }) => `${run.manifest.layers[layer.layer].name} at epoch ${epoch.epoch}`,
  );
  const values = found.flatMap((cell) => cell.values);
  return {
    measure: 'layer-mi',
    provenance: layerMiProvenance(
      chosen,
      Math.max(0, ...values.map(({ n }) => n)),
      roundedMaps(
        run.manifest.plan,
        selection.layers.map(({ layer }) => layer),
      ),
    ),
    estimator: chosen.estimator,
    values,
    pairs: found.flatMap((cell) => cell.pairs),
    converged: convergenceOf(values),
  };
}

export function checkInformationOptions(options: MeasureOptions): ChosenInformation {
  const { estimator = 'binned', noiseShare = DEFAULT_NOISE_SHARE, bins = DEFAULT_BINS, interval = false } = options;
  const { permutations, seed } = checkPairOptions({ ...options, bins: 1 }, LEAST_TWO_SIDED);
  const wrongBins = !Number.isSafeInteger(bins) || bins < 1 || bins > MOST_BINS;
  if (wrongBins || !(noiseShare > 0 && Number.isFinite(noiseShare))) {
    throw new Failure({
      kind: 'bad-input',
      doing: 'computing layer mutual information',
      wrong: wrongBins ? `${bins} bins are asked for` : `the noise share is ${noiseShare}`,
      tryThis: wrongBins ? `Ask for 1 to ${MOST_BINS} bins; 30 is the default.` : 'Give a share above 0, such as 0.05.',
    });
  }
  const units = estimator === 'ksg' || (options.units ?? false);
  return { estimator, bins, noiseShare, permutations, seed, interval, units, pairs: options.pairs ?? true };
}

export function layerMiProvenance(
  chosen: ChosenInformation,
  n: number,
  rounded: ReturnType<typeof roundedMaps> = {},
): Provenance {
  const { estimator, bins, noiseShare, permutations, seed, interval, units } = chosen;
  const own: Record<string, number> = { binned: { bins }, kde: { noiseShare }, ksg: { k: 3 } }[estimator];
  const words = {
    binned: `plug-in of joint states, ${bins} equal bins over the layer’s range: a measure of clustering`,
    kde: `pairwise bounds of activations plus Gaussian noise of ${100 * noiseShare} % of the total variance`,
    ksg: 'nearest neighbours of single units (k = 3), Ross for labels, KSG for pairs',
  };
  return {
    measure: 'layer-mi',
    estimator: words[estimator],
    parameters: { ...own, units, interval, permutations, ...(permutations > 0 ? { seed } : {}), ...rounded },
    n,
    unit: 'bits',
    version: ANALYSIS_VERSION,
  };
}

async function layerMiOf(
  session: Session,
  run: OpenedRun,
  layer: SelectedLayer,
  epoch: SelectedEpoch,
  labels: Int32Array,
  chosen: ChosenInformation,
  task: TaskOptions,
): Promise<Cell> {
  const samples = withMaps(epoch.samples, run.manifest);
  const d = layer.channels.length * lengthOf(run.manifest.layers[layer.layer].mapShape);
  const place = { layer: layer.layer, epoch: epoch.epoch };
  const none = (reason: string): Cell => ({ values: [noInformation(place, samples.length, d, reason)], pairs: [] });
  if (epoch.damage !== null) return none(epoch.damage);
  if (samples.length === 0) return none(noMapsReason(epoch.samples, run.manifest));
  const slice: LayerSlice = { run, layer, epoch: epoch.epoch, samples };
  const extra = chosen.estimator === 'kde' ? kernelDensityBytes(session, samples.length, d) : 0;
  const refusal = sliceRefusal(session, slice, extra);
  if (refusal !== null) return none(refusal);
  try {
    const range = await rangeOf(run, layer);
    const key = JSON.stringify([
      ...['layer-mi', ANALYSIS_VERSION, await run.epochTag(epoch.epoch), layer.layer, indicesTag(layer.channels)],
      ...[indicesTag(samples), range, chosen],
    ]);
    const kept = await run.cache.get(key, Kept);
    if (kept) return kept;
    const cell = await withLayer(session, slice, extra, task, (maps) => {
      const known = samples.map((sample) => labels[sample] ?? -1);
      return informationInSlot(session, maps, place, layer.channels, Int32Array.from(maps.kept, (i) => known[i]), samples.length, { ...chosen, range }, task); // prettier-ignore
    });
    await run.cache.put(key, cell);
    return cell;
  } catch (error) {
    return none(reasonOf(error));
  }
}

/** Of maps that lie in a slot, from a run or not; −1 in `labels` is a sample without a class. */
export async function informationInSlot(
  session: Session,
  { slot, address, n, channelCount, mapLength }: MapsInSlot,
  place: { readonly layer: number; readonly epoch: number },
  channels: readonly number[],
  labels: Int32Array,
  sampleCount: number,
  chosen: ChosenInformation & Pick<InformationOptions, 'range'>,
  task: TaskOptions,
): Promise<Cell> {
  const d = channelCount * mapLength;
  if (n < 5) {
    const nothing = noInformation(place, n, d, 'fewer than 5 finite samples');
    return { values: [{ ...nothing, nonFiniteCount: sampleCount - n }], pairs: [] };
  }
  const target = { slot: slot.slot, memory: slot.memory };
  const hasLabels = labels.length === n && labels.every((label) => label >= 0);
  let squares = 0;
  if (chosen.estimator === 'kde' && !chosen.units) {
    const lanes = sumLanes(session, slot, n, d);
    squares = slot.regions.allocate(8 * pairCountOf(n));
    const runs = { address, n, sampleLength: d, runCount: 1, length: d };
    await sumPairs(session, slot, lanes, 'distance', runs, squares, task);
  }
  const { units, pairs, ...options } = chosen;
  const found = await session.pool.run(
    'layerInformation',
    {
      ...{ target, address, scratch: slot.regions.mark(), sampleCount: n, channelCount, mapLength },
      ...{ labels: hasLabels ? labels : null, squares, options, units },
      pairs: pairs !== false && chosen.estimator === 'ksg' && channelCount <= MOST_PAIRED_UNITS,
    },
    task,
  );
  const basis = {
    ...{ ...place, n, nonFiniteCount: sampleCount - n, reason: null, inputCeilingBits: Math.log2(n) },
    labelCeilingBits: hasLabels ? labelEntropy(labels) : null,
  };
  return {
    values: found.values.map((numbers, index) => ({
      ...basis,
      ...numbers,
      ...(units ? { unit: channels[index], d: 1 } : { unit: null, d }),
    })),
    pairs: pairsOf(found.pairs, place, channels),
  };
}

/** Beside the maps: squared distances, their lanes, kernels and their sums. */
function kernelDensityBytes(session: Session, n: number, d: number): number {
  return 8 * pairCountOf(n) + sumLaneBytes(session, n, d) + pairKernelBytes(n);
}

function pairsOf(
  pairs: InformationFound['pairs'],
  place: { readonly layer: number; readonly epoch: number },
  channels: readonly number[],
): UnitPairValue[] {
  return pairs.map(({ a, b, ...value }) => ({ ...place, ...value, a: channels[a], b: channels[b] }));
}

/** −1…1 for tanh, else the extremes of the layer over all whole epochs, from the recorded statistics. */
async function rangeOf(run: OpenedRun, { layer }: SelectedLayer): Promise<InformationOptions['range']> {
  const { activation, channelCount } = run.manifest.layers[layer];
  if (activation === 'tanh') return { minimum: -1, maximum: 1 };
  const rows = run.manifest.classNames.length + 1;
  let [minimum, maximum] = [Infinity, -Infinity];
  for (const { epoch, state } of run.epochStates) {
    const values = state === 'whole' ? await run.reader.readValues(layer, epoch).catch(() => null) : null;
    for (let channel = 0; values && channel < channelCount; channel++) {
      const at = (statistic: 'minimum' | 'maximum'): number =>
        values[(VALUE_STATISTICS.indexOf(statistic) * rows + rows - 1) * channelCount + channel];
      if (at('minimum') < minimum) minimum = at('minimum');
      if (at('maximum') > maximum) maximum = at('maximum');
    }
  }
  return minimum <= maximum ? { minimum, maximum } : { minimum: 0, maximum: 0 };
}

function convergenceOf(values: readonly LayerMiValue[]): Convergence[] {
  const courses = new Map<string, LayerMiValue[]>();
  for (const value of values) {
    const key = `${value.layer} ${value.unit}`;
    courses.set(key, [...(courses.get(key) ?? []), value]);
  }
  return [...courses.values()].map((course) => ({
    layer: course[0].layer,
    unit: course[0].unit,
    input: convergedAt(course.map(({ epoch, inputBits }) => ({ epoch, bits: inputBits }))),
    label: convergedAt(course.map(({ epoch, labelBits }) => ({ epoch, bits: labelBits }))),
    inputUpper: convergedAt(course.map(({ epoch, inputUpperBits }) => ({ epoch, bits: inputUpperBits }))),
    labelUpper: convergedAt(course.map(({ epoch, labelUpperBits }) => ({ epoch, bits: labelUpperBits }))),
  }));
}

function noInformation(
  place: { readonly layer: number; readonly epoch: number },
  n: number,
  d: number,
  reason: string,
): LayerMiValue {
  const ceilings = { inputCeilingBits: n > 0 ? Math.log2(n) : 0, labelCeilingBits: null };
  return { ...place, ...NO_NUMBERS, ...ceilings, unit: null, n, d, nonFiniteCount: 0, reason };
}

const bits = v.nullable(v.number());
const band = v.nullable(
  v.object({
    permutations: v.number(),
    seed: v.number(),
    meanBits: v.number(),
    lowBits: v.number(),
    highBits: v.number(),
    maximumBits: v.number(),
  }),
);
const Kept = v.object({
  values: v.array(
    v.object({
      layer: v.number(),
      epoch: v.number(),
      unit: bits,
      inputBits: bits,
      labelBits: bits,
      inputUpperBits: bits,
      labelUpperBits: bits,
      inputMillerMadowBits: bits,
      labelMillerMadowBits: bits,
      inputCeilingBits: v.number(),
      labelCeilingBits: bits,
      inputNull: band,
      labelNull: band,
      labelUpperNull: band,
      inputHalfWidthBits: bits,
      labelHalfWidthBits: bits,
      inputUpperHalfWidthBits: bits,
      labelUpperHalfWidthBits: bits,
      noiseVariance: bits,
      n: v.number(),
      d: v.number(),
      nonFiniteCount: v.number(),
      reason: v.nullable(v.string()),
    }),
  ),
  pairs: v.array(
    v.object({
      layer: v.number(),
      epoch: v.number(),
      a: v.number(),
      b: v.number(),
      bits: v.number(),
      null: band,
    }),
  ),
});
