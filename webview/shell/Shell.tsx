/** The frame of every view: header, the chosen view, a place for notices; and what stands there before a run is read. */
import type { VNode } from 'preact';
import { useContext, useEffect, useMemo, useState } from 'preact/hooks';
import { ProgressRing } from '../controls/ProgressRing.js';
import type { RunFacts } from '../state/facts.js';
import type { Viewer } from '../state/viewer.js';
import { FailureWords } from '../controls/FailureWords.js';
import { Header } from './Header.js';
import { Toast } from './Toast.js';
import { readViews, type ReadViews } from './readViews.js';
import { VIEW_ENTRIES, ViewLoader, type ViewEntry } from '../views/views.js';
import { whenIdle } from './whenIdle.js';

export function Shell({ viewer }: { viewer: Viewer }): VNode {
  const load = useContext(ViewLoader);
  // The first picture waits for the run and for its view's code: both are asked for at once.
  const views = useMemo(() => readViews(VIEW_ENTRIES, load, viewer.view), [load, viewer]);
  useEffect(() => views.dispose, [views]);
  const facts = viewer.facts.value;
  const run = viewer.run.value;
  if (!facts) {
    return (
      <main class="shell-wait">
        {run.state === 'failed' ? <FailureWords failure={run.failure} /> : <Waiting>Reading the run…</Waiting>}
      </main>
    );
  }
  const entry = VIEW_ENTRIES.find((one) => one.id === viewer.view.value) ?? VIEW_ENTRIES[0];
  return (
    <div class="shell">
      <Header
        run={facts.description}
        views={VIEW_ENTRIES}
        current={entry.id}
        onChoose={(view) => (viewer.view.value = view)}
        onCopyLink={() => void viewer.copyLink()}
      />
      {run.state === 'failed' && <FailureWords failure={run.failure} />}
      <InSight id={entry.id} viewer={viewer} facts={facts} views={views} />
      <Toast notice={viewer.notice} />
    </div>
  );
}

interface InSightProps {
  readonly id: ViewEntry['id'];
  readonly viewer: Viewer;
  readonly facts: RunFacts;
  readonly views: ReadViews;
}

/**
 * The chosen view, once the header has been painted – a view takes several times as long – and its code is there; the
 * other views' code is read when it has been drawn and nothing else is to do.
 */
function InSight({ id, viewer, facts, views }: InSightProps): VNode {
  const view = views.of(id);
  const [isFramed, setFramed] = useState(false);
  useEffect(() => setFramed(true), []);
  const isDrawn = isFramed && view.state === 'done';
  useEffect(() => {
    if (isDrawn) return whenIdle(views.readOthers);
  }, [isDrawn, views]);
  if (view.state === 'failed') return <FailureWords failure={view.failure} />;
  if (!isFramed || view.state !== 'done') return <main class="shell-wait">{null}</main>;
  const View = view.value;
  return <View viewer={viewer} facts={facts} />;
}

function Waiting({ children }: { children: string }): VNode {
  return (
    <p class="waiting">
      <ProgressRing /> {children}
    </p>
  );
}
