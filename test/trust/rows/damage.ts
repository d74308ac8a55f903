/** Row 6: recorded files cut, flipped, deleted, emptied, swapped: named as damaged, and never read as data. */
import { cp, open, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { Failure } from '../../../src/protocol/failure.js';
import { seededRandom } from '../../../src/recorder/model/seededRandom.js';
import { createRun } from '../../../src/store/writing/createRun.js';
import { nodeFileSystem } from '../../../src/store/safety/fileSystem.js';
import { openRun } from '../../../src/store/reading/openRun.js';
import type { RunManifest } from '../../../src/protocol/run.js';
import { recordEnduring } from '../../faults/enduringRecord.js';
import { EXTENDED_EPOCH } from '../../faults/smallRun.js';
import { readEverything, type Answer } from '../../store/readEverything.js';
import { sampleEpoch, sampleManifest, sampleProbes, temporaryRuns } from '../../store/sampleRun.js';
import { digest } from '../../store/zarrPython.js';
import { spread, upTo, type Effort, type Tried, type TrustRow } from '../row.js';

type Read = (folder: string) => Promise<readonly Answer[]>;
/** A change of one file, given its path and its bytes before. */
type Harm = (path: string, bytes: Buffer) => Promise<unknown>;

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files.map((file) => relative(folder, file).split(sep).join('/')).sort();
}

async function smallRun(): Promise<string> {
  const { folder, failures } = await recordEnduring(await temporaryRuns(), nodeFileSystem);
  if (!folder) throw failures[0] as Error;
  return folder;
}

const isArrayFile = (file: string): boolean => /\/c\.[\d.]+$/.test(file);

class DamagedRun {
  private constructor(
    readonly folder: string,
    readonly files: readonly string[],
    private readonly sound: ReadonlyMap<string, string | null>,
    private readonly read: Read,
  ) {}

  static async open(read: Read = (folder) => readEverything(folder, EXTENDED_EPOCH)): Promise<DamagedRun> {
    const folder = await smallRun();
    const sound = new Map((await read(folder)).map((answer) => [answer.question, answer.digest]));
    return new DamagedRun(folder, await filesOf(folder), sound, read);
  }

  /** Does the harm, asks for everything, undoes it. Harm to an array's file must be told of. */
  async suffer(file: string, name: string, harm: Harm): Promise<string[]> {
    const path = join(this.folder, file);
    const bytes = await readFile(path);
    await harm(path, bytes);
    const answers = await this.read(this.folder);
    await rm(path, { force: true });
    await writeFile(path, bytes);
    const silent = answers.filter(
      ({ question, digest, failure }) => failure === null && digest !== this.sound.get(question),
    );
    const isUnseen = isArrayFile(file) && answers.every(({ failure }) => failure === null);
    return [
      ...silent.map(({ question }) => `${file} ${name}: ${question} is read with wrong values`),
      ...(isUnseen ? [`${file} ${name}: nobody was told`] : []),
    ];
  }
}

async function truncations(run: DamagedRun, count: number): Promise<Tried> {
  const kinds = [
    isArrayFile,
    (file: string) => file.endsWith('zarr.json'),
    (file: string) => /commits|end|owner/.test(file),
  ];
  const chosen = kinds.flatMap((isKind) => run.files.filter(isKind));
  const places: { file: string; length: number }[] = [];
  for (const file of chosen) {
    const { size } = await stat(join(run.folder, file));
    places.push(...upTo(size).map((length) => ({ file, length })));
  }
  const violations: string[] = [];
  const tried = spread(count, places.length);
  for (const place of tried) {
    const { file, length } = places[place - 1]!;
    violations.push(...(await run.suffer(file, `cut to ${length}`, (path) => truncate(path, length))));
  }
  return { what: `cut off (of ${places.length} lengths)`, count: tried.length, violations };
}

