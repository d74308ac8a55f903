/**
 * Matrices of distance MI from codes in a memory block, the work shared between the threads, and what stands
 * beside them: null, intervals, the table of bins × N. The same on any number of threads.
 */
import { pairCountOf } from '../../kernelHost/distancePairs.js';
import { CELL_NUMBERS, cellOf, mirrorCells, type ChosenPairs, type PairMatrix } from '../../kernelHost/pairMatrix.js';
import { choosePairs } from '../../measures/distanceMutualInformation.js';
import { JACKKNIFE_GROUPS, jackknifeGroups } from '../../measures/interSampleEntropy.js';
import { jackknifeHalfWidths, nullOf, type MatrixNull } from '../../measures/matrixStatistics.js';
import { shuffledIndices } from '../../measures/standardNormal.js';
import type { TaskOptions } from './threadPool.js';
import { targetOf, type MemoryBlock } from '../../memory/memoryBlocks.js';
import { inScratchAreas, PIECES, type CodeSet, type ScratchArea, type PairOptions } from './pairScratch.js';
import type { Session } from './session.js';

export interface Sensitivity {
  readonly bins: number;
  readonly n: number;
  readonly meanBits: number;
  readonly meanMillerMadowBits: number;
  readonly maximumBits: number;
}

export interface MatrixStatistics {
  /** (row, column, 6): see kernelHost/distancePairs.ts. */
  readonly cells: Float64Array;
  readonly null: MatrixNull | null;
  readonly halfWidths: Float64Array | null;
  readonly sensitivity: readonly Sensitivity[];
}

/** Below this many there is neither an interval nor a row of the table. */
const LEAST_SAMPLES = 8;

/** The matrix of A's codes against B's, of all samples, and what was asked to stand beside it. */
export async function matrixStatistics(
  session: Session,
  block: MemoryBlock,
  scratchAreas: readonly ScratchArea[],
  { n, a, b }: Sides,
  chosen: PairOptions,
  options: TaskOptions,
  onPart: (share: number) => void,
): Promise<MatrixStatistics> {
  const groupCount = chosen.interval && n >= LEAST_SAMPLES ? Math.min(JACKKNIFE_GROUPS, n) : 0;
  const all = 1 + chosen.permutations + 2 * groupCount;
  let done = 0;
  const told = (weight: number): void => onPart((done += weight) / all);
  const run: RunMatrix = (area, part) => {
    const whole = { n, bins: a.bins, rows: a.codes, columns: b.codes, symmetric: a === b, shift: 0 };
    const matrix = { ...whole, order: null, rowsToo: false, chosen: null, region: area.region, ...part };
    return session.pool.run('pairMatrix', { target: targetOf(block), scratch: area.scratch, matrix }, options);
  };
  const cells = await inRows(scratchAreas, a, b, run);
  told(1);
  const permuted = await permutationNull(session, block, scratchAreas, { n, a, b }, chosen, cells, run, options, () =>
    told(1),
  );
  const without = await jackknife(scratchAreas, n, groupCount, run, () => told(2));
  return {
    cells,
    null: permuted,
    halfWidths: groupCount > 0 ? jackknifeHalfWidths(without) : null,
    sensitivity: chosen.sensitivity ? await sensitivityOf(scratchAreas, n, a, b, run) : [],
  };
}

export interface Sides {
  readonly n: number;
  readonly a: CodeSet;
  /** The same object where A is held against itself. */
  readonly b: CodeSet;
}

type RunMatrix = (area: ScratchArea, part: Partial<PairMatrix>) => Promise<Float64Array>;

/** In pieces of rows that the threads share; below the diagonal of A against itself nothing is computed. */
async function inRows(
  scratchAreas: readonly ScratchArea[],
  a: CodeSet,
  b: CodeSet,
  run: RunMatrix,
): Promise<Float64Array> {
  const step = Math.max(1, Math.ceil(a.codes.length / (PIECES * scratchAreas.length)));
  const starts = Array.from({ length: Math.ceil(a.codes.length / step) }, (_, piece) => piece * step);
  const cells = new Float64Array(CELL_NUMBERS * a.codes.length * b.codes.length);
  await inScratchAreas(scratchAreas, starts, async (start, area) => {
    const from = a === b ? start : 0;
    const rows = a.codes.slice(start, start + step);
    const columns = b.codes.slice(from);
    const found = await run(area, { rows, columns, symmetric: false });
    const length = CELL_NUMBERS * columns.length;
    rows.forEach((_, row) => {
      const at = CELL_NUMBERS * ((start + row) * b.codes.length + from);
      cells.set(found.subarray(row * length, (row + 1) * length), at);
    });
  });
  if (a === b) mirrorCells(cells, a.codes.length);
  return cells;
}

/**
 * Of all pairs; or, where they are more than `nullPairs`, of so many chosen ones, which are the same in
 * every permutation and in the estimate that is held against them.
 */
