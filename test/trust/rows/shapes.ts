/** Row 12: shapes that are too large, negative, no numbers, or overflow: refused before anything is allocated. */
import { join, dirname } from 'node:path';
import { mkdir, writeFile } from 'node:fs/promises';
import { Failure } from '../../../src/protocol/failure.js';
import { readIdx } from '../../../src/data/idx.js';
import { readNpyFile } from '../../../src/data/npy.js';
import { readImage } from '../../../src/data/image/decodeImage.js';
import { seededRandom } from '../../../src/recorder/model/seededRandom.js';
import { checkedManifest, ManifestProblem } from '../../../src/store/format/manifestChecks.js';
import { idx, npy, png } from '../../data/makeFiles.js';
import { sampleManifest, temporaryRuns } from '../../store/sampleRun.js';
import { type Tried, type TrustRow } from '../row.js';

const MILLISECONDS = 50;
const MEBIBYTES = 16;
const SIZES = [1e12, -1, NaN, 2 ** 53 + 2, 2 ** 53, Infinity, 0.5, 2 ** 41, 2 ** 50, -(2 ** 31), 1e300];
type Random = (bound: number) => number;
/** Tries something that must be refused; false where the size happens to be a good one. */
type Attempt = (random: Random) => Promise<unknown>;

const isRefusal = (error: unknown): boolean => error instanceof Failure || error instanceof ManifestProblem;

/** Processor time, since a busy machine is no fault of ours; memory outside the heap, where arrays lie. */
async function measured(attempt: () => Promise<unknown>): Promise<string[]> {
  const memory = process.memoryUsage().arrayBuffers;
  const started = process.cpuUsage();
  const outcome = await attempt().then(
    () => 'it was not refused',
    (error: unknown) => (isRefusal(error) ? null : `refused as ${String(error)}`),
  );
  const { user, system } = process.cpuUsage(started);
  const milliseconds = (user + system) / 1000;
  const mebibytes = (process.memoryUsage().arrayBuffers - memory) / 2 ** 20;
  return [
    ...(outcome === null ? [] : [outcome]),
    ...(milliseconds > MILLISECONDS ? [`${milliseconds.toFixed(0)} ms`] : []),
    ...(mebibytes > MEBIBYTES ? [`${mebibytes.toFixed(0)} MiB`] : []),
  ];
}

const PLACES: readonly (readonly (string | number)[])[] = [
  ['layers', 1, 'channelCount'],
  ['layers', 1, 'mapShape', 0],
  ['layers', 2, 'mapShape', 0],
  ['layers', 3, 'channelCount'],
  ['probes', 'count'],
  ['plan', 'lastEpoch'],
  ['plan', 'mapSampleCount'],
  ['layers', 1, 'weights', 0, 'shape', 0],
  ['layers', 2, 'weights', 1, 'shape', 0],
];

const manifests: Attempt = async (random) => {
  const manifest = structuredClone(sampleManifest()) as unknown as Record<string | number, unknown>;
  const place = PLACES[random(PLACES.length)]!;
  let at = manifest;
  for (const step of place.slice(0, -1)) at = at[step] as Record<string | number, unknown>;
  at[place.at(-1)!] = SIZES[random(SIZES.length)];
  return checkedManifest(manifest);
};

/** Each size may be; their product may not. */
const overflows: Attempt = async (random) => {
  const manifest = structuredClone(sampleManifest());
  const layer = manifest.layers[1]!;
  const side = 2 ** (16 + random(10));
  return checkedManifest({
    ...manifest,
    layers: manifest.layers.map((one) => (one === layer ? { ...one, mapShape: [side, side, side] } : one)),
  });
};

const files = (folder: string): Record<string, Attempt> => {
  const read = async (name: string, bytes: Buffer, reader: (file: string) => Promise<unknown>): Promise<unknown> => {
    await writeFile(join(folder, name), bytes);
    return reader(join(folder, name));
  };
  const sizes = (random: Random): number[] => Array.from({ length: 1 + random(3) }, () => SIZES[random(SIZES.length)]!);
  return {
    npy: (random) => read('x.npy', npy('<f4', sizes(random), new Uint8Array(64)), readNpyFile),
    IDX: (random) => read('x-idx3', idx([2 ** 31 + random(2 ** 30), 1 + random(2 ** 31)], new Uint8Array(64)), readIdx),
    PNG: (random) =>
      read(
        'x.png',
        png({ width: 2 ** 17 + random(2 ** 30), height: 2 ** 16 + random(2 ** 30), raw: Buffer.alloc(64) }),
        readImage,
      ),
  };
};

async function attack(what: string, attempt: Attempt, count: number): Promise<Tried> {
  const tried = (i: number) => measured(() => attempt(seededRandom(12 + 1000 * i)));
  const violations: string[] = [];
  await tried(0).catch(() => undefined); // what is compiled at the first call is no allocation for it
  for (let i = 0; i < count; i++) {
    let found = await tried(i);
    // Garbage that is collected meanwhile is that of others, and not there again.
    if (found.length > 0) found = await tried(i);
    violations.push(...found.map((one) => `${what} ${i}: ${one}`));
  }
  return { what, count, violations };
}

async function folderForFiles(): Promise<string> {
  const folder = dirname(await temporaryRuns());
  await mkdir(folder, { recursive: true });
  return folder;
}

export const shapes: TrustRow = {
  number: 12,
  what: 'shapes of 1e12, negative, NaN, 2^53, overflowing products',
  promise: 'refused before allocation',
  goal: '5,000 cases, ≤ 50 ms, ≤ 16 MB',
  async *check(effort) {
    yield attack('manifests', manifests, effort.count(200, 2500));
    yield attack('products that overflow', overflows, effort.count(50, 500));
    for (const [what, attempt] of Object.entries(files(await folderForFiles())))
      yield attack(what, attempt, effort.count(60, 700));
  },
  async control() {
    const kept: Float32Array[] = [];
    const believes: Attempt = async (random) => {
      kept.push(new Float32Array(2 ** 23 + random(2 ** 20)));
      throw new ManifestProblem('is refused too late');
    };
    const { violations } = await attack('a loader', believes, 5);
    return { what: 'a loader that allocates before it checks', violations };
  },
};
