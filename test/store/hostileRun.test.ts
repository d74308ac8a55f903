/** A run folder made to do harm: nothing outside it is read, nothing is allocated for it, nothing waits. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { largeManifest } from '../../bench/generate/largeManifest.js';
import type { RunManifest } from '../../src/protocol/run.js';
import { checksumText, crc32c } from '../../src/store/format/checksum.js';
import { parseBounded } from '../../src/store/safety/boundedJson.js';
import { createRun } from '../../src/store/writing/createRun.js';
import { chunkKey, runArrays } from '../../src/store/format/layout.js';
import { checkedManifest, LAYER_LIMIT, ManifestProblem } from '../../src/store/format/manifestChecks.js';
import { openRun } from '../../src/store/reading/openRun.js';
import { isPathInside, pathSegment } from '../../src/store/safety/runPaths.js';
import { seal } from '../../src/store/format/sealedRecord.js';
import { rootGroup, runMetadata } from '../../src/store/format/zarrMetadata.js';
import { readEverything } from './readEverything.js';
import { removeFolders, sampleEpoch, sampleManifest, sampleProbes, temporaryRuns } from './sampleRun.js';

const MAPS = 'layers/001-layer_1/activations/c.0.0.0.0.0';

async function writtenRun(): Promise<string> {
  const manifest = sampleManifest({ lastEpoch: 0 });
  const writer = await createRun(await temporaryRuns(), manifest, sampleProbes(manifest));
  await writer.writeEpoch(sampleEpoch(manifest, 0));
  return writer.folder;
}

/** Puts another manifest in a run, with records that vouch for it, as an attacker would. */
async function forgeManifest(folder: string, change: (manifest: Record<string, unknown>) => void): Promise<void> {
  const path = join(folder, 'zarr.json');
  const root = JSON.parse(await readFile(path, 'utf8')) as { attributes: { cnnslicer: Record<string, unknown> } };
  change(root.attributes.cnnslicer);
  const bytes = Buffer.from(JSON.stringify(root));
  await writeFile(path, bytes);
  await forgeRecord(folder, 'commits/base-0000.json', (record) => {
    record.keys['zarr.json'] = { length: bytes.length, crc32c: checksumText(crc32c(bytes)) };
  });
}

interface ForgedRecord extends Record<string, unknown> {
  keys: Record<string, { length: number; crc32c: string; tail?: string }>;
}

async function forgeRecord(folder: string, file: string, change: (record: ForgedRecord) => void): Promise<void> {
  const record = JSON.parse(await readFile(join(folder, file), 'utf8')) as ForgedRecord;
  delete record['crc32c'];
  change(record);
  await writeFile(join(folder, file), seal(record));
}

function fields(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([name, inner]) =>
    fields(inner, [...path, Array.isArray(value) ? Number(name) : name]),
  );
}

function withField(manifest: RunManifest, path: readonly (string | number)[], value: unknown): unknown {
  const copy = structuredClone(manifest) as unknown as Record<string | number, unknown>;
  let at = copy;
  for (const step of path.slice(0, -1)) at = at[step] as Record<string | number, unknown>;
  at[path.at(-1)!] = value;
  return copy;
}

describe('a manifest from elsewhere', () => {
  const manifest = sampleManifest();

  it('is taken as it is when nothing is wrong with it', () => assert.deepEqual(checkedManifest(manifest), manifest));

  it('of 5000 layers with four weights each and an epoch of it stay below what is read', () => {
    const sizes = { layers: LAYER_LIMIT - 1, channels: 4, side: 8, probes: 40, epochs: 3000, classes: 10 };
    const plain = largeManifest('/home/somebody/project', 0, sizes);
    const layers = plain.layers.map((layer) => ({
      ...layer,
      weights: [...layer.weights, ...layer.weights.map(({ path, ...rest }) => ({ ...rest, path: `${path}_2` }))],
    }));
    const large = { ...plain, layers };
    const root = parseBounded(Buffer.from(rootGroup(large))) as { attributes: { cnnslicer: RunManifest } };
    assert.equal(checkedManifest(root.attributes.cnnslicer).layers.length, LAYER_LIMIT);
    const entry = { length: 1_000_000, crc32c: '00000000', tail: '00000000' };
    const listed = (keys: readonly string[]): object => Object.fromEntries(keys.map((key) => [key, entry]));
    const arrays = runArrays(large).filter(({ byEpoch }) => byEpoch);
    parseBounded(Buffer.from(seal({ keys: listed([...runMetadata(large).keys()]) })));
    parseBounded(Buffer.from(seal({ keys: listed(arrays.map((array) => chunkKey(array, 2999))) })));
  });

  const escapes = [
    '../x',
    'layers/../../x',
    '/etc/passwd',
    'layers//x',
    'layers/./x',
    'layers/x\\y',
    'C:/x',
    'layers/\u0000',
    'layers/',
    '',
  ];
  it('is refused when a path leaves the run: every path field, every way out', () => {
    const paths = [
      ['layers', 1, 'path'],
      ['layers', 1, 'weights', 0, 'path'],
    ];
    for (const path of paths) {
      for (const escape of escapes)
        assert.throws(() => checkedManifest(withField(manifest, path, escape)), ManifestProblem, escape);
    }
  });

  it('is refused when two arrays would lie in one place', () => {
    const [first, second] = [manifest.layers[1]!.weights[0]!.path, `${manifest.layers[2]!.path}/values`];
    for (const taken of [first, second, first.toUpperCase(), `${first}/inner`, `${second}/zarr`]) {
      if (!taken.startsWith('layers/')) continue;
      assert.throws(
        () => checkedManifest(withField(manifest, ['layers', 1, 'weights', 1, 'path'], taken)),
        ManifestProblem,
        taken,
      );
    }
  });

  it('is refused for sizes that cannot be, or that overflow when multiplied', () => {
    const sizes = [-1, 0.5, NaN, Infinity, 2 ** 53, 2 ** 41, '7', null];
    const places = [
      ['layers', 1, 'channelCount'],
      ['layers', 1, 'mapShape', 0],
      ['probes', 'count'],
      ['plan', 'lastEpoch'],
      ['layers', 1, 'weights', 0, 'shape', 0],
    ];
    for (const place of places) {
      for (const size of sizes)
        assert.throws(
          () => checkedManifest(withField(manifest, place, size)),
          ManifestProblem,
          `${place.join('.')} = ${size}`,
        );
    }
    assert.throws(
      () => checkedManifest(withField(manifest, ['layers', 1, 'mapShape'], [2 ** 20, 2 ** 20, 2 ** 20])),
      ManifestProblem,
    );
  });

  it('never makes the check crash, whichever field holds what', () => {
    const values = [
      null,
      {},
      [],
      '',
      'x'.repeat(10_000),
      -1,
      2 ** 53,
      true,
      { toString: 1 },
      JSON.parse('{"__proto__": {"a": 1}}') as unknown,
    ];
    for (const path of fields(manifest)) {
      for (const value of values) {
        try {
          checkedManifest(withField(manifest, path, value));
        } catch (error) {
          assert.ok(error instanceof ManifestProblem, `${path.join('.')}: ${String(error)}`);
        }
      }
    }
  });
});

