/** Row 31: manifests and records that are small when packed and huge when read: listed in bounded time and memory. */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { largeManifest } from '../../../bench/generate/largeManifest.js';
import type { RunSummary } from '../../../src/protocol/run.js';
import { checksumText, crc32c } from '../../../src/store/format/checksum.js';
import { JSON_VALUE_LIMIT } from '../../../src/store/safety/boundedJson.js';
import { createRun } from '../../../src/store/writing/createRun.js';
import { rootGroup } from '../../../src/store/format/zarrMetadata.js';
import { smallManifest } from '../../faults/smallRun.js';
import { sampleEpoch, sampleProbes } from '../../store/sampleRun.js';
import type { Tried, TrustRow } from '../row.js';

const SECONDS = 1;
const MEGABYTES = 512;
/** Of text; packed, a thousandth of it. */
const HUGE = 20e6;
/** Just below what is read: bytes, and values. */
const ALLOWED = 8e6;
const FEW_ENOUGH = JSON_VALUE_LIMIT - 1000;

const lists = (bytes: number): string => `[${'[],'.repeat(bytes / 3)}0]`;
const numbers = (bytes: number): string => `[${'0,'.repeat(bytes / 2)}0]`;
const nested = (bytes: number): string => '['.repeat(bytes / 2) + ']'.repeat(bytes / 2);
const keys = (count: number, value: string): string =>
  `{${Array.from({ length: count }, (_, i) => `"${i.toString(36)}":${value}`).join()}}`;

/** An honest manifest with one member of another value, as text. */
function manifestWith(member: string, value: string): string {
  const rest = Object.fromEntries(Object.entries(smallManifest('small')).filter(([name]) => name !== member));
  return `{"attributes":{"cnnslicer":${JSON.stringify(rest).slice(0, -1)},"${member}":${value}}}}`;
}

function classesByLayers(): string {
  const sizes = { layers: 2000, channels: 1, side: 1, probes: 1, epochs: 1, classes: 60_000 };
  return rootGroup(largeManifest('/', 0, sizes));
}

/** Text by file of the run; every file gets a seal, and the manifest a record that vouches for it. */
type Forged = Readonly<Record<string, () => string>>;

const entry = '{"length":1,"crc32c":"00000000"}';
const commit = (members: string): string =>
  `{"record":"epoch","version":1,"run":"${'0'.repeat(32)}","epoch":0,${members}`;

const CASES: Readonly<Record<string, Forged>> = {
  'empty lists': { 'zarr.json': () => lists(60e6) },
  'empty lists where names of classes belong': { 'zarr.json': () => manifestWith('classNames', lists(ALLOWED)) },
  'numbers where names of classes belong': { 'zarr.json': () => manifestWith('classNames', numbers(2 * FEW_ENOUGH)) },
  'a wall of brackets': { 'zarr.json': () => manifestWith('layers', nested(ALLOWED)) },
  'brackets that are few enough': { 'zarr.json': () => manifestWith('layers', nested(2 * FEW_ENOUGH)) },
  'layers of nothing': { 'zarr.json': () => manifestWith('layers', `[${'{},'.repeat(4999)}{}]`) },
  'packages without end': { 'zarr.json': () => manifestWith('packages', keys(FEW_ENOUGH, '0')) },
  'one long text': { 'zarr.json': () => manifestWith('name', `"${'x'.repeat(HUGE)}"`) },
  'an end of empty lists': { 'end.json': () => `{"record":"end","x":${lists(HUGE)}` },
  'a base record of empty lists': { 'commits/base-0000.json': () => `{"record":"base","x":${lists(HUGE)}` },
  'an epoch of empty lists': { 'commits/000000.json': () => commit(`"keys":${lists(HUGE)}`) },
  'an epoch of files without end': { 'commits/000000.json': () => commit(`"keys":${keys(160_000, entry)}`) },
};

/** What is read as it is, and costs little all the same. */
const SOUND: Readonly<Record<string, Forged>> = { 'classes in all layers': { 'zarr.json': classesByLayers } };

const sealed = (open: Buffer): Buffer =>
  Buffer.concat([open, Buffer.from(`,"crc32c":"${checksumText(crc32c(open))}"}\n`)]);

