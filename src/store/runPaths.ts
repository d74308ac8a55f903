/**
 * Paths inside a run folder: which are allowed, and opening what they name without leaving the folder,
 * following a link, or waiting on a pipe. A run may come from anywhere.
 */
import { constants, promises as fs } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { errorCode } from './fileSystem.js';

/** Why a file of a run was not read. */
export class KeyProblem extends Error {
  override readonly name = 'KeyProblem';

  constructor(
    readonly state: 'missing' | 'refused' | 'altered' | 'unreadable',
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** Separators of any system, drive letters and streams, wildcards, control characters. */
// eslint-disable-next-line no-control-regex
const FORBIDDEN = /[\\/:*?"<>|\u0000-\u001f\u007f]/;

/** Whether a path names something inside the run folder on every operating system. */
export function isPathInside(path: string): boolean {
  return path.split('/').every(isSegment);
}

function isSegment(segment: string): boolean {
  const isPlain = segment.length > 0 && Buffer.byteLength(segment) <= 200 && !FORBIDDEN.test(segment);
  return isPlain && !segment.startsWith('.') && !/[. ]$/.test(segment);
}

/** A segment of a path made from any name: letters, digits, `_`, `-` and inner dots are kept. */
export function pathSegment(name: string): string {
  const kept = name.replace(/[^A-Za-z0-9_.-]+/g, '_').replace(/^[._-]+|[._-]+$/g, '');
  return kept.slice(0, 80).replace(/[._-]+$/, '') || '_';
}

/** A file of the run, open for reading; `length` is its size. */
export interface OpenKey {
  readonly length: number;
  /** Exactly the bytes from `offset`; a shorter file is a `KeyProblem`. */
  read(offset: number, target: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** Opens files of one run. `root` is the run folder's real path. */
export class RunFiles {
  readonly #folders = new Map<string, Promise<void>>();

  constructor(readonly root: string) {}

  /** Throws `KeyProblem`. */
  async open(key: string): Promise<OpenKey> {
    try {
      return await this.#open(key);
    } catch (error) {
      throw asKeyProblem(error);
    }
  }

  /** Size of a regular file of the run. Throws `KeyProblem`. */
  async length(key: string): Promise<number> {
    try {
      return regularLength(await fs.lstat(await this.#resolve(key)));
    } catch (error) {
      throw asKeyProblem(error);
    }
  }

  /** The whole file. Throws `KeyProblem`; files above `limit` are refused unread. */
  async readAll(key: string, limit: number): Promise<Uint8Array> {
    const file = await this.open(key);
    try {
      if (file.length > limit)
        throw new KeyProblem('refused', `is ${file.length} bytes long, more than the ${limit} allowed`);
      const bytes = new Uint8Array(file.length);
      await file.read(0, bytes);
      return bytes;
    } finally {
      await file.close();
    }
  }

  async #open(key: string): Promise<OpenKey> {
    const path = await this.#resolve(key);
    // Looked at before it is opened: opening a device can have effects.
    regularLength(await fs.lstat(path));
    const handle = await fs.open(path, READ_WITHOUT_WAITING);
    try {
      const length = regularLength(await handle.stat());
      return { length, read: (offset, target) => readFully(handle, offset, target), close: () => handle.close() };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async #resolve(key: string): Promise<string> {
    if (!isPathInside(key)) throw new KeyProblem('refused', 'has a path that is not inside the run');
    const path = join(this.root, ...key.split('/'));
    const folder = dirname(path);
    let inside = this.#folders.get(folder);
    if (!inside) {
      inside = this.#checkInside(folder);
      this.#folders.set(folder, inside);
      inside.catch(() => this.#folders.delete(folder));
    }
    await inside;
    return path;
  }

  async #checkInside(folder: string): Promise<void> {
    const real = await fs.realpath(folder);
    const isInside = real === this.root || real.startsWith(this.root.endsWith(sep) ? this.root : this.root + sep);
    if (!isInside || real !== folder) throw new KeyProblem('refused', 'is reached through a link');
  }
}

/** Links are not followed, and a pipe put there after the look does not make `open` wait. */
const READ_WITHOUT_WAITING = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

function regularLength(stats: { isFile(): boolean; size: number }): number {
  if (!stats.isFile()) throw new KeyProblem('refused', 'is no regular file');
  return stats.size;
}

async function readFully(handle: fs.FileHandle, offset: number, target: Uint8Array): Promise<void> {
  try {
    for (let done = 0; done < target.length;) {
      const { bytesRead } = await handle.read(target, done, target.length - done, offset + done);
      if (bytesRead === 0) throw new KeyProblem('altered', 'is cut off');
      done += bytesRead;
    }
  } catch (error) {
    throw asKeyProblem(error);
  }
}

function asKeyProblem(error: unknown): unknown {
  const code = errorCode(error);
  if (code === undefined) return error;
  if (code === 'ENOENT' || code === 'ENOTDIR') return new KeyProblem('missing', 'is missing', { cause: error });
  if (code === 'ELOOP') return new KeyProblem('refused', 'is a link', { cause: error });
  return new KeyProblem('unreadable', `cannot be read (${code})`, { cause: error });
}
