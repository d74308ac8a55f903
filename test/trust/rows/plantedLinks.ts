/** Row 30: links in the places that we write to, as a cloned repository can bring them. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openedRun } from '../../../src/analysis/run/openedRun.js';
import { writeAnnotations } from '../../../src/extension/runs/runAnnotations.js';
import { checkWritable } from '../../../src/store/safety/checkWritable.js';
import { createRun } from '../../../src/store/writing/createRun.js';
import { deleteRun } from '../../../src/store/runs/deleteRun.js';
import { markEnded } from '../../../src/store/writing/runEnd.js';
import { thisOwner } from '../../../src/store/writing/runOwner.js';
import { seal } from '../../../src/store/format/sealedRecord.js';
import { smallManifest } from '../../faults/smallRun.js';
import { sampleEpoch, sampleProbes } from '../../store/sampleRun.js';
import type { Tried, TrustRow } from '../row.js';

/** The run that is there before; nobody records it any more, and it has no end. */
const LEFT = '20250131-120000-left';
const RUNS = join('.cnnslicer', 'runs');
/** What a file outside says, and must say afterwards. */
const PRECIOUS = 'precious';

interface Lab {
  /** The workspace with the links. */
  readonly workspace: string;
  /** What nobody may write to: a workspace of its own, with a run and a file. */
  readonly outside: string;
  /** A run to be copied. */
  readonly run: string;
}

/** Where a link stands, and where it leads; places that are not there are made as folders. */
const PLACES: Readonly<Record<string, (lab: Lab) => readonly [at: string, to: string]>> = {
  '.cnnslicer': ({ outside }) => ['.cnnslicer', join(outside, '.cnnslicer')],
  '.cnnslicer that leads nowhere yet': ({ outside }) => ['.cnnslicer', join(outside, 'new')],
  'the folder of runs': ({ outside }) => [RUNS, join(outside, RUNS)],
  'the folder of runs, relative': () => [RUNS, join('..', '..', 'outside', RUNS)],
  'the folder of a run': ({ outside }) => [join(RUNS, LEFT), join(outside, RUNS, LEFT)],
  'the folder of results': ({ outside }) => [join(RUNS, LEFT, 'cache'), outside],
  'the file of notes': ({ outside }) => [join(RUNS, LEFT, 'annotations.json'), join(outside, 'file')],
  'the end of a run': ({ outside }) => [join(RUNS, LEFT, 'end.json'), join(outside, 'end')],
  '.gitignore': ({ outside }) => [join('.cnnslicer', '.gitignore'), join(outside, 'file')],
  '.gitignore that leads nowhere yet': ({ outside }) => [join('.cnnslicer', '.gitignore'), join(outside, 'ignored')],
  'the file that tries whether a folder can be written': ({ outside }) => [
    join(RUNS, `.writable-${process.pid}`),
    join(outside, 'file'),
  ],
};

type Write = (runs: string) => unknown;

/** Everything of ours that writes below `.cnnslicer`. */
const WRITERS: Readonly<Record<string, Write>> = {
  'the look before a recording': (runs) => checkWritable(runs),
  'a recording': async (runs) => {
    const manifest = smallManifest('new');
    const writer = await createRun(runs, manifest, sampleProbes(manifest));
    await writer.writeEpoch(sampleEpoch(manifest, 0));
  },
  'a note': (runs) => writeAnnotations(join(runs, LEFT), { name: 'mine', pinned: true, tags: [] }),
  'a result that is kept': async (runs) => (await openedRun(join(runs, LEFT))).cache.put('key', { bits: 1 }),
  'an end': (runs) => markEnded(join(runs, LEFT), { state: 'broken', reason: 'gone' }),
  'a deletion': (runs) => deleteRun(join(runs, LEFT)),
};

async function makeRun(runs: string): Promise<string> {
  const manifest = smallManifest(LEFT);
  const { folder } = await createRun(runs, manifest, sampleProbes(manifest));
  writeFileSync(join(folder, 'owner.json'), seal({ ...(await thisOwner()), processStart: '1@another-boot' }));
  return folder;
}

/** Names and bytes of everything below a folder. */
function contents(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  const one = (path: string, isFile: boolean): string => `${path} ${isFile ? readFileSync(path, 'latin1') : ''}`;
  return files
    .map((entry) => one(join(entry.parentPath, entry.name), entry.isFile()))
    .sort()
    .join('\n');
}

function lay(lab: Lab, place: string): void {
  rmSync(dirname(lab.outside), { recursive: true, force: true });
  mkdirSync(lab.outside, { recursive: true });
  cpSync(lab.run, join(lab.outside, RUNS, LEFT), { recursive: true });
  writeFileSync(join(lab.outside, 'file'), PRECIOUS);
  const [at, to] = PLACES[place]!(lab);
  const link = join(lab.workspace, at);
  // A run of the workspace's own, where the link does not take its place.
  if (link.includes(LEFT) || at.startsWith(join('.cnnslicer', '.git')) || at.includes('.writable'))
    cpSync(lab.run, join(lab.workspace, RUNS, LEFT), { recursive: true });
  mkdirSync(dirname(link), { recursive: true });
  rmSync(link, { recursive: true, force: true });
  symlinkSync(to, link, 'junction');
}

async function tried(writers: Readonly<Record<string, Write>>): Promise<Tried> {
  const folder = mkdtempSync(join(tmpdir(), 'cnnslicer-planted-'));
  const lab = {
    workspace: join(folder, 'lab', 'workspace'),
    outside: join(folder, 'lab', 'outside'),
    run: await makeRun(join(folder, 'runs')),
  };
  const violations: string[] = [];
  for (const place of Object.keys(PLACES)) {
    for (const [who, write] of Object.entries(writers)) {
      lay(lab, place);
      const before = contents(lab.outside);
      await Promise.resolve(lab.workspace)
        .then((workspace) => write(join(workspace, RUNS)))
        .catch(() => undefined);
      if (!existsSync(lab.outside) || contents(lab.outside) !== before)
        violations.push(`${who} wrote outside by ${place}`);
    }
  }
  rmSync(folder, { recursive: true, force: true });
  return {
    what: 'links at written paths, for every writer',
    count: Object.keys(PLACES).length * Object.keys(writers).length,
    violations,
  };
}

export const plantedLinks: TrustRow = {
  number: 30,
  what: 'links at every path that is written: folders, runs, notes, results, end records',
  promise: 'refused, or replaced; nothing outside is written',
  goal: 'every writer × every place',
  async *check() {
    if (process.platform === 'win32') return yield { what: 'links', skipped: 'they ask for a right of their own' };
    yield await tried(WRITERS);
  },
  async control() {
    if (process.platform === 'win32') return { what: 'links', skipped: 'they ask for a right of their own' };
    const trusting: Write = (runs) => {
      mkdirSync(runs, { recursive: true });
      writeFileSync(join(runs, `.writable-${process.pid}`), '');
    };
    const { violations } = await tried({ 'a writer that follows links': trusting });
    return { what: 'a writer that follows links', violations };
  },
};
