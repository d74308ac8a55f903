/** A run as the coordinator holds it for one request: reader, epochs, and what cached results hang on. */
import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { EpochTerm, Query } from '../../protocol/query.js';
import { parseQuery } from '../../protocol/queryText.js';
import type { EpochState, RunManifest } from '../../protocol/run.js';
import { openRun } from '../../store/reading/openRun.js';
import { plantedLink } from '../../store/safety/plantedLinks.js';
import { commitKey } from '../../store/format/records.js';
import { withComputedStatistics } from './computedStatistics.js';
import type { RunReader } from '../../store/format/runAccess.js';
import { RunFiles } from '../../store/safety/runPaths.js';
import { userFolder } from '../../system/userFolder.js';
import { factsNeeded, resolveEpochs, resolveSelection, type RunFacts, type Selection } from './resolveSelection.js';
import { ResultCache } from './resultCache.js';
import { resultSecret } from './resultSecret.js';

/** A run as it was when the coordinator opened it; another tag means open it again. */
export interface RunReference {
  readonly folder: string;
  readonly tag: string;
}

export interface OpenedRun {
  readonly reader: RunReader;
  readonly manifest: RunManifest;
  readonly epochStates: readonly EpochState[];
  readonly reference: RunReference;
  readonly cache: ResultCache;
  /** Changes when the epoch's recorded content does: a hash of its commit record. */
  epochTag(epoch: number): Promise<string>;
  /**
   * The value under the key, read once for as long as the thread lives: small facts of whole epochs,
   * which do not change. What throws is not remembered.
   */
  remember<T>(key: string, read: () => Promise<T>): Promise<T>;
}

/** One index of cached results a folder, for as long as the thread lives. */
const caches = new Map<string, ResultCache>();
/** Facts by run; a run that was recorded again under its name has another tag. */
const factsByRun = new Map<string, Map<string, Promise<unknown>>>();
/** Runs of which a thread keeps something. */
const MOST_RUNS = 16;
const COMMIT_LIMIT = 2 ** 26;

let keepsResults = true;

/** For this thread, before the first run is opened. */
export function keepResults(keeps: boolean): void {
  keepsResults = keeps;
}

/** Opened anew for each request: a run may grow, or be deleted and recorded again under its name. */
export async function openedRun(folder: string): Promise<OpenedRun> {
  const reader = withComputedStatistics(await openRun(folder));
  const { epochStates, manifest } = await reader.describe();
  // A folder may be named by way of links; inside a run none is followed.
  const root = await realpath(reader.folder);
  const files = new RunFiles(root);
  const tags = new Map<number, Promise<string>>();
  const reference = { folder: reader.folder, tag: hash(Buffer.from(JSON.stringify(manifest))) };
  const facts = newestOf(factsByRun, `${reference.tag} ${reference.folder}`, () => new Map<string, Promise<unknown>>());
  const readTag = async (epoch: number): Promise<string> => hash(await files.readAll(commitKey(epoch), COMMIT_LIMIT));
  return {
    reader,
    manifest,
    epochStates,
    reference,
    cache: cacheOf(root, reader),
    epochTag: (epoch) => remember(tags, epoch, () => readTag(epoch)),
    remember: <T>(key: string, read: () => Promise<T>) => {
      const value = remember(facts, key, read) as Promise<T>; // one kind of value a key
      value.catch(() => facts.delete(key));
      return value;
    },
  };
}

/** `root` is the run folder's real path; what is reached by a planted link is read and not written. */
function cacheOf(root: string, reader: RunReader): ResultCache {
  const writes = keepsResults && plantedLink(reader.folder) === null;
  const recording = reader.contentTag();
  return newestOf(caches, `${writes} ${recording} ${root}`, () => {
    const secret = resultSecret(join(userFolder(process.env), 'results.key'), writes);
    return new ResultCache(root, { secret, recording, writes });
  });
}

/** `epochs` instead of the query's own, when given. Throws a QueryError for a text that is no query, a Failure for what the run does not have. */
export async function selectionOf(
  run: OpenedRun,
  text: string,
  epochs?: EpochTerm,
): Promise<{ query: Query; selection: Selection; labels: Int32Array }> {
  const { manifest, reader } = run;
  const layerNames = manifest.layers.map(({ name }) => name);
  const parsed = parseQuery(text, { layerNames, classNames: manifest.classNames });
  const query = epochs ? { ...parsed, epochs } : parsed;
  const needed = factsNeeded(query);
  const isClassification = manifest.task === 'classification';
  const labels = isClassification ? await reader.readLabels() : new Int32Array(0);
  const facts: RunFacts = {
    manifest,
    epochStates: run.epochStates,
    labels,
    splits: needed.splits ? await reader.readSplits() : new Uint8Array(0),
    predictions: needed.predictions && isClassification ? await predictionsOf(run, query) : new Map(),
  };
  return { query, selection: resolveSelection(query, facts), labels };
}

/** An epoch whose predictions are damaged is left out, so that the others are still answered. */
async function predictionsOf(run: OpenedRun, query: Query): Promise<Map<number, Int32Array>> {
  const predictions = new Map<number, Int32Array>();
  for (const { epoch, state } of resolveEpochs(query, run)) {
    const read = state === 'whole' ? await run.reader.readPredictions(epoch).catch(() => null) : null;
    if (read) predictions.set(epoch, read);
  }
  return predictions;
}

/** As `remember`, for the few runs that were asked for last. */
function newestOf<V>(map: Map<string, V>, key: string, make: () => V): V {
  const value = map.get(key) ?? make();
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > MOST_RUNS && oldest !== undefined) map.delete(oldest);
  return value;
}

function remember<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32);
}
