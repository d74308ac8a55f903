/** The answers behind the heatmap: the matrix at the epoch in sight, its null, and the matrices of other epochs. */
import { useMemo, useRef, useState } from 'preact/hooks';
import type { DistanceMiResult, DistanceMiValue } from '../../../src/protocol/measure.js';
import type { LayerPair } from '../../../src/protocol/viewState.js';
import { largest } from '../../marks/axesOrder.js';
import { useStable } from '../../hooks/useStable.js';
import type { ViewProps } from '../views.js';
import { EMPTY, latest, type Loadable } from '../../state/loadable.js';
import { useAsked } from '../../state/useAsked.js';
import { askDistance, pairQuestion, PERMUTATIONS, QUICK_CELLS, trendEpochs } from './layerQuestions.js';

export interface PairAnswers {
  /** With the null where it is known. */
  readonly answer: Loadable<DistanceMiResult>;
  readonly nulled: Loadable<DistanceMiResult>;
  /** Neither the null nor anything else is being computed for this epoch. */
  readonly settled: boolean;
  /** Too many cells for a null without being asked. */
  readonly nullOnRequest: boolean;
  /** Matrices of the epochs that are computed for the scale, ascending. */
  readonly trend: Loadable<readonly DistanceMiValue[]>;
  /** The matrix of an epoch that has been computed. */
  readonly at: (epoch: number) => DistanceMiValue | null;
  /** The largest cell of all epochs that have been computed. */
  readonly ceiling: number;
  askNull(): void;
  retry(): void;
  retryTrend(): void;
}

export interface ShownEpochs {
  /** In sight. */
  readonly epoch: number;
  /** At which the slider rests: its null is computed. */
  readonly rested: number;
  /** Shown next to the one in sight. */
  readonly beside: readonly number[];
  /** Whose values the channels are ordered by, where it is not the one in sight. */
  readonly orderEpoch: number | null;
}

/** `idle` holds back the null, which takes long. */
export function usePairAnswers(
  { viewer, facts }: ViewProps,
  pair: LayerPair,
  { epoch, rested, beside, orderEpoch }: ShownEpochs,
  idle: boolean,
): PairAnswers {
  const { layers } = facts;
  const cells = layers[pair.a].channelCount * layers[pair.b].channelCount;
  const known = useKnown(`${pair.a} ${pair.b} ${facts.whole.size}`);
  const load = (text: string, call: Parameters<typeof askDistance>[2]): Promise<DistanceMiResult> =>
    askDistance(viewer.host, text, call);
  const question = (some: readonly number[], permutations: number): string =>
    JSON.stringify(pairQuestion(pair, layers, some, permutations));

  const needed = [...new Set([epoch, orderEpoch ?? epoch])].filter((one) => !known.has(one)).sort((a, b) => a - b);
  const own = useAsked(needed.length === 0 ? null : question(needed, 0), 'computing distance MI of channels', load);
  known.add(own.value, pair);
  const ready = known.has(rested);
  const [wanted, setWanted] = useState('');
  const nullQuestion = question([rested], PERMUTATIONS);
  const nullOnRequest = cells > QUICK_CELLS && wanted !== nullQuestion;
  const nullKey = idle && ready && !known.hasNull(rested) && !nullOnRequest ? nullQuestion : null;
  const nulled = useAsked(nullKey, 'computing the null', load);
  known.add(nulled.value, pair);
  const settled = known.hasNull(rested) || nulled.value.state === 'failed' || (ready && nullOnRequest);

  const epochs = useMemo(() => {
    const whole = [...facts.whole].sort((a, b) => a - b);
    const missing = beside.filter((one) => facts.whole.has(one));
    return [...new Set([...trendEpochs(whole, cells), ...missing])].sort((a, b) => a - b);
  }, [facts, cells, beside]);
  const [trendWanted, setTrendWanted] = useState('');
  const trendText = question(epochs, 0);
  if (ready && settled && trendWanted !== trendText) setTrendWanted(trendText);
  const trendKey = trendWanted === trendText && !epochs.every((one) => known.has(one)) ? trendText : null;
  const others = useAsked(trendKey, 'computing other epochs', load);
  known.add(others.value, pair);

  const size = known.size();
  const trend = useMemo((): Loadable<readonly DistanceMiValue[]> => {
    if (epochs.every((one) => known.has(one)))
      return { state: 'done', value: epochs.flatMap((one) => soundValue(known.get(one)) ?? []) };
    if (own.value.state === 'failed') return EMPTY;
    const asked = others.value;
    if (asked.state === 'failed' || asked.state === 'cancelled') return asked;
    return { state: 'loading', progress: asked.state === 'loading' ? asked.progress : null, previous: null };
  }, [epochs, known, size, own.value.state, others.value]);
  const here = known.get(epoch);
  const answer = useMemo((): Loadable<DistanceMiResult> => {
    if (here) return { state: 'done', value: here };
    // The matrix of another pair is no picture of this one.
    const before = latest(own.value);
    if (before && !sameChannels(before, pair)) return { state: 'loading', progress: null, previous: null };
    if (own.value.state === 'empty') return { state: 'loading', progress: null, previous: known.last() };
    return own.value.state === 'loading' ? { ...own.value, previous: known.last() } : own.value;
  }, [here, own.value, pair, known]);
  const at = useStable((one: number) => known.get(one)?.values[0] ?? null);
  const askNull = useStable(() => setWanted(nullQuestion));
  const retry = useStable(own.retry);
  const retryTrend = useStable(others.retry);
  const state = { answer, nulled: nulled.value, settled, nullOnRequest, trend, ceiling: known.ceiling() };
  return useMemo(() => ({ ...state, at, askNull, retry, retryTrend }), Object.values(state));
}

