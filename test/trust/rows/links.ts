/** Row 15: links, pipes, devices and files of others in the places of a run's files, and paths that lead out of it. */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  linkSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  promises as fs,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunManifest } from '../../../src/protocol/run.js';
import { checkedManifest, ManifestProblem } from '../../../src/store/format/manifestChecks.js';
import { openRun } from '../../../src/store/reading/openRun.js';
import { seededRandom } from '../../../src/recorder/model/seededRandom.js';
import { honestRun } from '../../hostile/hostileRun.js';
import { readEverything } from '../../store/readEverything.js';
import { sampleManifest } from '../../store/sampleRun.js';
import type { Tried, TrustRow } from '../row.js';

const SECONDS = 10;
/** Of the honest run. */
const LAST_EPOCH = 2;

interface Place {
  readonly folder: string;
  /** A file outside the run, as long as the one whose place it takes. */
  readonly outside: string;
}

/** What stands where a file of the run was. */
const STANDINS: Readonly<Record<string, (path: string, place: Place) => void>> = {
  'a link to a file outside': (path, { outside }) => symlinkSync(outside, path),
  'a relative link outside': (path, { folder, outside }) =>
    symlinkSync(relative(join(path, '..'), outside) || folder, path),
  'a hard link to a file outside': (path, { outside }) => linkSync(outside, path),
  'a pipe': (path) => execFileSync('mkfifo', [path]),
  'a link to /dev/zero': (path) => symlinkSync('/dev/zero', path),
  'a link to /proc/self/environ': (path) => symlinkSync('/proc/self/environ', path),
  'a link to itself': (path) => symlinkSync(path, path),
};

type Read = (folder: string) => Promise<unknown>;

/** Everything that a view may read of a run. */
const shipped: Read = async (folder) => {
  const reader = await openRun(folder);
  await reader.describe();
  await readEverything(folder, LAST_EPOCH);
};

/** Names of files that were opened outside the run while `read` works. */
async function openedOutside(folder: string, read: () => Promise<unknown>): Promise<string[]> {
  const { open } = fs;
  const outside: string[] = [];
  const root = realpathSync(folder);
  fs.open = async (path, ...rest) => {
    const real = await fs.realpath(String(path)).catch(() => String(path));
    if (real !== root && !real.startsWith(root + sep)) outside.push(real);
    return open(path, ...rest);
  };
  try {
    await Promise.race([
      read().catch(() => undefined),
      sleep(1000 * SECONDS, null, { ref: false }).then(() => outside.push(`nothing for ${SECONDS} s`)),
    ]);
  } finally {
    fs.open = open;
  }
  return outside;
}

async function standins(count: number, read: Read): Promise<Tried> {
  const honest = await honestRun();
  const place = mkdtempSync(join(tmpdir(), 'cnnslicer-links-'));
  const files = readdirSync(honest, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => relative(honest, join(one.parentPath, one.name)));
  const kinds = Object.entries(STANDINS);
  const random = seededRandom(15);
  const violations: string[] = [];
  for (let i = 0; i < count; i++) {
    const folder = join(place, 'run');
    rmSync(folder, { recursive: true, force: true });
    cpSync(honest, folder, { recursive: true });
    // Each kind in turn; files in turn as long as there are more cases than files.
    const [kind, put] = kinds[i % kinds.length]!;
    const name = files[count >= files.length ? Math.floor(i / kinds.length) % files.length : random(files.length)]!;
    const outside = join(place, 'outside');
    writeFileSync(outside, Buffer.alloc(statSync(join(folder, name)).size, 7));
    rmSync(join(folder, name));
    put(join(folder, name), { folder, outside });
    const seen = await openedOutside(folder, () => read(folder));
    violations.push(...seen.map((one) => `${kind} for ${name}: ${one} was opened`));
    rmSync(outside, { force: true });
  }
  rmSync(place, { recursive: true, force: true });
  return { what: `${kinds.length} kinds over ${files.length} files`, count, violations };
}

const PATHS = ['../outside', '/etc/passwd', 'layers/../../outside', 'layers/..', '..\\outside', 'C:\\outside', 'layers//x', 'layers/./x', 'layers/\u0000', 'layers/.hidden', '', 'layers/a:stream', 'file:///etc/passwd', `layers/${'x'.repeat(300)}`]; // prettier-ignore

/** Every field that is a path, with every way out. */
function paths(): Tried {
  const manifest = sampleManifest();
  const places = manifest.layers.flatMap((layer, i) => [
    (changed: RunManifest, path: string) => Object.assign(changed.layers[i]!, { path }),
    ...layer.weights.map(
      (_, weight) => (changed: RunManifest, path: string) =>
        Object.assign(changed.layers[i]!.weights[weight]!, { path }),
    ),
  ]);
  const violations: string[] = [];
  for (const put of places) {
    for (const path of PATHS) {
      const changed = structuredClone(manifest);
      put(changed, path);
      try {
        checkedManifest(changed);
        violations.push(`${JSON.stringify(path)} was taken`);
      } catch (error) {
        if (!(error instanceof ManifestProblem)) violations.push(`${JSON.stringify(path)}: ${String(error)}`);
      }
    }
  }
  return { what: 'paths that lead outside', count: places.length * PATHS.length, violations };
}

export const links: TrustRow = {
  number: 15,
  what: 'links, pipes and devices inside a run; path fields that lead outside',
  promise: 'refused; opening never waits, nothing outside is opened',
  goal: 'every file and field; 0 files opened outside',
  async *check(effort) {
    if (process.platform === 'win32') return yield { what: 'pipes and links', skipped: 'Windows has none' };
    yield await standins(effort.count(14, 1400), shipped);
    yield paths();
  },
  async control() {
    if (process.platform === 'win32') return { what: 'pipes and links', skipped: 'Windows has none' };
    // Broken on purpose: files are read by their names, wherever these lead.
    const trusting: Read = async (folder) => {
      for (const one of readdirSync(folder, { recursive: true, withFileTypes: true })) {
        const path = join(one.parentPath, one.name);
        if (one.isDirectory() || one.isFIFO()) continue;
        const file = await fs.open(path);
        await file.read(Buffer.alloc(16), 0, 16, 0).finally(() => file.close());
      }
    };
    const { violations } = await standins(7, trusting);
    return { what: 'a reader that follows links', violations };
  },
};
