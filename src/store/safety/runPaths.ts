/**
 * Paths inside a run folder: which are allowed, and opening what they name without leaving the folder,
 * following a link, or waiting on a pipe. A run may come from anywhere.
 *
 * Looking at a file, opening and closing it are done at once (lstatSync and its like): each takes some microseconds,
 * and a tenth of a millisecond by way of Node's threads; a run has tens of thousands of files, so that others get
 * turns between them. Values are read without waiting for them.
 */
import { closeSync, constants, fstatSync, lstatSync, openSync, read, realpathSync, readSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { promisify } from 'node:util';
import { errorCode } from './fileSystem.js';
import { turnWhenDue } from '../../system/turns.js';

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

/** What the recorder writes itself: a run of 10,000 epochs has 100,000 such paths. */
const USUAL = /^(?:\w[\w.-]{0,150}\w\/){0,16}\w[\w.-]{0,150}\w$/;

/** Whether a path names something inside the run folder on every operating system. */
export function isPathInside(path: string): boolean {
  return USUAL.test(path) || path.split('/').every(isSegment);
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

const readWithoutWaiting = promisify(read);

/** Opens files of one run. `root` is the run folder's real path. Everything here throws `KeyProblem`. */
export class RunFiles {
  /** Keys of folders that were seen to lie inside. */
  readonly #folders = new Set<string>();

  constructor(readonly root: string) {}

  async open(key: string): Promise<OpenKey> {
    return explained(() => {
      const { descriptor, length } = this.#open(key);
      return {
        length,
        read: (offset, target) => readFully(descriptor, offset, target),
        close: async () => closeSync(descriptor),
      };
    });
  }

  /** Size of a regular file of the run. */
  async length(key: string): Promise<number> {
    return explained(() => regularLength(lstatSync(this.#resolve(key))));
  }

  /** The whole of a small file; files above `limit` are refused unread. */
  async readAll(key: string, limit: number): Promise<Uint8Array> {
    return explained(() => {
      const { descriptor, length } = this.#open(key);
      try {
        if (length > limit) throw new KeyProblem('refused', `is ${length} bytes long, more than the ${limit} allowed`);
        const bytes = new Uint8Array(length);
        for (let done = 0; done < length;) {
          const count = readSync(descriptor, bytes, done, length - done, done);
          if (count === 0) throw new KeyProblem('altered', 'is cut off');
          done += count;
        }
        return bytes;
      } finally {
        closeSync(descriptor);
      }
    });
  }

  #open(key: string): { readonly descriptor: number; readonly length: number } {
    const path = this.#resolve(key);
    // Looked at before it is opened: opening a device can have effects.
    regularLength(lstatSync(path));
    const descriptor = openSync(path, READ_WITHOUT_WAITING);
    try {
      return { descriptor, length: regularLength(fstatSync(descriptor)) };
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
  }

  #resolve(key: string): string {
    if (!isPathInside(key)) throw new KeyProblem('refused', 'has a path that is not inside the run');
    const end = key.lastIndexOf('/');
    this.#checkFolder(end < 0 ? ROOT : key.slice(0, end));
    return `${this.root}${sep}${key}`;
  }

  /**
   * A folder lies inside when the one above does and it is reached through no link. Each is looked at once: of the
   * thousand folders of a deep network, resolving whole paths would look at every folder above each of them.
   */
  #checkFolder(key: string): void {
    if (this.#folders.has(key)) return;
    if (key !== ROOT) this.#checkFolder(dirname(key));
    const isLink =
      key === ROOT ? realpathSync(this.root) !== this.root : lstatSync(join(this.root, key)).isSymbolicLink();
    if (isLink) throw new KeyProblem('refused', 'is reached through a link');
    this.#folders.add(key);
  }
}

/** What `dirname` calls the folder of a key without one. */
const ROOT = '.';

/** Links are not followed, and a pipe put there after the look does not make `open` wait. */
const READ_WITHOUT_WAITING = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

function regularLength(stats: { isFile(): boolean; size: number }): number {
  if (!stats.isFile()) throw new KeyProblem('refused', 'is not a regular file');
  return stats.size;
}

async function readFully(descriptor: number, offset: number, target: Uint8Array): Promise<void> {
  try {
    for (let done = 0; done < target.length;) {
      const { bytesRead } = await readWithoutWaiting(descriptor, target, done, target.length - done, offset + done);
      if (bytesRead === 0) throw new KeyProblem('altered', 'is cut off');
      done += bytesRead;
    }
  } catch (error) {
    throw asKeyProblem(error);
  }
}

async function explained<T>(work: () => T): Promise<T> {
  await turnWhenDue();
  try {
    return work();
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
