/**
 * How many addresses this process may still take. A limit (`ulimit -v`, RLIMIT_AS) is what clusters and shared hosts
 * set. A thread that finds no addresses for its code makes V8 end the whole process, so whoever starts a thread or
 * reserves a memory asks here first and refuses in words. Linux alone holds processes to such a limit.
 */
import { readFileSync } from 'node:fs';
import { Failure } from '../protocol/failure.js';

const GIBIBYTE = 2 ** 30;
/** Of one thread: 0.6 to 0.85 GiB at its start, most of it V8's range for code, and then what its heap grows to. */
export const THREAD_ADDRESSES = 1.5 * GIBIBYTE;
/** Of one memory of WebAssembly, however small: V8 reserves all that an address and an offset of 32 bits reach, and more. */
export const MEMORY_ADDRESSES = 10 * GIBIBYTE;

let limit: number | undefined;

/** The limit in bytes; Infinity where there is none. Read once: it is set before a process starts. */
export function addressLimit(): number {
  return (limit ??= limitIn(textOf('/proc/self/limits')));
}

/** In bytes; Infinity where there is no limit. */
export function addressesLeft(): number {
  return addressLimit() === Infinity ? Infinity : addressLimit() - takenIn(textOf('/proc/self/status'));
}

/** Throws a Failure where fewer than `addresses` bytes is left for `doing`. */
export function needAddresses(addresses: number, doing: string, left = addressesLeft()): void {
  if (left >= addresses) return;
  throw new Failure({
    kind: 'environment',
    doing,
    wrong: `it needs ${gibibytes(addresses)} of address space, but only ${gibibytes(left)} of ${gibibytes(addressLimit())} is left`,
    tryThis: 'Raise the virtual memory limit (ulimit -v) of this process.',
  });
}

/** Of the text of /proc/<process>/limits, in bytes. */
export function limitIn(text: string): number {
  const [, soft] = /^Max address space +(\d+) /m.exec(text) ?? [];
  return soft === undefined ? Infinity : Number(soft);
}

/** Of the text of /proc/<process>/status, in bytes. */
export function takenIn(text: string): number {
  const [, kibibytes] = /^VmSize:\s+(\d+) kB/m.exec(text) ?? [];
  return 1024 * Number(kibibytes ?? 0);
}

/** Empty where there is no such file. */
function textOf(file: string): string {
  if (process.platform !== 'linux') return '';
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

const gibibytes = (bytes: number): string => `${Math.max(0, bytes / GIBIBYTE).toFixed(1)} GiB`;
