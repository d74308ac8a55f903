/** How far two classes are apart in each layer, by nearest neighbours and by I(T;Y). */
import {
  CONFUSION_NEIGHBOURS,
  CONFUSION_PERMUTATIONS,
  INFORMATION_PERMUTATIONS,
  type ApartLayer,
} from '../../../protocol/confusion.js';
import { keptSampleCount } from '../../../protocol/keptMaps.js';
import type { LayerMiResult, LayerMiValue } from '../../../protocol/measure.js';
import { printQuery } from '../../../protocol/queryText.js';
import type { SampleCondition } from '../../../protocol/query.js';
import type { CallContext } from '../../../protocol/rpc.js';
import { upperLimit, bandOf } from '../../measures/matrixStatistics.js';
import {
  balancedAccuracy,
  balancedChange,
  balancedInterval,
  permutedClasses,
  votes,
  type Neighbours,
} from '../../measures/separation.js';
import type { OpenedRun } from '../../run/openedRun.js';
import { lengthOf } from '../../run/mapShape.js';
import { nearestBytes, nearestInBlock } from '../dispatch/interInBlock.js';
import { computeTable, type Session } from '../dispatch/session.js';
import type { TaskOptions } from '../dispatch/threadPool.js';
import { sliceRefusal, withLayer, type LayerSlice } from './layerInBlock.js';
import { measureSlice } from './measureAnswers.js';
import type { PairOfClasses } from './confusionProbes.js';
import { reasonOf } from './reason.js';

const SEED = 1;

/** Neighbours of the finite probes of a slice, and where these are among the samples. */
interface Found extends Neighbours {
  readonly kept: readonly number[];
}

interface Asked {
  readonly layer: number;
  readonly epoch: number;
}

export interface Separation {
  readonly layers: ApartLayer[];
  readonly largestByChance: number | null;
}

/** `samples` are the pair's probes with maps. */
export async function separationOf(
  session: Session,
  run: OpenedRun,
  pair: PairOfClasses,
  samples: readonly number[],
  context: CallContext,
): Promise<Separation> {
  const { layers } = run.manifest;
  const measured = layers.filter(
    ({ index, inputs }) => index === 0 || (inputs.length > 0 && keptSampleCount(run.manifest, index) > 0),
  );
  const hasBefore = pair.epoch > 0 && run.epochStates.some(({ epoch, state }) => epoch === 0 && state === 'whole');
  const epochs = hasBefore ? [pair.epoch, 0] : [pair.epoch];
  const cells = epochs.flatMap((epoch) => measured.map(({ index }) => ({ layer: index, epoch })));
  const halfOf = (from: number): CallContext => ({
    ...context,
    progress: ({ fraction, text }) => context.progress({ fraction: from + fraction / 2, ...(text ? { text } : {}) }),
  });
  const found = await computeTable(
    session,
    cells,
    halfOf(0),
    (cell, task) => neighboursOf(session, run, cell, samples, task),
    ({ layer, epoch }) => `${layers[layer].name} at epoch ${epoch}`,
  );
  const information = await informationOf(
    session,
    run,
    pair,
    measured.map(({ index }) => index),
    epochs,
    halfOf(0.5),
  );
  const classes = Uint8Array.from(samples, (probe) => (pair.labels[probe] === pair.b ? 1 : 0));
  return withChance(
    measured.map(({ index, name }, i) => ({
      layer: index,
      name,
      found: found[i],
      before: hasBefore ? found[measured.length + i] : null,
      bits: information(index, pair.epoch),
      bitsBefore: hasBefore ? (information(index, 0)?.labelBits ?? null) : null,
    })),
    classes,
  );
}

interface Measured {
  readonly layer: number;
  readonly name: string;
  readonly found: Found | string;
  readonly before: Found | string | null;
  readonly bits: LayerMiValue | null;
  readonly bitsBefore: number | null;
}

function withChance(measured: readonly Measured[], classes: Uint8Array): Separation {
  const permuted = Array.from({ length: CONFUSION_PERMUTATIONS }, (_, index) => permutedClasses(classes, SEED, index));
  const accuracyOf = (found: Found, of: Uint8Array): number => {
    const own = Uint8Array.from(found.kept, (i) => of[i]);
    return balancedAccuracy(votes(found, CONFUSION_NEIGHBOURS, own), own);
  };
  const chances = measured.map(({ found }) =>
    typeof found === 'string' ? null : permuted.map((of) => accuracyOf(found, of)),
  );
  const maxima = permuted
    .map((_, index) => Math.max(...chances.map((values) => values?.[index] ?? 0)))
    .sort((x, y) => x - y);
  const input = measured[0].found;
  const layers = measured.map(({ layer, name, found, before, bits, bitsBefore }, i): ApartLayer => {
    const chance = chances[i] && bandOf(chances[i], SEED);
    const informed = {
      bits: bits?.labelBits ?? null,
      bitsHalfWidth: bits?.labelHalfWidthBits ?? null,
      bitsBefore,
      bitsChance: bits?.labelNull?.maximumBits ?? null,
    };
    if (typeof found === 'string') {
      const none = { accuracy: null, low: null, high: null, difference: null, halfWidth: null, chance: null };
      return { layer, name, ...none, before: null, ...informed, n: 0, reason: found };
    }
    const own = Uint8Array.from(found.kept, (at) => classes[at]);
    const right = votes(found, CONFUSION_NEIGHBOURS, own);
    const [low, high] = balancedInterval(right, own);
    return {
      ...{ layer, name, accuracy: balancedAccuracy(right, own), low, high },
      before: before === null || typeof before === 'string' ? null : accuracyOf(before, classes),
      ...(i === 0 || typeof input === 'string'
        ? { difference: null, halfWidth: null }
        : pairedChange(input, found, classes)),
      chance: chance && { low: chance.lowBits, high: chance.highBits },
      ...informed,
      ...{ n: found.kept.length, reason: null },
    };
  });
  return { layers, largestByChance: chances.some(Boolean) ? upperLimit(maxima, 0.05) : null };
}

