/** The views that exist. A new one is a folder under views/, a line here and in the two places that bring their code. */
import { createContext, type ComponentType } from 'preact';
import type { ViewState } from '../../src/protocol/viewer.js';
import type { RunFacts } from '../state/facts.js';
import type { Viewer } from '../state/viewer.js';

export interface ViewProps {
  readonly viewer: Viewer;
  readonly facts: RunFacts;
}

export interface ViewEntry {
  readonly id: ViewState['view'];
  readonly title: string;
}

export const VIEW_ENTRIES: readonly [ViewEntry, ...ViewEntry[]] = [
  { id: 'query', title: 'Query' },
  { id: 'training', title: 'Training' },
  { id: 'layers', title: 'Layers' },
  { id: 'channels', title: 'Channels' },
  { id: 'network', title: 'Network' },
  { id: 'information', title: 'Information' },
  { id: 'compare', title: 'Compare' },
];

export type View = ComponentType<ViewProps>;

/** Brings a view's code: from files of their own (lazyViews.ts), or all of it in one (report/allViews.ts). */
export type LoadView = (id: ViewEntry['id']) => Promise<View>;

export const ViewLoader = createContext<LoadView>((id) => Promise.reject(new Error(`nobody brings the view ${id}`)));
