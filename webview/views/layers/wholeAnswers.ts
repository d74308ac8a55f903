/** The answers behind the matrix of whole layers: the matrix at the epoch in sight, and its null. */
import { useState } from 'preact/hooks';
import type { DistanceMiResult } from '../../../src/protocol/measure.js';
import type { ViewProps } from '../../shell/views.js';
import { latest, type Loadable } from '../../state/loadable.js';
import { useAsked } from '../../state/useAsked.js';
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
  const own = useAsked(question(0), 'computing distance MI of layers', load);
  const nullKey = question(PERMUTATIONS);
  const nullOnRequest = facts.layers.length > QUICK_LAYERS && wanted !== nullKey;
  const ready = idle && own.value.state === 'done' && !nullOnRequest;
  const nulled = useAsked(ready ? nullKey : null, 'computing the null of layers', load);
  const known = nulled.value.state === 'done' && nulled.value.value.values[0]?.epoch === epoch;
  return {
    answer: known ? nulled.value : own.value,
    nullWords: nullWords(nulled.value, nullOnRequest),
    nullOnRequest,
    askNull: () => setWanted(nullKey),
    retry: own.retry,
  };
}

function nullWords(nulled: Loadable<DistanceMiResult>, onRequest: boolean): string {
  if (onRequest) return 'Null not computed. ';
  if (nulled.state === 'failed') return `No null: ${nulled.failure.wrong}. `;
  const known = nulled.state === 'done' ? latest(nulled)?.values[0]?.null : null;
  if (known) return `Null ${known.maximumBits.toFixed(3)} bits, samples permuted ${known.permutations} times. `;
  return 'The null is being computed … ';
}