/** On the probes that are finite in both. */
function pairedChange(input: Found, layer: Found, classes: Uint8Array) {
  const rightBySample = (found: Found): Map<number, boolean> => {
    const own = Uint8Array.from(found.kept, (at) => classes[at]);
    const right = votes(found, CONFUSION_NEIGHBOURS, own);
    return new Map(found.kept.map((at, i) => [at, right[i]]));
  };
  const [from, to] = [rightBySample(input), rightBySample(layer)];
  const both = input.kept.filter((at) => to.has(at));
  return balancedChange(
    both.map((at) => from.get(at) ?? false),
    both.map((at) => to.get(at) ?? false),
    Uint8Array.from(both, (at) => classes[at]),
  );
}

/** In words why there are none. */
async function neighboursOf(
  session: Session,
  run: OpenedRun,
  { layer, epoch }: Asked,
  samples: readonly number[],
  task: TaskOptions,
): Promise<Found | string> {
  const { channelCount, mapShape } = run.manifest.layers[layer];
  const d = channelCount * lengthOf(mapShape);
  const channels = Array.from({ length: channelCount }, (_, channel) => channel);
  const slice: LayerSlice = { run, layer: { layer, channels, isWhole: true }, epoch: layer === 0 ? 0 : epoch, samples };
  const extra = nearestBytes(session, samples.length, d, CONFUSION_NEIGHBOURS);
  const refusal = sliceRefusal(session, slice, extra);
  if (refusal !== null) return refusal;
  try {
    return await withLayer(session, slice, extra, task, async ({ block, address, n, kept }) => {
      if (n <= 2 * CONFUSION_NEIGHBOURS) return 'too few samples without NaN or infinite values';
      return { kept, ...(await nearestInBlock(session, { block, address, n, d }, CONFUSION_NEIGHBOURS, task)) };
    });
  } catch (error) {
    return reasonOf(error);
  }
}

/** I(T;Y) by layer and epoch; only the last has a null. */
async function informationOf(
  session: Session,
  run: OpenedRun,
  { a, b, heldOut }: PairOfClasses,
  layers: readonly number[],
  epochs: readonly number[],
  context: CallContext,
): Promise<(layer: number, epoch: number) => LayerMiValue | null> {
  const ranges = [a, b].sort((x, y) => x - y).map((one): [number, number] => [one, one]);
  const ofSplit: SampleCondition = { field: 'split', operator: '=', right: { kind: 'split', split: 'validation' } };
  const conditions: SampleCondition[] = [
    { field: 'label', operator: '=', right: { kind: 'classes', ranges } },
    ...(heldOut ? [ofSplit] : []),
  ];
  const values: LayerMiValue[] = [];
  for (const [place, epoch] of epochs.entries()) {
    const query = printQuery({
      samples: { kind: 'where', conditions },
      layers: { kind: 'layers', items: layers.map((index) => ({ kind: 'range', range: [index, index] })) },
      channels: { kind: 'all' },
      epochs: { kind: 'ranges', ranges: [[epoch, epoch]] },
    });
    const options = place === 0 ? { permutations: INFORMATION_PERMUTATIONS, interval: true } : {};
    const asked = { query, measure: 'layer-mi' as const, options: { estimator: 'kde' as const, ...options } };
    const result = (await measureSlice(session, run, asked, context)) as LayerMiResult; // of the measure that was asked
    values.push(...result.values);
  }
  return (layer, epoch) => values.find((one) => one.layer === layer && one.epoch === epoch) ?? null;
}

/** The first layer whose difference from the input is above 0 with its interval, and so are all later ones. */
export function firstBetter(layers: readonly Pick<ApartLayer, 'layer' | 'difference' | 'halfWidth'>[]): number | null {
  return firstOf(layers.slice(1), ({ difference, halfWidth }) =>
    difference === null || halfWidth === null ? null : difference - halfWidth > 0,
  );
}

/** The same by I(T;Y). Half widths add as squares, though the probes are the same: too wide rather than too narrow. */
export function firstByInformation([input, ...rest]: readonly ApartLayer[]): number | null {
  return firstOf(rest, ({ bits, bitsHalfWidth }) =>
    bits === null || bitsHalfWidth === null || input.bits === null || input.bitsHalfWidth === null
      ? null
      : bits - input.bits > Math.hypot(bitsHalfWidth, input.bitsHalfWidth),
  );
}

/** Layers without a value say nothing either way. */
function firstOf<L extends { readonly layer: number }>(
  layers: readonly L[],
  isBetter: (layer: L) => boolean | null,
): number | null {
  const known = layers.filter((layer) => isBetter(layer) !== null);
  const lastNot = known.findLastIndex((layer) => !isBetter(layer));
  return known[lastNot + 1]?.layer ?? null;
}
