/**
 * Results kept in the run folder under `cache/`, one sealed file each, named by a counter and the hash
 * of everything that the result depends on. The oldest by counter are evicted when there are too many;
 * order never comes from a clock. A folder that cannot be written means no cache, and a file that is
 * torn, altered or foreign means a miss: nothing here ever fails a request.
 */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, promises as fs, realpathSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { RunFiles } from '../store/runPaths.js';
import { seal, unseal } from '../store/sealedRecord.js';

export const CACHE_FOLDER = 'cache';

export interface CacheLimits {
  readonly byteCount: number;
  readonly entryCount: number;
}

const DEFAULT_LIMITS: CacheLimits = { byteCount: 32 * 2 ** 20, entryCount: 8192 };
/** No single result is longer; a longer file is not read. */
const ENTRY_LIMIT = 2 ** 20;
const NAME = /^(\d{12})-([0-9a-f]{40})\.json$/;
const Entry = v.object({ record: v.literal('cached-result'), key: v.string(), value: v.unknown() });

interface Kept {
  readonly name: string;
  readonly byteCount: number;
}

export class ResultCache {
  private readonly files: RunFiles;
  private index: Promise<Map<string, Kept>> | undefined;
  private lastCounter = 0;

  /** `runFolder` is the run folder's real path. */
  constructor(
    private readonly runFolder: string,
    private readonly limits: CacheLimits = DEFAULT_LIMITS,
    /** False: what is kept already is read, and nothing written. */
    private readonly writes = true,
  ) {
    this.files = new RunFiles(runFolder);
  }

  /** The value under the key, when it is there, whole, and of the schema. */
  async get<const S extends v.GenericSchema>(key: string, schema: S): Promise<v.InferOutput<S> | undefined> {
    const kept = (await this.entries()).get(hashOf(key));
    if (!kept) return undefined;
    try {
      const entry = unseal(await this.files.readAll(`${CACHE_FOLDER}/${kept.name}`, ENTRY_LIMIT), Entry);
      const value = v.safeParse(schema, entry.value);
      return entry.key === key && value.success ? value.output : undefined;
    } catch {
      return undefined;
    }
  }

  async has(key: string): Promise<boolean> {
    return (await this.entries()).has(hashOf(key));
  }

  /** Keeps a value of plain JSON; does nothing where the folder cannot be written. */
  async put(key: string, value: unknown): Promise<void> {
    if (!this.writes) return;
    const bytes = seal({ record: 'cached-result', key, value });
    if (bytes.length > ENTRY_LIMIT) return;
    const entries = await this.entries();
    const hash = hashOf(key);
    const counter = ++this.lastCounter;
    const kept = { name: `${String(counter).padStart(12, '0')}-${hash}.json`, byteCount: bytes.length };
    const replaced = entries.get(hash);
    // Taken before anything is awaited, so that two puts never share a counter. Insertion order is age.
    entries.delete(hash);
    entries.set(hash, kept);
    if (!(await this.write(kept.name, bytes))) entries.delete(hash);
    await this.remove([...(replaced ? [replaced] : []), ...this.overflow(entries)]);
  }

  private entries(): Promise<Map<string, Kept>> {
    return (this.index ??= this.readIndex());
  }

  private async readIndex(): Promise<Map<string, Kept>> {
    const folder = join(this.runFolder, CACHE_FOLDER);
    const names = await fs.readdir(folder).catch(() => []);
    const found: (readonly [string, Kept])[] = [];
    for (const name of names.filter((one) => NAME.test(one)).sort()) {
      const [, counter, hash] = NAME.exec(name)!;
      const byteCount = await this.files.length(`${CACHE_FOLDER}/${name}`).catch(() => null);
      if (byteCount !== null) found.push([hash, { name, byteCount }]);
      this.lastCounter = Number(counter);
    }
    return new Map(found);
  }

  private async write(name: string, bytes: Uint8Array): Promise<boolean> {
    const folder = join(this.runFolder, CACHE_FOLDER);
    const temporary = join(folder, `${randomUUID()}.partial`);
    try {
      // At once, as src/store/runPaths.ts does it; bytes are written without waiting for them.
      makeFolder(folder);
      if (realpathSync.native(folder) !== folder) return false;
      await fs.writeFile(temporary, bytes, { flag: 'wx' });
      renameSync(temporary, join(folder, name));
      return true;
    } catch {
      await fs.rm(temporary, { force: true }).catch(() => undefined);
      return false;
    }
  }

  private overflow(entries: Map<string, Kept>): Kept[] {
    let byteCount = [...entries.values()].reduce((sum, kept) => sum + kept.byteCount, 0);
    const evicted: Kept[] = [];
    for (const [hash, kept] of entries) {
      if (byteCount <= this.limits.byteCount && entries.size <= this.limits.entryCount) break;
      entries.delete(hash);
      byteCount -= kept.byteCount;
      evicted.push(kept);
    }
    return evicted;
  }

  private async remove(evicted: readonly Kept[]): Promise<void> {
    for (const { name } of evicted) {
      await fs.rm(join(this.runFolder, CACHE_FOLDER, name), { force: true }).catch(() => undefined);
    }
  }
}

/** Not recursive: a run that was deleted meanwhile stays deleted. */
function makeFolder(folder: string): void {
  if (!existsSync(folder)) mkdirSync(folder);
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 40);
}