function forge(run: string, forged: Forged): void {
  for (const [name, text] of Object.entries(forged)) {
    const bytes = Buffer.from(text());
    writeFileSync(join(run, name), name === 'zarr.json' ? bytes : sealed(bytes));
    if (name !== 'zarr.json') continue;
    const file = join(run, 'commits', 'base-0000.json');
    const base = JSON.parse(readFileSync(file, 'utf8')) as { crc32c?: string; keys: Record<string, unknown> };
    delete base.crc32c;
    base.keys['zarr.json'] = { length: bytes.length, crc32c: checksumText(crc32c(bytes)) };
    writeFileSync(file, sealed(Buffer.from(JSON.stringify(base).slice(0, -1))));
  }
}

interface Listed {
  readonly runs: readonly Pick<RunSummary, 'id' | 'status' | 'epochs'>[];
  readonly seconds: number;
  readonly megabytes: number;
}

/** A program that lists the runs of a folder and says what that took, start of the process apart. */
async function lister(place: string, list: string): Promise<string> {
  const outfile = join(place, 'list.mjs');
  const contents = `import { peakMemory } from './test/setup/peakMemory.mjs';
    ${list}
    await list(process.argv[3]);
    const before = process.cpuUsage();
    const runs = await list(process.argv[2]);
    const { user, system } = process.cpuUsage(before);
    const megabytes = peakMemory() / 1e6;
    console.log(JSON.stringify({ runs: runs.map(({ id, status, epochs }) => ({ id, status, epochs })), seconds: (user + system) / 1e6, megabytes }));`;
  const stdin = { contents, resolveDir: process.cwd(), loader: 'ts' } as const;
  await build({ stdin, outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'silent' });
  return outfile;
}

function violationsOf({ runs, seconds, megabytes }: Listed, isSound: boolean): string[] {
  const [run] = runs;
  const isTold = (run?.status.state === 'broken' && run.status.reason.length < 1000) || run?.epochs.length === 0;
  return [
    ...(runs.length === 1 ? [] : [`${runs.length} runs are listed`]),
    ...(isTold === isSound ? [`it is ${isSound ? 'damaged' : 'whole'}`] : []),
    ...(seconds <= SECONDS ? [] : [`${seconds.toFixed(1)} s of processor time`]),
    ...(megabytes <= MEGABYTES ? [] : [`${megabytes.toFixed(0)} MB`]),
  ];
}

async function tried(cases: Readonly<Record<string, Forged>>, list: string): Promise<Tried> {
  // In memory where there is such a place: only reading is tried here.
  const place = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'cnnslicer-huge-'));
  const violations: string[] = [];
  try {
    const program = await lister(place, list);
    const manifest = smallManifest('small');
    const writer = await createRun(join(place, 'honest'), manifest, sampleProbes(manifest));
    await writer.writeEpoch(sampleEpoch(manifest, 0));
    await writer.end({ state: 'finished', stopped: false });
    for (const [name, forged] of Object.entries(cases)) {
      const runs = join(place, 'forged');
      cpSync(writer.folder, join(runs, 'run'), { recursive: true });
      forge(join(runs, 'run'), forged);
      const { stdout } = await promisify(execFile)(process.execPath, [program, runs, join(place, 'honest')]);
      const listed = JSON.parse(stdout) as Listed;
      violations.push(...violationsOf(listed, name in SOUND).map((one) => `${name}: ${one}`));
      rmSync(runs, { recursive: true });
    }
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
  return { what: 'manifests and records, listed', count: Object.keys(cases).length, violations };
}

export const hostileManifests: TrustRow = {
  number: 31,
  what: 'manifests and records of millions of values',
  promise: 'listed as damaged, with the reason, before they are parsed',
  goal: '≤ 1 s of processor time, ≤ 512 MB',
  async *check() {
    yield await tried({ ...CASES, ...SOUND }, `import { listRuns as list } from './src/store/runs/listRuns.ts';`);
  },
  async control() {
    // Broken on purpose: everything is parsed before it is looked at.
    const list = `import { readFileSync } from 'node:fs';
      import { listRuns } from './src/store/runs/listRuns.ts';
      const list = async (runs) => (runs.endsWith('honest') || JSON.parse(readFileSync(runs + '/run/zarr.json', 'utf8'))) && listRuns(runs);`;
    const { violations } = await tried({ 'empty lists': { 'zarr.json': () => lists(HUGE) } }, list);
    return { what: 'a reader that parses before it checks', violations };
  },
};
