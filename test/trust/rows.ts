/** The rows of the trust table that are tried here, in the table's order. */
import type { TrustRow } from './row.js';
import { addresses } from './rows/addresses.js';
import { bombs } from './rows/bombs.js';
import { clocks } from './rows/clocks.js';
import { codeFiles } from './rows/codeFiles.js';
import { damage } from './rows/damage.js';
import { extensionNames } from './rows/extensionNames.js';
import { forgedResults } from './rows/forgedResults.js';
import { fullDisk } from './rows/fullDisk.js';
import { graphs } from './rows/graphs.js';
import { hostileManifests } from './rows/hostileManifests.js';
import { pythonHooks } from './rows/pythonHooks.js';
import { pythonPipes } from './rows/pythonPipes.js';
import { pythonKills } from './rows/pythonKills.js';
import { hosts } from './rows/hosts.js';
import { hostKills } from './rows/hostKills.js';
import { hostileText } from './rows/hostileText.js';
import { kills } from './rows/kills.js';
import { links } from './rows/links.js';
import { lostOutput } from './rows/lostOutput.js';
import { manyFiles } from './rows/manyFiles.js';
import { memory } from './rows/memory.js';
import { messages } from './rows/messages.js';
import { methods } from './rows/methods.js';
import { names } from './rows/names.js';
import { numbers } from './rows/numbers.js';
import { parsers } from './rows/parsers.js';
import { plantedLinks } from './rows/plantedLinks.js';
import { powerCuts } from './rows/powerCuts.js';
import { readers } from './rows/readers.js';
import { readOnly } from './rows/readOnly.js';
import { restrictedMode } from './rows/restrictedMode.js';
import { refusals } from './rows/refusals.js';
import { scripts } from './rows/scripts.js';
import { shapes } from './rows/shapes.js';
import { slowReaders } from './rows/slowReaders.js';
import { viewers } from './rows/viewers.js';
import { writers } from './rows/writers.js';

export const ROWS: readonly TrustRow[] = [
  ...[kills, powerCuts, refusals, fullDisk, memory, damage, readers],
  ...[parsers, writers, clocks, readOnly, shapes, numbers],
  ...[hostileText, links, addresses, hosts, methods, messages],
  ...[names, extensionNames, restrictedMode, graphs, manyFiles, bombs, codeFiles, scripts, viewers, hostKills],
  ...[lostOutput, slowReaders],
  ...[plantedLinks, hostileManifests, forgedResults],
  ...[pythonKills, pythonPipes, pythonHooks],
];
