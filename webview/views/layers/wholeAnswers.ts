/** The answers behind the matrix of whole layers: the matrix at the epoch in sight, and its null. */
import { useMemo, useState } from 'preact/hooks';
import type { DistanceMiResult } from '../../../src/protocol/measure.js';
import { useStable } from '../../hooks/useStable.js';
import type { ViewProps } from '../views.js';
import { latest, type Loadable } from '../../state/loadable.js';
import { useAskedOnce } from '../../state/useAskedOnce.js';
import { askDistance, PERMUTATIONS, wholeLayersQuestion } from './layerQuestions.js';

export interface WholeAnswers {
  /** With the null where it is known. */
  readonly answer: Loadable<DistanceMiResult>;
  readonly nullWords: string;
  /** Too many layers for a null without being asked. */
  readonly nullOnRequest: boolean;
  askNull(): void;
  retry(): void;
}

/** More layers than these have their null computed only when asked for. */
const QUICK_LAYERS = 16;

/** `idle` holds back the null, which takes long, until the channels of the pair have theirs. */
export function useWholeAnswers({ viewer, facts }: ViewProps, epoch: number, idle: boolean): WholeAnswers {
  const [wanted, setWanted] = useState('');
  const load = (text: string, call: Parameters<typeof askDistance>[2]): Promise<DistanceMiResult> =>
    askDistance(viewer.host, text, call);
  const question = (permutations: number): string => JSON.stringify(wholeLayersQuestion(epoch, permutations));
  const own = useAskedOnce(question(0), facts, 'computing distance MI of layers', load);
  const nullKey = question(PERMUTATIONS);
  const nullOnRequest = facts.layers.length > QUICK_LAYERS && wanted !== nullKey;
  const ready = idle && own.value.state === 'done' && !nullOnRequest;
  const nulled = useAskedOnce(ready ? nullKey : null, facts, 'computing the null of layers', load);
  const answer = nulled.value.state === 'done' ? nulled.value : own.value;
  const words = nullWords(nulled.value, nullOnRequest);
  const retry = useStable(own.retry);
  const askNull = useStable(() => setWanted(nullKey));
  return useMemo(() => ({ answer, nullWords: words, nullOnRequest, askNull, retry }), [answer, words, nullOnRequest]);
}

function nullWords(nulled: Loadable<DistanceMiResult>, onRequest: boolean): string {
  if (onRequest) return 'Null not computed. ';
  if (nulled.state === 'failed') return `No null: ${nulled.failure.wrong}. `;
  const known = nulled.state === 'done' ? latest(nulled)?.values[0]?.null : null;
  if (known) return `Null ${known.maximumBits.toFixed(3)} bits, samples permuted ${known.permutations} times. `;
  return 'The null is being computed … ';
}
