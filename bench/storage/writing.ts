/**
 * The recorder's writer – shards, checksums, syncs, commit records – against one flat file of as many bytes that
 * is synced as often, in turns in one process. In float32 and in float16, whose halves the writer is given as bits.
 */
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunManifest } from '../../src/protocol/run.js';
import { createRun } from '../../src/store/writing/createRun.js';
import { toFloat16 } from '../../src/store/format/float16.js';
import { nodeFileSystem, type FileSystem } from '../../src/store/safety/fileSystem.js';
import type { EpochRecord } from '../../src/store/format/runAccess.js';
import { largeManifest } from '../generate/largeManifest.js';
import { LARGE } from '../generate/largeRun.js';
import { noiseEpoch, noiseProbes } from '../generate/noiseEpoch.js';
import { median, type Row } from '../row.js';

const SIZES = { ...LARGE, layers: 4, channels: 64, side: 14, probes: 1000, epochs: 2 };
const ROUNDS = 5;
/** Of the flat file's speed. */
const LEAST = 0.7;
const WRITTEN_AT_ONCE = 2 ** 20;

interface Writing {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly bytes: number;
  readonly syncs: number;
}

export async function benchWriting(): Promise<Row[]> {
  return [await rowOf('float32'), await rowOf('float16')];
}

async function rowOf(precision: RunManifest['plan']['precision']): Promise<Row> {
  const generated = largeManifest('/', 0, SIZES);
  const manifest = { ...generated, plan: { ...generated.plan, precision } };
  const epochs = Array.from({ length: SIZES.epochs + 1 }, (_, epoch) => stored(noiseEpoch(manifest, epoch), precision));
  const [runs, flats]: [Writing[], Writing[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    const written = await inFolder((folder) => writeRun(folder, manifest, epochs));
    runs.push(written);
    flats.push(await inFolder((folder) => writeFlat(folder, written)));
  }
  const speed = (all: readonly Writing[]): number => median(all.map(({ bytes, seconds }) => bytes / seconds / 1e9));
  const cpu = (all: readonly Writing[]): number => median(all.map(({ cpuSeconds }) => cpuSeconds));
  console.log(`${precision}: processor ${cpu(runs).toFixed(2)} s against ${cpu(flats).toFixed(2)} s of the flat file`);
  return {
    section: 'writing',
    what: `epochs written, ${precision}, ${runs[0].syncs} syncs`,
    ours: speed(runs),
    peer: speed(flats),
    peerName: 'a flat file that syncs as often',
    unit: 'GB/s',
    goal: LEAST,
  };
}

/** As the recorder hands it over: it rounds maps as they come from the network. */
function stored(record: EpochRecord, precision: RunManifest['plan']['precision']): EpochRecord {
  if (precision === 'float32') return record;
  return { ...record, layers: record.layers.map((layer) => ({ ...layer, maps: layer.maps && halves(layer.maps) })) };
}

function halves(maps: Float32Array | Uint16Array): Uint16Array {
  if (maps instanceof Uint16Array) return maps;
  const bits = new Uint16Array(maps.length);
  toFloat16(maps, 0, maps.length, bits, 0);
  return bits;
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'cnnslicer-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function timed(work: () => Promise<void>): Promise<Pick<Writing, 'seconds' | 'cpuSeconds'>> {
  const [begin, before] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(before);
  return { seconds: (performance.now() - begin) / 1000, cpuSeconds: (user + system) / 1e6 };
}

async function writeRun(folder: string, manifest: RunManifest, epochs: readonly EpochRecord[]): Promise<Writing> {
  const counted = { syncs: 0 };
  const writer = await createRun(folder, manifest, noiseProbes(manifest), { fileSystem: counting(counted) });
  counted.syncs = 0;
  let bytes = 0;
  const times = await timed(async () => {
    for (const epoch of epochs) bytes += (await writer.writeEpoch(epoch)).byteCount;
  });
  return { ...times, bytes, ...counted };
}

/** Counts syncs of files and of folders. */
function counting(counted: { syncs: number }): FileSystem {
  return {
    ...nodeFileSystem,
    create: async (path) => {
      const file = await nodeFileSystem.create(path);
      return {
        write: (bytes) => file.write(bytes),
        close: () => file.close(),
        sync: () => {
          counted.syncs++;
          return file.sync();
        },
      };
    },
    syncFolder: (path) => {
      counted.syncs++;
      return nodeFileSystem.syncFolder(path);
    },
  };
}

async function writeFlat(folder: string, { bytes, syncs }: Writing): Promise<Writing> {
  const part = new Uint8Array(WRITTEN_AT_ONCE).fill(1);
  const file = await open(join(folder, 'flat'), 'wx');
  try {
    const times = await timed(async () => {
      let done = 0;
      for (let sync = 1; sync <= syncs; sync++) {
        const until = Math.round((bytes * sync) / syncs);
        while (done < until) done += (await file.write(part, 0, Math.min(part.length, until - done))).bytesWritten;
        await file.sync();
      }
    });
    return { ...times, bytes, syncs };
  } finally {
    await file.close();
  }
}
