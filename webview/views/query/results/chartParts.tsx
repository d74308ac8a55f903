/** What all charts of an answer share: their props, their epochs, the link to a layer's line, a file's name. */
import type { VNode } from 'preact';
import type { MeasureResult } from '../../../../src/protocol/measure.js';
import type { Layer } from '../../../../src/protocol/run.js';
import type { Answer } from '../../../state/answer.js';
import type { RunFacts } from '../../../state/facts.js';
import { EMPTY, type Loadable } from '../../../state/loadable.js';
import type { Viewer } from '../../../state/viewer.js';
import { layerLabel } from '../../../text/layerLabel.js';
import { shortWords } from '../../../text/words.js';
import { sourceWords } from '../network/layerWords.js';

export interface ResultProps {
  readonly viewer: Viewer;
  readonly facts: RunFacts;
}

export interface ChartProps extends ResultProps {
  readonly answer: Answer | null;
}

/** The axis shows every epoch that there is, so that charts of one run can be laid side by side. */
export function epochDomain(facts: RunFacts): readonly [number, number] {
  return [0, Math.max(1, facts.epochCount - 1)];
}

/** One layer is linked in the caption; several are linked at their lines. */
export function SourceLinks({ layers, viewer }: { layers: readonly Layer[]; viewer: Viewer }): VNode | null {
  const words = layers.length === 1 ? sourceWords(layers[0]) : null;
  if (words === null) return null;
  return (
    <button class="link source-link" onClick={() => void viewer.openSource(layers[0].index)}>
      {shortWords(layerLabel(layers[0]), 36)} {words}
    </button>
  );
}

/** The run and the measure, fit for a file. */
export function fileName(facts: RunFacts, measure: string): string {
  return `${facts.description.manifest.name}-${measure}`
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[.-]+/, '')
    .slice(0, 100);
}

/** The main answer, when it is of the measure that a chart draws. */
export function mainOf<R extends MeasureResult>(answer: Answer | null, measure: R['measure']): Loadable<R> {
  const main = answer?.main ?? EMPTY;
  const fits = (value: MeasureResult | null): value is R | null => value === null || value.measure === measure;
  if (main.state === 'done') return fits(main.value) && main.value ? { state: 'done', value: main.value } : EMPTY;
  if (main.state === 'loading') return { ...main, previous: fits(main.previous) ? main.previous : null };
  return main;
}
