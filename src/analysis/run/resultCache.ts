/**
 * Results kept in the run folder under `cache/`, one file each, named by a counter and a hash of everything that the
 * result depends on. Name and content are signed with a secret of this person on this machine (resultSecret.ts): what
 * came with a run from elsewhere is not believed. The oldest by counter are evicted when there are too many; order
 * never comes from a clock. A folder that cannot be written means no cache, and a file that is torn, altered or
 * foreign means a miss: nothing here ever fails a request.
 */
import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { existsSync, mkdirSync, promises as fs, realpathSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { RunFiles } from '../../store/safety/runPaths.js';

export const CACHE_FOLDER = 'cache';

export interface CacheLimits {
  readonly byteCount: number;
  readonly entryCount: number;
}

export interface CacheOptions {
  /** What signs the results; null: none is kept, and none that is there is believed. */
  readonly secret: Buffer | null;
  /** What the recording is, as its checksums say: results of another are not believed. */
  readonly recording: string;
  readonly limits?: CacheLimits;
  /** False: what is kept already is read, and nothing written. */
  readonly writes?: boolean;
}

const DEFAULT_LIMITS: CacheLimits = { byteCount: 32 * 2 ** 20, entryCount: 8192 };
/** No single result is longer; a longer file is not read. */
const ENTRY_LIMIT = 2 ** 20;
const NAME = /^(\d{12})-([0-9a-f]{40})\.json$/;
/** No file of ours comes near it; one that claims more would leave no number for those that follow. */
const MOST_COUNTED = 9e11;
const SIGNATURE = /^,"hmac":"([0-9a-f]{64})"\}\n$/;
const SIGNATURE_LENGTH = ',"hmac":""}\n'.length + 64;
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
    private readonly options: CacheOptions,
  ) {
    this.files = new RunFiles(runFolder);
  }

  /** The value under the key, when it is there, whole, and of the schema. */
  async get<const S extends v.GenericSchema>(key: string, schema: S): Promise<v.InferOutput<S> | undefined> {
    const { secret } = this.options;
    const kept = secret && (await this.entries()).get(this.hashOf(key, secret));
    if (!kept) return undefined;
    try {
      const bytes = await this.files.readAll(`${CACHE_FOLDER}/${kept.name}`, ENTRY_LIMIT);
      const entry = v.parse(Entry, this.verified(bytes, secret));
      const value = v.safeParse(schema, entry.value);
      return entry.key === key && value.success ? value.output : undefined;
    } catch {
      return undefined;
    }
  }

  async has(key: string): Promise<boolean> {
    const { secret } = this.options;
    return secret !== null && (await this.entries()).has(this.hashOf(key, secret));
  }

  /** Keeps a value of plain JSON; does nothing where the folder cannot be written. */
  async put(key: string, value: unknown): Promise<void> {
    const { secret, writes = true } = this.options;
    if (!writes || !secret) return;
    const bytes = this.signed({ record: 'cached-result', key, value }, secret);
    if (bytes.length > ENTRY_LIMIT) return;
    const entries = await this.entries();
    const hash = this.hashOf(key, secret);
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
      if (Number(counter) > MOST_COUNTED) continue;
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
      // At once, as src/store/safety/runPaths.ts does it; bytes are written without waiting for them.
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
    const { limits = DEFAULT_LIMITS } = this.options;
    const evicted: Kept[] = [];
    for (const [hash, kept] of entries) {
      if (byteCount <= limits.byteCount && entries.size <= limits.entryCount) break;
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

  /** A JSON file whose last member signs all bytes before it, and which recording they are of. */
  private signed(record: object, secret: Buffer): Buffer {
    const open = Buffer.from(JSON.stringify(record).slice(0, -1));
    return Buffer.concat([open, Buffer.from(`,"hmac":"${this.signature(open, secret)}"}\n`)]);
  }

  /** What a file of `signed` holds; throws for any other. */
  private verified(bytes: Uint8Array, secret: Buffer): unknown {
    const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const open = file.subarray(0, Math.max(0, file.length - SIGNATURE_LENGTH));
    const written = SIGNATURE.exec(file.toString('latin1', open.length))?.[1] ?? '';
    const expected = this.signature(open, secret);
    if (written.length !== expected.length || !timingSafeEqual(Buffer.from(written), Buffer.from(expected)))
      throw new Error('it is not signed');
    return JSON.parse(`${open.toString('utf8')}}`);
  }

  private signature(open: Buffer, secret: Buffer): string {
    return createHmac('sha256', secret).update(`${this.options.recording}\n`).update(open).digest('hex');
  }

  /** Keyed, so that nobody else can put a file in the place of a result. */
  private hashOf(key: string, secret: Buffer): string {
    return this.signature(Buffer.from(key), secret).slice(0, 40);
  }
}

/** Not recursive: a run that was deleted meanwhile stays deleted. */
function makeFolder(folder: string): void {
  if (!existsSync(folder)) mkdirSync(folder);
}
