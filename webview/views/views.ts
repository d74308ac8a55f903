/** The views, as the frame and the pages that bring their code know them. */
import { createContext, type ComponentType } from 'preact';
import { VIEW_TITLES, VIEWS, type ViewId } from '../../src/protocol/viewState.js';
import type { RunFacts } from '../state/facts.js';
import type { Viewer } from '../state/viewer.js';

export interface ViewProps {
  readonly viewer: Viewer;
  readonly facts: RunFacts;
}

export interface ViewEntry {
  readonly id: ViewId;
  readonly title: string;
}

export const VIEW_ENTRIES: readonly ViewEntry[] = VIEWS.map((id) => ({ id, title: VIEW_TITLES[id] }));

export type View = ComponentType<ViewProps>;

/** Brings a view's code: from files of their own (lazyViews.ts), or all of it in one (report/allViews.ts). */
export type LoadView = (id: ViewId) => Promise<View>;

export const ViewLoader = createContext<LoadView>((id) => Promise.reject(new Error(`nobody brings the view ${id}`)));
