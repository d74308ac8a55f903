/** The answers behind the heatmap: the matrix at the epoch in sight, its null, and the matrices of other epochs. */
import { useMemo, useState } from 'preact/hooks';
import type { DistanceMiResult, DistanceMiValue } from '../../../src/protocol/measure.js';
import type { LayerPair } from '../../../src/protocol/viewer.js';
import { largest } from '../../marks/heatmap.js';
import { latest, type Loadable } from '../../state/loadable.js';
import { useAsked } from '../../state/useAsked.js';
import type { ViewProps } from '../../shell/views.js';
import { askDistance, pairQuestion, PERMUTATIONS, QUICK_CELLS, trendEpochs } from './layerQuestions.js';

export interface PairAnswers {
  /** With the null where it is known. */
  readonly answer: Loadable<DistanceMiResult>;
  readonly nulled: Loadable<DistanceMiResult>;
  /** Too many cells for a null without being asked. */
  readonly nullOnRequest: boolean;
  /** Matrices of the epochs that were computed for the scale, ascending; empty until they are there. */
  readonly trend: readonly DistanceMiValue[];
  /** The largest cell over the trend, or of this matrix while there is none. */
  readonly ceiling: number;
  askNull(): void;
  retry(): void;
}

/** `idle` holds back the null, which takes long, while the view waits for something quicker. */
export function usePairAnswers(
  { viewer, facts }: ViewProps,
  pair: LayerPair,
  epoch: number,
  idle: boolean,
): PairAnswers {
  const { layers } = facts;
  const cells = layers[pair.a].channelCount * layers[pair.b].channelCount;
  const [wanted, setWanted] = useState('');
  const epochs = useMemo(
    () =>
      trendEpochs(
        [...facts.whole].sort((a, b) => a - b),
        cells,
      ),
    [facts, cells],
  );
  const load = (text: string, call: Parameters<typeof askDistance>[2]): Promise<DistanceMiResult> =>
    askDistance(viewer.host, text, call);
  const question = (some: readonly number[], permutations: number): string =>
    JSON.stringify(pairQuestion(pair, layers, some, permutations));

  const own = useAsked(question([epoch], 0), 'computing distance MI of channels', load);
  const ready = own.value.state === 'done' && sameChannels(own.value.value, pair);
  const nullOnRequest = cells > QUICK_CELLS && wanted !== question([epoch], PERMUTATIONS);
  const nullKey = idle && ready && !nullOnRequest ? question([epoch], PERMUTATIONS) : null;
  const nulled = useAsked(nullKey, 'computing the null', load);
  const settled = nulled.value.state === 'done' || nulled.value.state === 'failed' || nullOnRequest;
  const [trendWanted, setTrendWanted] = useState('');
  const trendText = question(epochs, 0);
  if (ready && settled && trendWanted !== trendText) setTrendWanted(trendText);
  const trendAnswer = useAsked(trendWanted === trendText ? trendText : null, 'computing other epochs', load);

  const trendResult = latest(trendAnswer.value);
  const trend = useMemo(
    () =>
      trendResult && sameChannels(trendResult, pair) ? trendResult.values.filter((one) => one.reason === null) : [],
    [trendResult, pair],
  );
  const kept = trendResult && trend.find((one) => one.epoch === epoch);
  const known = latest(nulled.value);
  const withNull = known && sameChannels(known, pair) && known.values[0]?.epoch === epoch ? known : null;
  const answer = useMemo((): Loadable<DistanceMiResult> => {
    if (withNull) return { state: 'done', value: withNull };
    if (kept && trendResult) return { state: 'done', value: { ...trendResult, values: [kept] } };
    // The matrix of another pair is no picture of this one.
    const before = latest(own.value);
    if (before && !sameChannels(before, pair)) return { state: 'loading', progress: null, previous: null };
    return own.value;
  }, [withNull, kept, trendResult, own.value, pair]);
  const shown = latest(answer);
  const ceiling = Math.max(0, ...trend.map((one) => largest(one.bits)), largest(shown?.values[0]?.bits ?? []));
  return {
    ...{ answer, nulled: nulled.value, nullOnRequest, trend, ceiling },
    askNull: () => setWanted(question([epoch], PERMUTATIONS)),
    retry: own.retry,
  };
}

function sameChannels({ values }: DistanceMiResult, { a, b }: LayerPair): boolean {
  return values[0]?.rows[0]?.layer === a && values[0].columns[0]?.layer === b;
}