/** Matrices of one pair by epoch, so that going back to an epoch asks nothing. */
interface Known {
  has(epoch: number): boolean;
  hasNull(epoch: number): boolean;
  get(epoch: number): DistanceMiResult | null;
  /** The one that was added last, to stand there until the next. */
  last(): DistanceMiResult | null;
  size(): number;
  ceiling(): number;
  add(answer: Loadable<DistanceMiResult>, pair: LayerPair): void;
}

function useKnown(key: string): Known {
  const kept = useRef<{ key: string; known: Known } | null>(null);
  if (kept.current?.key !== key) kept.current = { key, known: createKnown() };
  return kept.current.known;
}

function createKnown(): Known {
  const byEpoch = new Map<number, DistanceMiResult>();
  const seen = new WeakSet<DistanceMiResult>();
  let ceiling = 0;
  let last: DistanceMiResult | null = null;
  return {
    has: (epoch) => byEpoch.has(epoch),
    hasNull: (epoch) => Boolean(byEpoch.get(epoch)?.values[0]?.null) || byEpoch.get(epoch)?.values[0]?.reason != null,
    get: (epoch) => byEpoch.get(epoch) ?? null,
    last: () => last,
    size: () => byEpoch.size,
    ceiling: () => ceiling,
    add(answer, pair) {
      if (answer.state !== 'done' || seen.has(answer.value) || !sameChannels(answer.value, pair)) return;
      seen.add(answer.value);
      for (const value of answer.value.values) {
        if (byEpoch.get(value.epoch)?.values[0]?.null && !value.null) continue;
        last = { ...answer.value, values: [value] };
        byEpoch.set(value.epoch, last);
        ceiling = Math.max(ceiling, largest(value.bits));
      }
    },
  };
}

function soundValue(result: DistanceMiResult | null): DistanceMiValue | null {
  const value = result?.values[0];
  return value && value.reason === null ? value : null;
}

function sameChannels({ values }: DistanceMiResult, { a, b }: LayerPair): boolean {
  const value = values[0];
  // A damaged epoch has neither rows nor columns, and is the answer all the same.
  if (value?.reason != null && value.rows.length === 0) return true;
  return value?.rows[0]?.layer === a && value.columns[0]?.layer === b;
}
