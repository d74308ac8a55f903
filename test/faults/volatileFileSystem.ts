/**
 * A disk in memory that can lose its power. As POSIX allows: bytes of a file are safe after the file's
 * sync, names in a folder after the folder's; anything not synced may have reached the disk or not.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { FileSystem, OutputFile } from '../../src/store/safety/fileSystem.js';

interface File {
  bytes: Buffer;
  safe: Buffer;
}

interface Folder {
  readonly names: Map<string, File | Folder>;
  safeNames: Map<string, File | Folder>;
}

/** Thrown by every operation after the cut, so that the writer goes no further. */
export class PowerCut extends Error {}

export interface Negligence {
  /** Broken on purpose: folders are never synced. */
  readonly skipsFolderSync?: boolean;
  /** Broken on purpose: files are never synced. */
  readonly skipsFileSync?: boolean;
}

export class VolatileFileSystem implements FileSystem {
  readonly #root: Folder = emptyFolder();
  #operations = 0;

  /** Power goes at the `cutAt`th operation; 0 means never. Paths are below `root`. */
  constructor(
    private readonly root: string,
    private readonly cutAt: number,
    private readonly negligence: Negligence = {},
  ) {}

  get operations(): number {
    return this.#operations;
  }

  async makeFolder(path: string): Promise<void> {
    this.#step();
    this.#enter(path, emptyFolder());
  }

  async create(path: string): Promise<OutputFile> {
    this.#step();
    const file: File = { bytes: Buffer.alloc(0), safe: Buffer.alloc(0) };
    this.#enter(path, file);
    return {
      write: async (bytes) => {
        this.#step();
        file.bytes = Buffer.concat([file.bytes, bytes]);
        return bytes.length;
      },
      sync: async () => {
        this.#step();
        if (!this.negligence.skipsFileSync) file.safe = file.bytes;
      },
      close: async () => undefined,
    };
  }

  async rename(from: string, to: string): Promise<void> {
    this.#step();
    const source = this.#folder(dirname(from)).names;
    const moved = source.get(basename(from));
    if (!moved) throw Object.assign(new Error(`ENOENT: ${from}`), { code: 'ENOENT' });
    source.delete(basename(from));
    this.#folder(dirname(to)).names.set(basename(to), moved);
  }

  async syncFolder(path: string): Promise<void> {
    this.#step();
    const folder = this.#folder(path);
    if (!this.negligence.skipsFolderSync) folder.safeNames = new Map(folder.names);
  }

  async remove(path: string): Promise<void> {
    this.#folder(dirname(path)).names.delete(basename(path));
  }

  /**
   * What a machine that starts again finds, written to a real folder. `chance` (0…1 at each call) says
   * which of the unsafe names and bytes had reached the disk all the same.
   */
  async restore(target: string, chance: () => number): Promise<void> {
    await restoreFolder(this.#root, target, chance);
  }

  #step(): void {
    if (++this.#operations === this.cutAt || (this.cutAt > 0 && this.#operations > this.cutAt)) throw new PowerCut();
  }

  #enter(path: string, entry: File | Folder): void {
    const { names } = this.#folder(dirname(path));
    if (names.has(basename(path))) throw Object.assign(new Error(`EEXIST: ${path}`), { code: 'EEXIST' });
    names.set(basename(path), entry);
  }

  #folder(path: string): Folder {
    if (path === this.root) return this.#root;
    const folder = this.#folder(dirname(path)).names.get(basename(path));
    if (!folder || !isFolder(folder)) throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' });
    return folder;
  }
}

function emptyFolder(): Folder {
  return { names: new Map(), safeNames: new Map() };
}

function isFolder(entry: File | Folder): entry is Folder {
  return 'names' in entry;
}

async function restoreFolder(folder: Folder, target: string, chance: () => number): Promise<void> {
  await mkdir(target, { recursive: true });
  const names = chance() < 0.5 ? folder.safeNames : folder.names;
  for (const [name, entry] of names) {
    if (isFolder(entry)) await restoreFolder(entry, join(target, name), chance);
    else await writeFile(join(target, name), found(entry, chance));
  }
}

/** Safe bytes are there; of the rest, some beginning. */
function found({ bytes, safe }: File, chance: () => number): Buffer {
  return bytes.subarray(0, safe.length + Math.floor(chance() * (bytes.length - safe.length)));
}
