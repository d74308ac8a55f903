/**
 * The few operations by which a run reaches the disk. They are an interface so that a test can make
 * the Nth of them fail; everything that is promised about a run rests on their order (durableFiles.ts).
 */
import { constants, promises as fs } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

export interface OutputFile {
  /** Appends; resolves with how many bytes went in, which may be fewer than given. */
  write(bytes: Uint8Array): Promise<number>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface FileSystem {
  /** Fails with EEXIST where something of that name is. */
  makeFolder(path: string): Promise<void>;
  /** A new file; fails with EEXIST, and follows no link. */
  create(path: string): Promise<OutputFile>;
  /** Atomic; replaces what is there. */
  rename(from: string, to: string): Promise<void>;
  /** Makes the names in a folder durable. */
  syncFolder(path: string): Promise<void>;
  remove(path: string): Promise<void>;
}

export const nodeFileSystem: FileSystem = {
  makeFolder: (path) => fs.mkdir(path),
  create: createFile,
  rename: process.platform === 'win32' ? renamePatiently : fs.rename,
  syncFolder,
  remove: (path) => fs.rm(path),
};

async function createFile(path: string): Promise<OutputFile> {
  const handle = await fs.open(path, 'wx');
  return {
    write: async (bytes) => (await handle.write(bytes)).bytesWritten,
    sync: () => handle.sync(),
    close: () => handle.close(),
  };
}

async function syncFolder(path: string): Promise<void> {
  // Windows refuses fsync on a folder; NTFS journals the rename itself.
  if (process.platform === 'win32') return;
  const handle = await fs.open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const RENAME_ATTEMPTS = 8;

/** On Windows a virus scanner or indexer may hold a new file for a moment. At most about 1.3 s. */
async function renamePatiently(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await fs.rename(from, to);
    } catch (error) {
      if (attempt === RENAME_ATTEMPTS || !isHeldByAnother(error)) throw error;
      await delay(5 * 2 ** attempt);
    }
  }
}

function isHeldByAnother(error: unknown): boolean {
  return ['EPERM', 'EACCES', 'EBUSY'].includes(errorCode(error) ?? '');
}

/** "ENOSPC", "EIO" …; undefined when the error is not the operating system's. */
export function errorCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}
