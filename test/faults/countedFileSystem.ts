/** A file system whose Nth operation of a kind does something else: fails, or kills this very process. */
import { nodeFileSystem, type FileSystem, type OutputFile } from '../../src/store/safety/fileSystem.js';

export const OPERATIONS = ['write', 'rename', 'fsync'] as const;
export type Operation = (typeof OPERATIONS)[number];

export type Fault = 'kill-before' | 'kill-after' | 'kill-within' | 'EIO' | 'ENOSPC' | 'EXDEV' | 'short';

export interface FaultPlan {
  readonly operation: Operation;
  /** 1 is the first. */
  readonly at: number;
  readonly fault: Fault;
}

export interface Counts {
  write: number;
  rename: number;
  fsync: number;
}

/** Syncs of files and of folders are counted together. `counts` tells how often each was called. */
export function countedFileSystem(
  plan: FaultPlan | null,
  inner: FileSystem = nodeFileSystem,
): FileSystem & { counts: Counts } {
  const counts: Counts = { write: 0, rename: 0, fsync: 0 };
  const through = async <T>(
    operation: Operation,
    act: () => Promise<T>,
    bytes?: Uint8Array,
    put?: (part: Uint8Array) => Promise<T>,
  ): Promise<T> => {
    const isThis = ++counts[operation] === plan?.at && operation === plan.operation;
    if (!isThis) return act();
    const half = bytes && put ? () => put(bytes.subarray(0, Math.ceil(bytes.length / 2))) : act;
    return suffer(plan.fault, act, half);
  };
  return {
    counts,
    makeFolder: (path) => inner.makeFolder(path),
    remove: (path) => inner.remove(path),
    rename: (from, to) => through('rename', () => inner.rename(from, to)),
    syncFolder: (path) => through('fsync', () => inner.syncFolder(path)),
    create: async (path) => {
      const file: OutputFile = await inner.create(path);
      const put = (part: Uint8Array): Promise<number> => file.write(part);
      return {
        write: (bytes) => through('write', () => file.write(bytes), bytes, put),
        sync: () => through('fsync', () => file.sync()),
        close: () => file.close(),
      };
    },
  };
}

async function suffer<T>(fault: Fault, act: () => Promise<T>, half: () => Promise<T>): Promise<T> {
  switch (fault) {
    case 'kill-before':
      return die();
    case 'kill-within':
      await half();
      return die();
    case 'kill-after':
      await act();
      return die();
    case 'short':
      return half();
    case 'EIO':
    case 'ENOSPC':
    case 'EXDEV':
      throw Object.assign(new Error(`${fault}: injected`), { code: fault });
  }
}

/** Ends this process at once, as the out-of-memory killer would; nothing of it runs after. */
function die(): never {
  process.kill(process.pid, 'SIGKILL');
  throw new Error('unreachable: SIGKILL is not survived');
}
