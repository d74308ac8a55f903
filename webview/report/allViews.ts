/** All views in the one file of a report, which cannot read others. */
import type { LoadView } from '../views/views.js';
import { OTHER_VIEWS } from '../views/others.js';
import { QueryView } from '../views/query/QueryView.js';

export const allViews: LoadView = (id) => Promise.resolve(id === 'query' ? QueryView : OTHER_VIEWS[id]);
