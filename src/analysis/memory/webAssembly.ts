/**
 * The part of the WebAssembly API that is used here. Node's types leave it out and the DOM's are not
 * wanted in code that has no DOM.
 */

/** Memory that several threads see; `buffer` is a new, longer object after the memory has grown. */
export interface SharedMemory {
  readonly buffer: SharedArrayBuffer;
  grow(pages: number): number;
}

/** Compiled code; can be posted to other threads. */
export interface WasmModule {
  readonly [Symbol.toStringTag]?: string;
}

interface WebAssemblyApi {
  Memory: new (limits: { initial: number; maximum: number; shared: true }) => SharedMemory;
  Instance: new (
    module: WasmModule,
    imports: Record<string, Record<string, unknown>>,
  ) => { readonly exports: Record<string, unknown> };
  compile(bytes: Uint8Array): Promise<WasmModule>;
}

export const webAssembly = (globalThis as unknown as { readonly WebAssembly: WebAssemblyApi }).WebAssembly;

export const PAGE_BYTES = 65536;
