/** The code of the views: of the one in sight at once, of all others when the page rests, so that a tab switches without waiting. */
import { effect, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { FailureParts } from '../../src/protocol/failure.js';
import { EMPTY, type Loadable } from '../state/loadable.js';
import type { LoadView, View, ViewEntry } from '../views/views.js';

export interface ReadViews {
  /** What has been read of a view; empty for what is none. */
  of(id: ViewEntry['id']): Loadable<View>;
  /** Reads those that have not been read yet. */
  readOthers(): void;
  dispose(): void;
}

/** A view that could not be read is tried again when it is chosen again. */
export function readViews(
  entries: readonly ViewEntry[],
  load: LoadView,
  inSight: ReadonlySignal<ViewEntry['id']>,
): ReadViews {
  const views = new Map(entries.map((entry) => [entry.id, signal<Loadable<View>>(EMPTY)]));
  const read = (entry: ViewEntry): void => void readInto(views.get(entry.id)!, entry, load); // one signal an entry
  const dispose = effect(() => {
    const entry = entries.find(({ id }) => id === inSight.value);
    if (entry) read(entry);
  });
  return { of: (id) => views.get(id)?.value ?? EMPTY, readOthers: () => entries.forEach(read), dispose };
}

async function readInto(view: Signal<Loadable<View>>, { id, title }: ViewEntry, load: LoadView): Promise<void> {
  if (['loading', 'done'].includes(view.peek().state)) return;
  view.value = { state: 'loading', progress: null, previous: null };
  try {
    view.value = { state: 'done', value: await load(id) };
  } catch (error) {
    view.value = { state: 'failed', failure: unread(title, error) };
  }
}

/** The page is older than the files: a new version was installed, or its server has ended. */
function unread(title: string, error: unknown): FailureParts {
  return {
    kind: 'environment',
    doing: `reading the view "${title}"`,
    wrong: error instanceof Error ? error.message : String(error),
    tryThis: 'Close this page and open the run again.',
  };
}
