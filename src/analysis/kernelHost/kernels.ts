/** Loads the compiled AssemblyScript kernels (dist/kernels) and names what they export. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../protocol/failure.js';
import type { KernelExports } from './kernelExports.js';
import { KernelMemory } from '../memory/kernelMemory.js';
import { webAssembly, type SharedMemory, type WasmModule } from '../memory/webAssembly.js';

const KERNEL_NAMES = [
  'alignment',
  'approximateNeighbours',
  'channelMajor',
  'channelProducts',
  'finiteRows',
  'intraSample',
  'kernelDensity',
  'neighbourGraph',
  'neighbourRefine',
  'neighbourSearch',
  'pairDistances',
  'pairEntropies',
  'pairSums',
  'shorterRows',
  'valueSummary',
] as const;
type KernelName = (typeof KERNEL_NAMES)[number];

/** Compiled code of all kernels; can be posted to a worker thread together with the memory. */
export type KernelModules = Readonly<Record<KernelName, WasmModule>>;

/** The kernels of one thread over a memory that it may share with others. */
export interface Kernels extends KernelExports {
  readonly modules: KernelModules;
  readonly memory: KernelMemory;
}

/** `kernels/` beside the running bundle: dist/kernels for all that ships. */
function folderBesideBundle(): string {
  return join(__dirname, 'kernels');
}

/**
 * Compiles dist/kernels/*.wasm. `folder` must be given where the code is not bundled (tests and
 * benchmarks: <repository>/dist/kernels).
 */
export async function compileKernels(folder: string = folderBesideBundle()): Promise<KernelModules> {
  const compiled = await Promise.all(
    KERNEL_NAMES.map(async (name) => [name, await compileKernel(join(folder, `${name}.wasm`))] as const),
  );
  return Object.fromEntries(compiled) as Record<KernelName, WasmModule>; // one entry a name
}

async function compileKernel(file: string): Promise<WasmModule> {
  try {
    return await webAssembly.compile(await readFile(file));
  } catch (cause) {
    const parts = {
      kind: 'environment',
      doing: `loading the kernel ${file}`,
      wrong: cause instanceof Error ? cause.message : String(cause),
      tryThis: 'Build CNNSlicer again (npm run build), or install it again.',
    } as const;
    throw new Failure(parts, { cause });
  }
}

/**
 * Kernels over `memory`: its owner's (none given: a new one). In a worker thread pass the memory and
 * modules that its owner posted, and take addresses from the owner: only one thread may allocate.
 */
export function instantiateKernels(modules: KernelModules, memory?: SharedMemory): Kernels {
  const regions = new KernelMemory(memory);
  const imports = { env: { memory: regions.memory, abort: unreachable } };
  const functions = KERNEL_NAMES.map((name) => new webAssembly.Instance(modules[name], imports).exports);
  // The exports are those of src/analysis/kernels/*.ts; test/measures calls each of them.
  return Object.assign({}, ...functions, { modules, memory: regions }) as Kernels;
}

/** Compiles and instantiates over a memory of its own. */
export async function loadKernels(folder?: string): Promise<Kernels> {
  return instantiateKernels(await compileKernels(folder));
}

function unreachable(): never {
  throw new Error('a kernel called abort: kernels neither allocate nor assert');
}
