/** The rows of the trust table that are tried here, in the table's order. */
import type { TrustRow } from './row.js';
import { kills } from './rows/kills.js';
import { powerCuts } from './rows/powerCuts.js';
import { fullDisk } from './rows/fullDisk.js';
import { refusals } from './rows/refusals.js';

export const ROWS: readonly TrustRow[] = [kills, powerCuts, refusals, fullDisk];
