/** The rows of the trust table that are tried here, in the table's order. */
import type { TrustRow } from './row.js';
import { clocks } from './rows/clocks.js';
import { damage } from './rows/damage.js';
import { fullDisk } from './rows/fullDisk.js';
import { kills } from './rows/kills.js';
import { powerCuts } from './rows/powerCuts.js';
import { readers } from './rows/readers.js';
import { refusals } from './rows/refusals.js';
import { writers } from './rows/writers.js';

export const ROWS: readonly TrustRow[] = [kills, powerCuts, refusals, fullDisk, damage, readers, writers, clocks];
