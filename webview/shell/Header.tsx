/** The run's name and what was trained, and the views that there are. */
import type { VNode } from 'preact';
import type { RunDescription } from '../../src/protocol/run.js';
import { countWords, dateWords, plural } from '../text/words.js';
import type { ViewEntry } from '../views/views.js';

export interface HeaderProps {
  readonly run: RunDescription;
  readonly views: readonly ViewEntry[];
  readonly current: string;
  readonly onChoose: (view: ViewEntry['id']) => void;
  readonly onCopyLink: () => void;
}

export function Header({ run, views, current, onChoose, onCopyLink }: HeaderProps): VNode {
  return (
    <header class="header">
      <h1 class="header-name">{run.manifest.name}</h1>
      <p class="header-facts" title={`${factWords(run).join(' · ')}\n${run.summary.folder}`}>
        {factWords(run).join(' · ')}
        <StatusMark run={run} />
      </p>
      <button class="link" title="Copy a link to this view" onClick={onCopyLink}>
        Copy link
      </button>
      <nav class="header-views" role="tablist" aria-label="Views">
        {views.map((view) => (
          <button
            key={view.id}
            role="tab"
            class="tab"
            aria-selected={view.id === current}
            data-title={view.title}
            onClick={() => onChoose(view.id)}
          >
            {view.title}
          </button>
        ))}
      </nav>
    </header>
  );
}

function StatusMark({ run }: { run: RunDescription }): VNode | null {
  const { status } = run.summary;
  switch (status.state) {
    case 'recording':
      return <span class="status recording">recording</span>;
    case 'broken':
      return (
        <span class="status broken" title={status.reason}>
          broken: {status.reason}
        </span>
      );
    case 'finished':
      return status.stopped ? <span class="status">stopped</span> : null;
  }
}

/** What was trained on, how long, when, and what it is probed with. */
function factWords({ manifest, summary }: RunDescription): string[] {
  const { trainCount, validationCount, count } = manifest.probes;
  const last = Math.max(-1, ...summary.epochs);
  const planned = summary.lastEpoch !== null && last < summary.lastEpoch ? ` of ${summary.lastEpoch}` : '';
  const epochs = last < 0 ? 'no epoch yet' : planned ? `epoch ${last}${planned}` : plural(last, 'epoch');
  const trained = manifest.data.trainCount === null ? [] : [`${countWords(manifest.data.trainCount)} training samples`];
  const split =
    trainCount === 0
      ? ', none seen in training'
      : validationCount === 0
        ? ', all seen in training'
        : `, ${countWords(trainCount)} of them seen in training`;
  return [...trained, epochs, `recorded ${dateWords(manifest.createdAt)}`, `${countWords(count)} probes${split}`];
}
