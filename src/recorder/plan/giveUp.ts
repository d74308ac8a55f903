/**
 * What is given up, step by step, until a recording fits its budget (docs/decisions/budget.md says why in this
 * order): the lower half of the maps' bits, epochs with maps, samples with maps, layers with maps, weights, and
 * at the very last epochs altogether. Arithmetic alone: what a choice takes is asked of `total`.
 */
import { keptCount } from '../../store/format/runSize.js';

/** What is kept of a recording. */
export interface Kept {
  readonly precision: 'float32' | 'float16';
  /** Epochs 0, n, 2n, … and the last are recorded. */
  readonly epochStride: number;
  /** Maps are kept of epochs 0, n, 2n, … and of the last. */
  readonly mapStride: number;
  /** Full maps are kept of the first so many probes. */
  readonly mapSampleCount: number;
  readonly weights: 'every' | 'with-maps' | 'none';
  /** Layers whose maps are whole: every probe and epoch, float32. */
  readonly pinned: number[];
  /** Layers without maps. */
  readonly withoutMaps: number[];
}

export interface Question {
  readonly probeCount: number;
  readonly lastEpoch: number;
  /** Epochs that are recorded; more than up to the last where later ones have statistics alone. */
  readonly epochCount: number;
  /** Indices of the layers that could keep maps, the largest maps first. */
  readonly byMapSize: readonly number[];
  /** Indices of the layers that should be whole, the most important first. */
  readonly pinned: readonly number[];
  /** Of all weights at one epoch. */
  readonly weightBytes: number;
  readonly budgetBytes: number;
  /** Bytes of the whole run; less whenever less is kept. */
  total(kept: Kept): number;
}

export interface Answer {
  readonly kept: Kept;
  /** Pins that do not fit even with nothing beside them but statistics. */
  readonly refusedPins: readonly number[];
}

/** Fewer epochs with maps than these are kept only when nothing else helps: enough to see how maps change. */
const FEW_EPOCHS = 5;
/** Samples with maps are given up to a tenth of the probes, and to no fewer than these. */
const FEW_SAMPLES = { share: 1 / 10, most: 100, least: 10 };
/** Weights stay with every epoch, thinned or not, while they take no more than this share of the budget. */
const WEIGHT_SHARE = 1 / 10;

/** The most that fits; where nothing does, the least that there is. */
export function chooseKept(question: Question): Answer {
  const { pinned, refusedPins } = fittingPins(question);
  const all = everything(question, pinned);
  const kept =
    ifFits(question, all) ??
    ifFits(question, { ...all, precision: 'float16' }) ??
    fewerEpochsWithMaps(question, thinWeights(question, { ...all, precision: 'float16' })) ??
    fewerSamples(question, thinWeights(question, { ...all, precision: 'float16' })) ??
    fewerLayers(question, thinWeights(question, { ...all, precision: 'float16' }), refusedPins) ??
    withoutAnyMaps(question, { ...all, mapSampleCount: 0 }) ??
    fewerEpochs(question, { ...all, mapSampleCount: 0, weights: 'none' });
  // Where something else than the maps was too much, they need not be rounded.
  const exact = ifFits(question, { ...kept, precision: 'float32' }) ?? kept;
  return { kept: exact, refusedPins: refusedPins.filter((pin) => !isWhole(exact, pin, question.probeCount)) };
}

/** A pin also asks for room in later fits; without that room, its maps may still be whole as everybody's. */
function isWhole({ precision, mapStride, mapSampleCount, withoutMaps }: Kept, layer: number, probes: number): boolean {
  return precision === 'float32' && mapStride === 1 && mapSampleCount === probes && !withoutMaps.includes(layer);
}

function everything({ probeCount }: Question, pinned: readonly number[]): Kept {
  return {
    precision: 'float32',
    epochStride: 1,
    mapStride: 1,
    mapSampleCount: probeCount,
    weights: 'every',
    pinned: [...pinned],
    withoutMaps: [],
  };
}

