/** Row 32: results that came with a run, beside a recording that nobody touched: none is shown as its numbers. */
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { AnalysisEngine } from '../../../src/analysis/engine.js';
import { CACHE_FOLDER, ResultCache } from '../../../src/analysis/run/resultCache.js';
import type { InterResult, MeasureRequest } from '../../../src/protocol/measure.js';
import { openRun } from '../../../src/store/reading/openRun.js';
import { seal } from '../../../src/store/format/sealedRecord.js';
import { syntheticRun } from '../../engine/syntheticRun.js';
import { startEngine } from '../engines.js';
import type { Tried, TrustRow } from '../row.js';

const REQUEST: MeasureRequest = { query: 'dCNN(-, -, -, last)', measure: 'inter' };

interface Entry {
  readonly key: string;
  readonly value: unknown;
}

interface Place {
  /** The folder of results, with those that somebody else computed. */
  readonly results: string;
  readonly run: string;
  readonly entries: readonly { readonly name: string; readonly entry: Entry }[];
  /** Of that somebody. */
  readonly secret: Buffer;
}

/** Another number in every place. */
function altered(value: unknown): unknown {
  if (typeof value === 'number') return value + 1;
  if (Array.isArray(value)) return value.map(altered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, altered(inner)]));
}

const FORGERIES: Readonly<Record<string, (place: Place) => Promise<unknown>>> = {
  'signed by somebody else': async ({ run, entries, secret }) => {
    const cache = new ResultCache(run, { secret, recording: (await openRun(run)).contentTag() });
    for (const { entry } of entries) await cache.put(entry.key, altered(entry.value));
  },
  'with a right checksum': async ({ results, entries }) => {
    for (const { name, entry } of entries)
      await writeFile(
        join(results, name),
        seal({ record: 'cached-result', key: entry.key, value: altered(entry.value) }),
      );
  },
  'altered where they stand': async ({ results, entries }) => {
    for (const { name, entry } of entries) {
      const text = await readFile(join(results, name), 'utf8');
      await writeFile(
        join(results, name),
        text.replace(JSON.stringify(entry.value), JSON.stringify(altered(entry.value))),
      );
    }
  },
  'in each other’s places': async ({ results, entries }) => {
    const texts = await Promise.all(entries.map(({ name }) => readFile(join(results, name))));
    for (const [place, { name }] of entries.entries()) await writeFile(join(results, name), texts.at(place - 1)!);
  },
  'of the largest number': ({ results }) => writeFile(join(results, `999999999999-${'0'.repeat(40)}.json`), ''),
};

async function entriesOf(results: string): Promise<Place['entries']> {
  const names = (await readdir(results)).sort();
  return Promise.all(
    names.map(async (name) => ({ name, entry: JSON.parse(await readFile(join(results, name), 'utf8')) as Entry })),
  );
}

/** An engine of a person whose files lie in `home`. */
async function engineOf(home: string): Promise<AnalysisEngine> {
  const env = { ...process.env, XDG_CACHE_HOME: home };
  return (
    await startEngine({ createWorker: (file, workerData) => new Worker(file, { workerData, execArgv: [], env }) })
  ).engine;
}

const measured = async (engine: AnalysisEngine, run: string): Promise<InterResult['values']> =>
  ((await engine.measure(run, REQUEST)) as InterResult).values;

/** `isStolen`: who shows the results has the forger's secret. */
async function forgeries(isStolen: boolean): Promise<Tried> {
  const original = await syntheticRun({ id: `forged-${isStolen}` });
  const place = await mkdtemp(join(tmpdir(), 'cnnslicer-forged-'));
  const homes = [join(place, 'forger'), join(place, isStolen ? 'forger' : 'person')] as const;
  const [forger, person] = await Promise.all(homes.map(engineOf));
  const violations: string[] = [];
  try {
    const honest = await measured(forger!, original.folder);
    const secret = await readFile(join(homes[0], 'cnnslicer', 'results.key'));
    for (const [how, forge] of Object.entries(FORGERIES)) {
      const run = join(place, how.replaceAll(/\W/g, '-'));
      await cp(original.folder, run, { recursive: true });
      const results = join(run, CACHE_FOLDER);
      await forge({ results, run, entries: await entriesOf(results), secret });
      if (!isDeepStrictEqual(await measured(person!, run), honest)) violations.push(`results ${how} were shown`);
    }
    violations.push(...(await stopped(homes[1], place)));
  } finally {
    await Promise.all([forger!.dispose(), person!.dispose()]);
    await rm(place, { recursive: true, force: true });
  }
  return { what: 'forged results', count: Object.keys(FORGERIES).length, violations };
}

/** Runs beside which the person's own results are not found again, in a new engine. */
async function stopped(home: string, place: string): Promise<string[]> {
  const engine = await engineOf(home);
  const violations: string[] = [];
  for (const how of Object.keys(FORGERIES)) {
    const { valueCount, cachedCount } = await engine.estimate(join(place, how.replaceAll(/\W/g, '-')), REQUEST);
    if (cachedCount !== valueCount) violations.push(`beside results ${how}, ${cachedCount} of ${valueCount} are kept`);
  }
  await engine.dispose();
  return violations;
}

export const forgedResults: TrustRow = {
  number: 32,
  what: 'forged results beside an unmodified recording',
  promise: 'computed again; the results of one’s own are kept and found',
  goal: 'every forgery; 0 numbers shown',
  async *check() {
    yield await forgeries(false);
  },
  async control() {
    const { violations } = await forgeries(true);
    return { what: 'a forger who knows the secret', violations };
  },
};
