/** Views read when they are needed. What a page mostly opens with is one file of the build, all others are another. */
import type { LoadView, View, ViewEntry } from './views.js';

export const lazyViews: LoadView = async (id) =>
  id === 'query' ? (await import('./query/QueryView.js')).QueryView : otherView(id);

async function otherView(id: Exclude<ViewEntry['id'], 'query'>): Promise<View> {
  return (await import('./others.js')).OTHER_VIEWS[id];
}
