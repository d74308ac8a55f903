/** The frame of every view: header, the chosen view, a place for notices; and what stands there before a run is read. */
import type { VNode } from 'preact';
import { ProgressRing } from '../controls/controls.js';
import type { Viewer } from '../state/viewer.js';
import { FailureCard } from './FailureCard.js';
import { Header } from './Header.js';
import { Toast } from './Toast.js';
import { VIEW_ENTRIES } from './views.js';

export function Shell({ viewer }: { viewer: Viewer }): VNode {
  const facts = viewer.facts.value;
  const run = viewer.run.value;
  if (!facts) {
    return (
      <main class="shell-wait">
        {run.state === 'failed' ? (
          <FailureCard failure={run.failure} />
        ) : (
          <p class="waiting">
            <ProgressRing /> Reading the run…
          </p>
        )}
      </main>
    );
  }
  const entry = VIEW_ENTRIES.find((one) => one.id === viewer.view.value) ?? VIEW_ENTRIES[0];
  const View = entry.component;
  return (
    <div class="shell">
      <Header
        run={facts.description}
        views={VIEW_ENTRIES}
        current={entry.id}
        onChoose={(view) => (viewer.view.value = view)}
        onCopyLink={() => void viewer.copyLink()}
      />
      {run.state === 'failed' && <FailureCard failure={run.failure} />}
      <View viewer={viewer} facts={facts} />
      <Toast notice={viewer.notice} />
    </div>
  );
}
