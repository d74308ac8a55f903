/**
 * The store's own kernels (src/store/kernels, WebAssembly with SIMD): checksums and half precision, several times as
 * fast as their plain twins. They are there where a bundle has `kernels/` beside it; elsewhere, where they
 * cannot be compiled, and where addresses are limited (a memory takes 10 GiB of them) the twins do the same.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addressLimit } from '../../system/addressSpace.js';

interface Exports {
  dataAddress(): number;
  halvesAddress(): number;
  capacity(): number;
  prepareChecksums(): void;
  /** Signed; of `length` ≥ 4 bytes. Overwrites them. */
  checksum(length: number, seed: number): number;
  toHalves(count: number): void;
  fromHalves(count: number): void;
}

export interface StoreKernels extends Pick<Exports, 'checksum' | 'toHalves' | 'fromHalves'> {
  /** What the next call works on. */
  readonly bytes: Uint8Array;
  readonly floats: Float32Array;
  readonly halves: Uint16Array;
}

/** The part of the WebAssembly API that is used here; Node's types leave it out. */
interface WebAssemblyApi {
  Memory: new (limits: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { readonly exports: object };
}

const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: WebAssemblyApi };
/** Of 64 KiB: tables, 256 KiB of data and their halves. */
const PAGES = 8;

let loaded: StoreKernels | null | undefined;

/** Null where there are none: then the twin is to be used. */
export function storeKernels(): StoreKernels | null {
  if (loaded === undefined) loaded = mayLoad() ? kernelsIn(join(__dirname, 'kernels')) : null;
  return loaded;
}

/** For code that is not bundled: `folder` is <repository>/dist/kernels; null goes back to the twins. */
export function useStoreKernels(folder: string | null): void {
  loaded = folder === null ? null : kernelsIn(folder);
}

const mayLoad = (): boolean => typeof __dirname === 'string' && addressLimit() === Infinity;

function kernelsIn(folder: string): StoreKernels | null {
  try {
    const memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES });
    const exports = {
      ...instance(join(folder, 'checksum.wasm'), memory),
      ...instance(join(folder, 'halves.wasm'), memory),
    };
    return overMemory(exports as Exports, memory.buffer);
  } catch {
    return null;
  }
}

function instance(file: string, memory: object): object {
  const abort = (): never => {
    throw new Error('a kernel called abort: kernels neither allocate nor assert');
  };
  return new WebAssembly.Instance(new WebAssembly.Module(readFileSync(file)), { env: { memory, abort } }).exports;
}

function overMemory(exports: Exports, buffer: ArrayBuffer): StoreKernels {
  exports.prepareChecksums();
  const [data, capacity] = [exports.dataAddress(), exports.capacity()];
  return {
    checksum: exports.checksum,
    toHalves: exports.toHalves,
    fromHalves: exports.fromHalves,
    bytes: new Uint8Array(buffer, data, capacity),
    floats: new Float32Array(buffer, data, capacity / 4),
    halves: new Uint16Array(buffer, exports.halvesAddress(), capacity / 4),
  };
}
