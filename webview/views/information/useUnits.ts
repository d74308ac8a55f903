/** Single units at the epoch in sight: their information, dead ones and redundant pairs, and the accuracy without them. */
import { useMemo } from 'preact/hooks';
import type { AblationQuestion, AblationResult } from '../../../src/protocol/ablation.js';
import type { InformationChoice } from '../../../src/protocol/information.js';
import { SHOWN_CORRELATION, queryText, unitLayers, unitOptions } from '../../../src/protocol/informationQuestions.js';
import type { LayerMiResult, RedundancyResult } from '../../../src/protocol/measure.js';
import type { ViewProps } from '../views.js';
import { useAsked, type Asked } from '../../state/useAsked.js';
import { useRested } from '../../state/useRested.js';
import { askMeasure } from './informationQuestions.js';
import type { ChannelSet } from './rankedUnits.js';

/** What is asked of one epoch waits until the slider rests there. */
const RESTS_MILLISECONDS = 350;
/** The threshold that the measure has by default. */
export const FLAGGED_CORRELATION = 0.95;

export function useRestedEpoch({ viewer, facts }: ViewProps): number {
  const at = viewer.cursorEpoch.value;
  return useRested(facts.whole.has(at) ? at : facts.lastWhole, RESTS_MILLISECONDS);
}

/** One request for all layers: the answer of an epoch is in sight as a whole. `ready` holds it back. */
export function useUnits(
  { viewer, facts }: ViewProps,
  choice: InformationChoice,
  epoch: number,
  ready: boolean,
): Asked<LayerMiResult> {
  const layers = useMemo(() => unitLayers(facts.layers).map(({ index }) => index), [facts.layers]);
  const request = { query: queryText(layers, [epoch]), options: unitOptions(choice) };
  const wanted = ready && layers.length > 0 && facts.classCount > 0;
  return useAsked(wanted ? JSON.stringify(request) : null, 'ranking units', (text, call) =>
    askMeasure(viewer.host, 'layer-mi', JSON.parse(text) as typeof request, call),
  );
}

export function useRedundancy({ viewer, facts }: ViewProps, epoch: number, ready: boolean): Asked<RedundancyResult> {
  const layers = useMemo(() => unitLayers(facts.layers).map(({ index }) => index), [facts.layers]);
  const request = { query: queryText(layers, [epoch]), options: { correlation: SHOWN_CORRELATION } };
  const wanted = ready && layers.length > 0;
  return useAsked(wanted ? JSON.stringify(request) : null, 'looking for redundant units', (text, call) =>
    askMeasure(viewer.host, 'redundancy', JSON.parse(text) as typeof request, call),
  );
}

/** One question after another; null asks nothing. */
export function useAblation(
  { viewer }: ViewProps,
  questions: readonly AblationQuestion[] | null,
): Asked<readonly AblationResult[]> {
  const key = questions && questions.length > 0 ? JSON.stringify(questions) : null;
  return useAsked(key, 'ablating channels', async (text, call) => {
    const found: AblationResult[] = [];
    const asked = JSON.parse(text) as AblationQuestion[];
    for (const [i, question] of asked.entries()) {
      const onProgress = ({ fraction }: { fraction: number }): void =>
        call.onProgress?.({ fraction: (i + fraction) / asked.length, text: `Set ${i + 1} of ${asked.length}` });
      found.push(await viewer.host.call('ablation', question, { ...call, onProgress }));
    }
    return found;
  });
}

/** "conv2d_2: 3, 15   dense_1: 31", least layer first. */
export function setWords(sets: ChannelSet, nameOf: (layer: number) => string): string[] {
  return [...sets].sort(([a], [b]) => a - b).map(([layer, channels]) => `${nameOf(layer)}: ${channels.join(', ')}`);
}
