/** What the query would read and how long it would take, before it runs; or why it cannot run. */
import type { VNode } from 'preact';
import { MEASURE_DESCRIPTORS, type Estimate, type MeasureName } from '../../../../src/protocol/measure.js';
import type { RunFacts } from '../../../state/facts.js';
import { latest } from '../../../state/loadable.js';
import type { Viewer } from '../../../state/viewer.js';
import { ASKED_HERE } from './askedHere.js';
import { bytesWords, countWords, plural, secondsWords } from '../../../text/words.js';

export function EstimateLine({ viewer, facts }: { viewer: Viewer; facts: RunFacts }): VNode {
  const answer = viewer.estimate.value;
  if (facts.lastWhole < 0) return <p class="estimate">No complete epoch yet; t = 0 appears first.</p>;
  if (answer.state === 'failed') {
    return (
      <p class="estimate failed" role="alert">
        {answer.failure.wrong}. <span>{answer.failure.tryThis}</span>
      </p>
    );
  }
  const estimate = latest(answer);
  if (!estimate) return <p class="estimate">Estimating…</p>;
  const others = alsoPossible(estimate, viewer.measure.value);
  return (
    <p class={`estimate ${answer.state === 'loading' ? 'stale' : ''}`} aria-live="polite">
      <span>
        Reads <b>{bytesWords(estimate.bytes)}</b> of {bytesWords(facts.description.summary.byteCount)},{' '}
        {facts.description.manifest.plan.precision}; about <b>{secondsWords(estimate.seconds)}</b>.{' '}
        {plural(estimate.valueCount, 'value')}, {cachedWords(estimate)}.
      </span>
      {others && <span>Also possible here: {others}.</span>}
    </p>
  );
}

function cachedWords({ cachedCount, valueCount }: Estimate): string {
  if (cachedCount === 0) return 'none cached yet';
  return cachedCount >= valueCount ? 'all cached' : `${countWords(cachedCount)} cached`;
}

function alsoPossible(estimate: Estimate, measure: MeasureName): string {
  return estimate.applicable
    .filter((other) => other !== measure && ASKED_HERE.includes(other))
    .map((other) => MEASURE_DESCRIPTORS[other].label.toLowerCase())
    .join(', ');
}