async function flips(run: DamagedRun, count: number): Promise<Tried> {
  const random = seededRandom(6);
  const violations: string[] = [];
  for (let i = 0; i < count; i++) {
    const file = run.files[random(run.files.length)]!;
    const harm: Harm = (path, bytes) => {
      const changed = Buffer.from(bytes);
      changed[random(bytes.length)]! ^= 1 << random(8);
      return writeFile(path, changed);
    };
    violations.push(...(await run.suffer(file, `flip ${i}`, harm)));
  }
  return { what: 'bits flipped in a small run', count, violations };
}

/** Deleted, emptied, or another file of this run or of another in its place. */
async function swaps(run: DamagedRun, count: number): Promise<Tried> {
  const other = await DamagedRun.open();
  const random = seededRandom(7);
  const arrays = run.files.filter(isArrayFile);
  const violations: string[] = [];
  for (let i = 0; i < count; i++) {
    const file = arrays[random(arrays.length)]!;
    const source = [run, other][random(2)]!;
    const from = join(source.folder, source.files[random(source.files.length)]!);
    const replaced: Harm = async (path, bytes) => {
      if ((await readFile(from)).equals(bytes)) await rm(path);
      else await cp(from, path);
    };
    const harm = [rm, (path: string) => writeFile(path, ''), replaced][random(3)] as Harm;
    violations.push(...(await run.suffer(file, `swap ${i}`, (path, bytes) => harm(path, bytes))));
  }
  return { what: 'deleted, emptied, swapped', count, violations };
}

const LARGE: RunManifest = sampleManifest({
  id: 'large',
  sampleCount: 40,
  lastEpoch: 0,
  shapes: [
    [1, 8, 8],
    [16, 12, 12],
  ],
});

/** Random bits of a file of maps of 370 kB, one after another, in a run that stays open. */
async function flipsInLargeFile(count: number): Promise<Tried> {
  const writer = await createRun(await temporaryRuns(), LARGE, sampleProbes(LARGE));
  await writer.writeEpoch(sampleEpoch(LARGE, 0));
  const run = await openRun(writer.folder);
  const maps = new Float32Array(40 * 16 * 144);
  const all = { layer: 1, epoch: 0, samples: upTo(40), channels: upTo(16) };
  const file = await open(join(writer.folder, 'layers/001-layer_1/activations/c.0.0.0.0.0'), 'r+');
  const { size } = await file.stat();
  const random = seededRandom(8);
  const byte = Buffer.alloc(1);
  const violations: string[] = [];
  for (let i = 0; i < count; i++) {
    const at = random(size);
    await file.read(byte, 0, 1, at);
    const before = byte[0]!;
    await file.write(Buffer.from([before ^ (1 << random(8))]), 0, 1, at);
    const told = await run.readMaps(all, maps).then(
      () => null,
      (error: unknown) => error,
    );
    await file.write(Buffer.from([before]), 0, 1, at);
    if (!(told instanceof Failure && told.kind === 'damaged')) violations.push(`bit at ${at}: ${String(told)}`);
  }
  await file.close();
  return { what: 'bits flipped in a large file', count, violations };
}

async function* everyHarm(effort: Effort): AsyncGenerator<Tried, void, void> {
  const run = await DamagedRun.open();
  yield truncations(run, effort.count(60, 5000));
  yield flips(run, effort.count(60, 5000));
  yield swaps(run, effort.count(30, 1000));
  yield flipsInLargeFile(effort.count(300, 100_000));
}

/** Broken on purpose: takes the bytes that are there, and zeros where there are none, as plain Zarr may. */
async function readBelieving(folder: string): Promise<Answer[]> {
  const files = (await filesOf(folder)).filter(isArrayFile);
  return Promise.all(
    files.map(async (file) => ({ question: file, digest: digest(await readFile(join(folder, file))), failure: null })),
  );
}

export const damage: TrustRow = {
  number: 6,
  what: 'files cut off, bits flipped, deleted, swapped, emptied',
  promise: 'damaged, with epoch and layer; the rest is shown; nothing wrong is read',
  goal: '10,000 + 100,000 + 1,000',
  check: everyHarm,
  async control() {
    const run = await DamagedRun.open(readBelieving);
    const { violations } = await flips(run, 40);
    return { what: 'a reader without checksums', violations };
  },
};
