/** Loads the compiled AssemblyScript kernels (dist/kernels) and names what they export. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../protocol/failure.js';
import { KernelMemory } from './kernelMemory.js';
import { webAssembly, type SharedMemory, type WasmModule } from './webAssembly.js';

const KERNEL_NAMES = ['channelMajor', 'interSample', 'intraSample', 'pairs', 'valueSummary'] as const;
type KernelName = (typeof KERNEL_NAMES)[number];

/** Compiled code of all kernels; can be posted to a worker thread together with the memory. */
export type KernelModules = Readonly<Record<KernelName, WasmModule>>;

interface ChannelMajorExports {
  toChannelMajor(source: number, target: number, sampleCount: number, length: number, channelCount: number): void;
}

interface InterSampleExports {
  multiplyBlocks(a: number, aRows: number, b: number, bRows: number, stride: number, products: number): void;
  largestDeviation(samples: number, d: number, from: number, to: number, means: number): number;
  columnMeans(samples: number, n: number, d: number, means: number): void;
  packRows(
    samples: number,
    n: number,
    d: number,
    means: number,
    scale: number,
    slack: number,
    from: number,
    to: number,
    packed: number,
    stride: number,
    norms: number,
  ): void;
  clearLists(bounds: number, indices: number, rows: number, length: number): void;
  searchBlocks(
    packed: number,
    stride: number,
    norms: number,
    n: number,
    paddedRows: number,
    blockI: number,
    blockJ: number,
    products: number,
    bounds: number,
    indices: number,
    limits: number,
    length: number,
  ): void;
  refineRows(
    samples: number,
    d: number,
    packed: number,
    stride: number,
    norms: number,
    n: number,
    scale: number,
    bounds: number,
    indices: number,
    listBytes: number,
    listCount: number,
    candidateCount: number,
    length: number,
    from: number,
    to: number,
    merged: number,
    neighbours: number,
    distances: number,
  ): number;
  weighRows(
    neighbours: number,
    distances: number,
    length: number,
    k: number,
    target: number,
    rho: boolean,
    groups: number,
    without: number,
    from: number,
    to: number,
    targets: number,
    probabilities: number,
    flags: number,
  ): void;
  graphEntropy(targets: number, probabilities: number, n: number, k: number, union: boolean): number;
}

interface IntraSampleExports {
  fillEntropyTable(table: number, length: number): void;
  mapRanges(maps: number, mapCount: number, length: number, ranges: number): void;
  mapEntropies(
    maps: number,
    mapCount: number,
    length: number,
    bins: number,
    ranges: number,
    rangeCount: number,
    firstRange: number,
    own: number,
    table: number,
    tableLength: number,
    counts: number,
    histograms: number,
    out: number,
  ): void;
}

interface PairsExports {
  addSquaredDistances: AddPairs;
  addProducts: AddPairs;
  distanceRange(squares: number, count: number, range: number): void;
  quantiseDistances(squares: number, count: number, bins: number, range: number, codes: number): void;
  takeCodes(codes: number, n: number, order: number, taken: number, shift: number, out: number): void;
  fillPairTable(table: number, length: number): void;
  pairEntropies(
    a: number,
    b: number,
    count: number,
    bins: number,
    table: number,
    tableLength: number,
    counts: number,
    out: number,
  ): void;
}

type AddPairs = (
  values: number,
  n: number,
  stride: number,
  length: number,
  from: number,
  to: number,
  sums: number,
  first: boolean,
) => void;

interface ValueSummaryExports {
  summariseMaps(maps: number, mapCount: number, length: number, lower: number, upper: number, out: number): void;
}

/** The kernels of one thread over a memory that it may share with others. */
export interface Kernels
  extends ChannelMajorExports, InterSampleExports, IntraSampleExports, PairsExports, ValueSummaryExports {
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
      tryThis: 'Build the product again (npm run build) or install it again.',
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