/** One pin after another, each kept if it fits beside those before it and the statistics of every epoch. */
function fittingPins(question: Question): { pinned: number[]; refusedPins: number[] } {
  const pinned: number[] = [];
  const refusedPins: number[] = [];
  for (const pin of question.pinned) {
    const least: Kept = { ...everything(question, [...pinned, pin]), mapSampleCount: 0, weights: 'none' };
    (ifFits(question, least) ? pinned : refusedPins).push(pin);
  }
  return { pinned, refusedPins };
}

function ifFits({ total, budgetBytes }: Question, kept: Kept): Kept | null {
  return total(kept) <= budgetBytes ? kept : null;
}

function thinWeights({ weightBytes, epochCount, budgetBytes }: Question, kept: Kept): Kept {
  return weightBytes * epochCount > WEIGHT_SHARE * budgetBytes ? { ...kept, weights: 'with-maps' } : kept;
}

/** The largest stride that leaves a few epochs with maps. */
function widestStride({ lastEpoch }: Question): number {
  const few = Math.min(lastEpoch + 1, FEW_EPOCHS);
  return last(1, Math.max(1, lastEpoch), (stride) => keptCount(lastEpoch, stride) >= few);
}

function fewerEpochsWithMaps(question: Question, kept: Kept): Kept | null {
  const widest = widestStride(question);
  if (!ifFits(question, { ...kept, mapStride: widest })) return null;
  return closestStride(question, kept, widest);
}

/** The most epochs with maps that fit, where those of `widest` do. */
function closestStride(question: Question, kept: Kept, widest: number): Kept {
  const tooClose = last(0, widest, (stride) => stride === 0 || !ifFits(question, { ...kept, mapStride: stride }));
  return { ...kept, mapStride: Math.min(widest, tooClose + 1) };
}

/** 100 of 1,000 probes are 4,950 pairs, enough for distances between samples. */
function fewSamples(probeCount: number): number {
  const share = Math.ceil(FEW_SAMPLES.share * probeCount);
  return Math.min(probeCount, Math.max(FEW_SAMPLES.least, Math.min(FEW_SAMPLES.most, share)));
}

function fewerSamples(question: Question, kept: Kept): Kept | null {
  const few = fewSamples(question.probeCount);
  const thinned = { ...kept, mapStride: widestStride(question) };
  if (!ifFits(question, { ...thinned, mapSampleCount: few })) return null;
  const mapSampleCount = last(
    few,
    question.probeCount,
    (count) => !!ifFits(question, { ...thinned, mapSampleCount: count }),
  );
  return closestStride(question, { ...thinned, mapSampleCount }, thinned.mapStride);
}

/** The largest maps go first; those of layers that should have been whole last of all. */
function fewerLayers(question: Question, kept: Kept, wished: readonly number[]): Kept | null {
  const unpinned = question.byMapSize.filter((index) => !kept.pinned.includes(index));
  const order = [...unpinned.filter((index) => !wished.includes(index)), ...unpinned.filter((i) => wished.includes(i))];
  const without = (count: number): Kept => ({ ...kept, withoutMaps: order.slice(0, count).sort((a, b) => a - b) });
  const tooFew = last(0, order.length, (count) => fewerSamples(question, without(count)) === null);
  return tooFew + 1 < order.length ? fewerSamples(question, without(tooFew + 1)) : null;
}

function withoutAnyMaps(question: Question, kept: Kept): Kept | null {
  const fewerWeights: Kept = { ...kept, weights: 'with-maps' };
  const widest = Math.max(1, question.lastEpoch);
  return (
    ifFits(question, kept) ??
    (ifFits(question, { ...fewerWeights, mapStride: widest }) && closestStride(question, fewerWeights, widest)) ??
    ifFits(question, { ...kept, weights: 'none' })
  );
}

/** As many epochs as fit, or the first and the last where not even they do. */
function fewerEpochs(question: Question, kept: Kept): Kept {
  const widest = Math.max(1, question.lastEpoch);
  const thinned = (stride: number): Kept => ({ ...kept, epochStride: stride, mapStride: widest });
  const tooClose = last(0, widest, (stride) => stride === 0 || !ifFits(question, thinned(stride)));
  return thinned(Math.min(widest, tooClose + 1));
}

/** The last number from `from` to `to` that holds, where all before it do and `from` does. */
function last(from: number, to: number, holds: (value: number) => boolean): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}
