/** The query in words and text, the measure, what it would cost, and the button that asks. */
import { batch } from '@preact/signals';
import type { VNode } from 'preact';
import { MEASURE_DESCRIPTORS, type MeasureName } from '../../../../src/protocol/measure.js';
import { parseQuery } from '../../../../src/protocol/queryText.js';
import { Button, Checkbox, Dropdown, ProgressRing } from '../../../controls/controls.js';
import type { RunFacts } from '../../../state/facts.js';
import { latest } from '../../../state/loadable.js';
import type { AskedQuery, Viewer } from '../../../state/viewer.js';
import { ASKED_HERE } from './askedHere.js';
import { EstimateLine } from './EstimateLine.js';
import { QueryInput } from './QueryInput.js';

export function QueryBar({ viewer, facts }: { viewer: Viewer; facts: RunFacts }): VNode {
  const applicable = latest(viewer.estimate.value)?.applicable;
  const go = (entry: AskedQuery | null): void => {
    if (!entry) return;
    batch(() => {
      viewer.query.value = parseQuery(entry.query);
      viewer.measure.value = entry.measure;
    });
    viewer.ask();
  };
  const onKey = (event: KeyboardEvent): void => {
    if (!event.altKey || (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight')) return;
    event.preventDefault();
    go(event.key === 'ArrowLeft' ? viewer.history.back() : viewer.history.forward());
  };
  return (
    <section class="query-bar" aria-label="Query" onKeyDown={onKey}>
      <div class="query-history">
        <button
          class="page"
          aria-label="Previous query"
          title="Previous query (Alt+←)"
          disabled={!viewer.history.canGoBack.value}
          onClick={() => go(viewer.history.back())}
        >
          ‹
        </button>
        <button
          class="page"
          aria-label="Next query"
          title="Next query (Alt+→)"
          disabled={!viewer.history.canGoForward.value}
          onClick={() => go(viewer.history.forward())}
        >
          ›
        </button>
      </div>
      <QueryInput viewer={viewer} facts={facts} />
      <Dropdown<MeasureName>
        label="Measure"
        value={viewer.measure.value}
        options={ASKED_HERE.map((measure) => ({
          value: measure,
          text: MEASURE_DESCRIPTORS[measure].label,
          disabled: applicable !== undefined && !applicable.includes(measure) && measure !== viewer.measure.value,
        }))}
        onChange={(measure) => (viewer.measure.value = measure)}
      />
      {'interval' in MEASURE_DESCRIPTORS[viewer.measure.value].options && (
        <Checkbox checked={viewer.interval.value} onChange={(checked) => (viewer.interval.value = checked)}>
          95 % interval
        </Checkbox>
      )}
      <EstimateLine viewer={viewer} facts={facts} />
      <AskButton viewer={viewer} canAsk={facts.lastWhole >= 0} />
    </section>
  );
}

function AskButton({ viewer, canAsk }: { viewer: Viewer; canAsk: boolean }): VNode {
  if (!viewer.asking.value) {
    return (
      <div class="ask">
        <Button onClick={viewer.ask} disabled={!canAsk}>
          Query
        </Button>
      </div>
    );
  }
  const main = viewer.answer.value?.main;
  const progress = main?.state === 'loading' ? main.progress : null;
  return (
    <div class="ask">
      <ProgressRing />
      <span class="ask-progress" role="status">
        {progress ? `${Math.round(100 * progress.fraction)} %` : ''}
      </span>
      <Button secondary onClick={viewer.cancel}>
        Cancel
      </Button>
    </div>
  );
}
