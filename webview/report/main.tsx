/** Starts the views in a report, whose answers lie in the page itself. */
import { showViews } from '../showViews.js';
import { allViews } from './allViews.js';
import { reportHost } from './reportHost.js';

showViews(reportHost(), allViews);
