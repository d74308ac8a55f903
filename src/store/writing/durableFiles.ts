/**
 * Sets of files that are on disk, byte and name, when the promise resolves. Every file is written under
 * a temporary name, synced, renamed, and its folder synced. Without the last step a power cut loses the
 * rename. Syncs whose order does not matter run side by side, since the disk joins them.
 */
import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { Failure } from '../../protocol/failure.js';
import { checksumText, crc32c } from '../format/checksum.js';
import { errorCode, type FileSystem, type OutputFile } from '../safety/fileSystem.js';
import { forEachLimited } from '../../system/forEachLimited.js';
import type { KeyEntry } from '../format/records.js';
import type { ShardChecksums } from '../format/shard.js';

/** A file to be written: its bytes, an array's values, or the parts of a shard. */
export type FileToWrite =
  | { readonly key: string; readonly kind: 'bytes' | 'values'; readonly bytes: Uint8Array }
  | { readonly key: string; readonly kind: 'shard'; readonly parts: () => Generator<Uint8Array, ShardChecksums> };

/** Files under way at once: enough for the disk to join their syncs, few enough for memory. */
const AT_ONCE = 8;

export class DurableFolder {
  /** Temporary names of a writer that was killed stay behind and must not stand in another's way. */
  readonly #temporary = randomBytes(4).toString('hex');
  #temporaryCount = 0;

  constructor(
    readonly root: string,
    readonly fileSystem: FileSystem,
  ) {}

  /**
   * Writes all files or, after a fault, removes what it wrote: a file whose sync failed is never tried
   * again, since the system may have dropped its pages and call the next sync a success. With `replace`
   * files of these names are there already; each stays, or is replaced atomically. Throws an
   * `environment` Failure.
   */
  async write(
    files: readonly FileToWrite[],
    doing: string,
    mode: 'new' | 'replace' = 'new',
  ): Promise<ReadonlyMap<string, KeyEntry>> {
    const entries = new Map<string, KeyEntry>();
    const names = files.map((file) => ({ file, path: this.path(file.key), temporary: this.#temporaryPath(file.key) }));
    try {
      await forEachLimited(names, AT_ONCE, async ({ file, temporary }) => {
        entries.set(file.key, await this.#writeTemporary(temporary, file));
      });
      await forEachLimited(names, AT_ONCE, ({ path, temporary }) => this.fileSystem.rename(temporary, path));
      await this.syncFolders(names.map(({ path }) => dirname(path)));
    } catch (error) {
      await this.#removeQuietly(
        names.flatMap(({ path, temporary }) => (mode === 'new' ? [temporary, path] : [temporary])),
      );
      throw diskFailure(error, doing);
    }
    return new Map(files.map(({ key }) => [key, entries.get(key)!]));
  }

  /** Removes files whose record could not be written; while that stands under its name all the same, they stay. */
  async removeUnlisted(record: string, keys: readonly string[]): Promise<void> {
    const isGone = await this.fileSystem.remove(this.path(record)).then(
      () => true,
      (error: unknown) => errorCode(error) === 'ENOENT',
    );
    if (isGone) await this.#removeQuietly(keys.map((key) => this.path(key)));
  }

  path(key: string): string {
    return join(this.root, ...key.split('/'));
  }

  async syncFolders(folders: readonly string[]): Promise<void> {
    await forEachLimited([...new Set(folders)], AT_ONCE, (folder) => this.fileSystem.syncFolder(folder));
  }

  #temporaryPath(key: string): string {
    return `${this.path(key)}.${this.#temporary}-${this.#temporaryCount++}.partial`;
  }

  async #writeTemporary(path: string, content: FileToWrite): Promise<KeyEntry> {
    const file = await this.fileSystem.create(path);
    try {
      const entry =
        content.kind === 'shard' ? await writeShard(file, content.parts()) : await writeWhole(file, content);
      await file.sync();
      return entry;
    } finally {
      await file.close();
    }
  }

  async #removeQuietly(paths: readonly string[]): Promise<void> {
    await forEachLimited(paths, AT_ONCE, (path) => this.fileSystem.remove(path).catch(() => undefined));
  }
}

/** What a record says of a file of values or other bytes. */
export function keyEntry({ kind, bytes }: { readonly kind: 'bytes' | 'values'; readonly bytes: Uint8Array }): KeyEntry {
  const covered = kind === 'values' ? bytes.subarray(0, -4) : bytes;
  return { length: bytes.length, crc32c: checksumText(crc32c(covered)) };
}

async function writeWhole(file: OutputFile, content: Exclude<FileToWrite, { kind: 'shard' }>): Promise<KeyEntry> {
  await writeAll(file, content.bytes);
  return keyEntry(content);
}

/** One part is encoded while the one before it is being written. */
async function writeShard(file: OutputFile, parts: Generator<Uint8Array, ShardChecksums>): Promise<KeyEntry> {
  let length = 0;
  let writing = Promise.resolve();
  try {
    for (;;) {
      const next = parts.next();
      await writing;
      if (next.done) return { length, crc32c: checksumText(next.value.file), tail: checksumText(next.value.tail) };
      length += next.value.length;
      writing = writeAll(file, next.value);
      writing.catch(() => undefined);
    }
  } finally {
    await writing.catch(() => undefined);
  }
}

async function writeAll(file: OutputFile, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const written = await file.write(bytes.subarray(done));
    if (written <= 0) throw Object.assign(new Error('the disk accepted no data'), { code: 'EIO' });
    done += written;
  }
}

const WHAT_TO_TRY: Readonly<Record<string, string>> = {
  ENOSPC: 'Free space on this disk, or record to another one with --out.',
  EDQUOT: 'Free space within your quota, or record to another disk with --out.',
  EROFS: 'The file system is read-only. Record elsewhere with --out.',
  EACCES: 'Make the folder writable, or record elsewhere with --out.',
  EPERM: 'Make the folder writable, or record elsewhere with --out.',
  ENOENT:
    'Do not move or delete the run folder during the recording, or record with --out where folders can be created.',
  EMFILE: 'Close programs that hold files open, or raise the limit (ulimit -n).',
  EIO: 'Check the health of this disk, or record to another one with --out.',
};

/** The failure that a person reads when the operating system refuses; bugs pass through unchanged. */
export function diskFailure(error: unknown, doing: string): unknown {
  const code = errorCode(error);
  if (error instanceof Failure || code === undefined) return error;
  const { message } = error as Error;
  const tryThis = WHAT_TO_TRY[code] ?? 'Check the disk, or record to another one with --out.';
  return new Failure(
    { kind: 'environment', doing, wrong: `the operating system reported: ${message}`, tryThis },
    { cause: error },
  );
}