async function permutationNull(
  session: Session,
  block: MemoryBlock,
  scratchAreas: readonly ScratchArea[],
  { n, a }: Sides,
  chosen: PairOptions,
  cells: Float64Array,
  run: RunMatrix,
  options: TaskOptions,
  onEach: () => void,
): Promise<MatrixNull | null> {
  if (chosen.permutations === 0) return null;
  if (pairCountOf(n) <= chosen.nullPairs) {
    const permuted = await permutations(scratchAreas, n, chosen, run, pairCountOf(n), onEach);
    return nullOf(bitsOf(cells, pairCountOf(n)), permuted, chosen.seed);
  }
  const { pairs, rows } = await chosenRows(session, block, scratchAreas, n, a, chosen, options);
  const some: RunMatrix = (area, part) => run(area, { rows, chosen: pairs, ...part });
  const bits = bitsOf(await some(scratchAreas[0], {}), pairs.count);
  const permuted = await permutations(scratchAreas, n, chosen, some, pairs.count, onEach);
  return { ...nullOf(bits, permuted, chosen.seed), pairCount: pairs.count };
}

/** The chosen pairs, and A's codes of them. Lies beyond the scratch areas until the memory block's other regions go. */
async function chosenRows(
  session: Session,
  block: MemoryBlock,
  scratchAreas: readonly ScratchArea[],
  n: number,
  a: CodeSet,
  { nullPairs: count, seed }: PairOptions,
  options: TaskOptions,
): Promise<{ pairs: ChosenPairs; rows: number[] }> {
  const { regions } = block;
  const pairs = { address: regions.allocate(8 * count), count };
  regions.int32(pairs.address, 2 * count).set(choosePairs(n, count, seed));
  const rows = a.codes.map(() => regions.allocate(count));
  const task = { target: targetOf(block), scratch: scratchAreas[0].scratch, n, pairs, region: scratchAreas[0].region };
  await session.pool.run('takeChosen', { ...task, from: a.codes, to: rows }, options);
  return { pairs, rows };
}

/** Bytes that `matrixStatistics` allocates in the memory block. */
export function nullBytes(rowCount: number, n: number, { permutations, nullPairs }: PairOptions): number {
  const count = permutations > 0 && pairCountOf(n) > nullPairs ? nullPairs : 0;
  return count * (8 + rowCount) + 64 * (rowCount + 2);
}

async function permutations(
  scratchAreas: readonly ScratchArea[],
  n: number,
  { permutations: count, seed }: PairOptions,
  run: RunMatrix,
  pairCount: number,
  onEach: () => void,
): Promise<Float64Array[]> {
  const found = new Array<Float64Array>(count);
  await inScratchAreas(scratchAreas, [...found.keys()], async (index, area) => {
    const order = shuffledIndices(n, permutationSeed(seed, index));
    found[index] = bitsOf(await run(area, { order, symmetric: false }), pairCount);
    onEach();
  });
  return found;
}

/** Seeds of one request's permutations differ from those of another's. */
export function permutationSeed(seed: number, index: number): number {
  return (Math.imul(seed, 0x9e3779b1) + index + 1) >>> 0;
}

async function jackknife(
  scratchAreas: readonly ScratchArea[],
  n: number,
  groupCount: number,
  run: RunMatrix,
  onEach: () => void,
): Promise<Float64Array[]> {
  const groups = jackknifeGroups(n);
  const found = new Array<Float64Array>(groupCount);
  await inScratchAreas(scratchAreas, [...found.keys()], async (group, area) => {
    const kept = Int32Array.from([...groups.keys()].filter((sample) => groups[sample] !== group));
    found[group] = bitsOf(await run(area, { order: kept, rowsToo: true }), pairCountOf(kept.length));
    onEach();
  });
  return found;
}

/** Half, once and twice the bins; all samples, half and a quarter of them, chosen at random. */
async function sensitivityOf(
  scratchAreas: readonly ScratchArea[],
  n: number,
  a: CodeSet,
  b: CodeSet,
  run: RunMatrix,
): Promise<Sensitivity[]> {
  const shuffled = shuffledIndices(n, 1);
  const shifts = a.bins % 2 === 0 ? [2, 1, 0] : [1, 0];
  const sizes = [...new Set([n >> 2, n >> 1, n])].filter((size) => size >= LEAST_SAMPLES);
  const asked = shifts.flatMap((shift) => sizes.map((size) => ({ bins: (2 * a.bins) >> shift, shift, size })));
  const found = new Array<Sensitivity>(asked.length);
  await inScratchAreas(scratchAreas, [...asked.keys()], async (index, area) => {
    const { bins, shift, size } = asked[index];
    const order = shuffled.slice(0, size).sort();
    const sides = { rows: a.fine, columns: b.fine, order, rowsToo: true };
    found[index] = { bins, n: size, ...summaryOf(await run(area, { ...sides, bins, shift }), size) };
  });
  return found;
}

function summaryOf(
  cells: Float64Array,
  n: number,
): Pick<Sensitivity, 'meanBits' | 'meanMillerMadowBits' | 'maximumBits'> {
  const values = Array.from({ length: cells.length / CELL_NUMBERS }, (_, i) => cellOf(cells, i, pairCountOf(n)));
  const mean = (of: (value: (typeof values)[number]) => number): number =>
    values.reduce((sum, value) => sum + of(value), 0) / values.length;
  return {
    meanBits: mean(({ bits }) => bits),
    meanMillerMadowBits: mean(({ millerMadowBits }) => millerMadowBits),
    maximumBits: values.reduce((most, { bits }) => Math.max(most, bits), 0),
  };
}

function bitsOf(cells: Float64Array, pairCount: number): Float64Array {
  const count = cells.length / CELL_NUMBERS;
  return Float64Array.from({ length: count }, (_, index) => cellOf(cells, index, pairCount).bits);
}