describe('a run folder from elsewhere', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await writtenRun();
  });
  afterEach(removeFolders);

  const readMaps = async (): Promise<void> => {
    const run = await openRun(folder);
    await run.readMaps({ layer: 1, epoch: 0, samples: [0], channels: [0] }, new Float32Array(25));
  };
  const refused = (file: string) => assert.rejects(readMaps(), { kind: 'damaged' }, file);

  it('is not read through a link, to a file or to a folder', async () => {
    const outside = join(dirname(folder), 'outside');
    await rename(join(folder, MAPS), outside);
    await symlink(outside, join(folder, MAPS));
    await refused('file');
    await rm(join(folder, MAPS));
    await rename(outside, join(folder, MAPS));
    await readMaps();
    await rename(dirname(join(folder, MAPS)), outside);
    await symlink(outside, dirname(join(folder, MAPS)));
    await refused('folder');
  });

  it('is not waited for when it holds a pipe, and devices are not opened', async () => {
    for (const replacement of ['pipe', '/dev/zero', '/dev/tty']) {
      for (const file of [MAPS, 'zarr.json', 'commits/base-0000.json', 'end.json', 'owner.json']) {
        const path = join(folder, file);
        const before = await readFile(path).catch(() => null);
        await rm(path, { force: true });
        if (replacement === 'pipe') execFileSync('mkfifo', [path]);
        else await symlink(replacement, path);
        const started = Date.now();
        await readEverything(folder, 0);
        assert.ok(Date.now() - started < 2000, `${file} as ${replacement}`);
        await rm(path);
        if (before) await writeFile(path, before);
      }
    }
  });

  it('is refused when its manifest was altered, even with records that vouch for it', async () => {
    await forgeManifest(folder, (manifest) => ((manifest['layers'] as { path: string }[])[1]!.path = '../../outside'));
    await assert.rejects(
      openRun(folder),
      (error: Error) => /manifest/.test(error.message) && !/outside/.test(error.message),
    );
  });

  it('allocates nothing for sizes that its files do not have', async () => {
    await forgeManifest(folder, (manifest) => {
      (manifest['probes'] as { count: number }).count = 2 ** 30;
      (manifest['plan'] as { mapSampleCount: number }).mapSampleCount = 2 ** 30;
    });
    await forgeRecord(folder, 'commits/000000.json', (record) => {
      for (const entry of Object.values(record.keys)) entry.length = 2 ** 32 + 4;
    });
    const before = process.memoryUsage().rss;
    await refused('sizes');
    const run = await openRun(folder);
    await assert.rejects(run.readPredictions(0), { kind: 'damaged' });
    await assert.rejects(run.readLabels(), { kind: 'damaged' });
    assert.ok(process.memoryUsage().rss - before < 64 * 2 ** 20);
  });

  it('is refused in plain words when a later version wrote it', async () => {
    await forgeManifest(folder, (manifest) => ((manifest['format'] as { version: number }).version = 9));
    await assert.rejects(openRun(folder), { kind: 'unsupported', wrong: /version 9/ });
  });

  it('is no run when it is a foreign folder', async () => {
    const foreign = join(dirname(folder), 'foreign');
    await mkdir(join(foreign, 'commits'), { recursive: true });
    await writeFile(join(foreign, 'zarr.json'), '{"zarr_format":3,"node_type":"group"}');
    for (const path of [foreign, join(foreign, 'zarr.json'), join(foreign, 'none')]) {
      await assert.rejects(openRun(path), { kind: 'not-found' }, path);
    }
  });
});

describe('paths inside a run', () => {
  it('are made from any name', () => {
    for (const name of [
      'conv2d_1',
      'a/b',
      '../..',
      '',
      'sÿmbol',
      'x'.repeat(300),
      '.hidden',
      'nul\u0000',
      'a b',
      'trailing.',
    ]) {
      const segment = pathSegment(name);
      assert.ok(isPathInside(segment) && !segment.includes('/'), `${name} became ${segment}`);
      assert.equal(pathSegment(segment), segment);
    }
    assert.equal(pathSegment('conv2d_1'), 'conv2d_1');
  });
});
