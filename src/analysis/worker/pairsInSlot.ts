/**
 * Distance mutual information of maps that lie in a slot, its work shared between the threads: codes of
 * the distances, the matrix, and what stands beside it – null, intervals, the table of bins × N. The
 * same on any number of threads.
 */
import { forEachLimited } from '../../store/forEachLimited.js';
import {
  CELL_NUMBERS,
  cellOf,
  mirrorCells,
  pairCountOf,
  type PairMatrix,
  type SampleRuns,
} from '../kernelHost/distancePairs.js';
import { JACKKNIFE_GROUPS, jackknifeGroups } from '../measures/interSampleEntropy.js';
import { jackknifeHalfWidths, nullOf, type MatrixNull } from '../measures/matrixStatistics.js';
import { shuffledIndices } from '../measures/standardNormal.js';
import type { PairCodes } from './handContract.js';
import type { TaskOptions } from './handPool.js';
import type { Slot, SlotHandle } from './memorySlots.js';
import type { Session } from './session.js';

/** A thread's own place in the slot, so that tasks beside each other do not meet. */
export interface Lane {
  /** Where its kernel may allocate. */
  readonly scratch: number;
  /** 8 bytes a pair. */
  readonly sums: number;
  /** 2 bytes a pair. */
  readonly region: number;
}

/** Codes by channel, made with `bins` and, for the table of bins × N, with twice as many. */
export interface CodeSet {
  readonly bins: number;
  readonly codes: readonly number[];
  readonly fine: readonly number[];
}

export interface PairOptions {
  readonly bins: number;
  readonly permutations: number;
  readonly seed: number;
  readonly interval: boolean;
  readonly sensitivity: boolean;
}

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

const ALIGNMENT = 64;
const TABLE_BYTES = 2 ** 17;
/** Below this many there is neither an interval nor a row of the table. */
const LEAST_SAMPLES = 8;
/** Pieces of work for each thread, so that none waits long for the last. */
const PIECES = 4;

export function laneBytes(n: number, bins: number): number {
  return scratchBytes(n, bins) + 10 * pairCountOf(n) + 4 * ALIGNMENT;
}

/** Bytes of the codes of `count` channels. */
export function codeBytes(count: number, n: number, { sensitivity }: PairOptions): number {
  return count * (sensitivity ? 2 : 1) * (pairCountOf(n) + ALIGNMENT);
}

export function allocateLanes({ pool }: Session, { regions }: Slot, n: number, bins: number): Lane[] {
  return Array.from({ length: pool.size }, () => ({
    scratch: regions.allocate(scratchBytes(n, bins)),
    sums: regions.allocate(8 * pairCountOf(n)),
    region: regions.allocate(2 * pairCountOf(n)),
  }));
}

function scratchBytes(n: number, bins: number): number {
  const most = 2 * bins;
  return TABLE_BYTES + 16 * most * most + 4 * most + 8 * n + 16 * ALIGNMENT;
}

export function allocateCodes(
  { regions }: Slot,
  count: number,
  n: number,
  { bins, sensitivity }: PairOptions,
): CodeSet {
  const some = (length: number): number[] => Array.from({ length }, () => regions.allocate(pairCountOf(n)));
  return { bins, codes: some(count), fine: some(sensitivity ? count : 0) };
}

/** Codes of each run by itself: run i of the samples goes to place `first` + i of the set. */
export async function codesOfRuns(
  session: Session,
  slot: Slot,
  lanes: readonly Lane[],
  runs: SampleRuns,
  set: CodeSet,
  first: number,
  options: TaskOptions,
): Promise<void> {
  const each = Array.from({ length: runs.runCount }, (_, run) => run);
  await inLanes(lanes, each, async (run, lane) => {
    const one = { ...runs, address: runs.address + 4 * run * runs.length, runCount: 1 };
    const task = { target: targetOf(slot), scratch: lane.scratch, runs: one, sums: lane.sums };
    await session.pool.run('pairCodes', { ...task, codes: codesAt(set, first + run) }, options);
  });
}

/** Codes of all runs together, at one place of the set. `sums` has 8 bytes a pair. */
export async function codesOfWhole(
  session: Session,
  slot: Slot,
  lanes: readonly Lane[],
  runs: SampleRuns,
  set: CodeSet,
  place: number,
  sums: number,
  options: TaskOptions,
): Promise<void> {
  await sumPairs(session, slot, lanes, 'distance', runs, sums, options);
  const task = { target: targetOf(slot), scratch: lanes[0].scratch, sums, n: runs.n };
  await session.pool.run('quantisePairs', { ...task, codes: codesAt(set, place) }, options);
}

/** Squared distances or products of all pairs over all runs, (pair, float64) at `sums`. */
export async function sumPairs(
  session: Session,
  slot: Slot,
  lanes: readonly Lane[],
  kind: 'distance' | 'product',
  runs: SampleRuns,
  sums: number,
  options: TaskOptions,
): Promise<void> {
  await inLanes(lanes, rowRanges(runs.n, PIECES * lanes.length), async (rows, { scratch }) => {
    await session.pool.run('sumPairs', { target: targetOf(slot), scratch, kind, runs, rows, sums }, options);
  });
}

/** The matrix of A's codes against B's, of all samples, and what was asked to stand beside it. */
export async function matrixStatistics(
  session: Session,
  slot: Slot,
  lanes: readonly Lane[],
  { n, a, b }: Sides,
  chosen: PairOptions,
  options: TaskOptions,
  onPart: (share: number) => void,
): Promise<MatrixStatistics> {
  const groupCount = chosen.interval && n >= LEAST_SAMPLES ? Math.min(JACKKNIFE_GROUPS, n) : 0;
  const all = 1 + chosen.permutations + 2 * groupCount;
  let done = 0;
  const told = (weight: number): void => onPart((done += weight) / all);
  const run: RunMatrix = (lane, part) => {
    const whole = { n, bins: a.bins, rows: a.codes, columns: b.codes, symmetric: a === b, shift: 0 };
    const matrix = { ...whole, rowOrder: null, columnOrder: null, region: lane.region, ...part };
    return session.pool.run('pairMatrix', { target: targetOf(slot), scratch: lane.scratch, matrix }, options);
  };
  const cells = await inRows(lanes, a, b, run);
  told(1);
  const permuted = await permutations(lanes, n, chosen, run, () => told(1));
  const without = await jackknife(lanes, n, groupCount, run, () => told(2));
  return {
    cells,
    null: chosen.permutations > 0 ? nullOf(bitsOf(cells, n), permuted, chosen.seed) : null,
    halfWidths: groupCount > 0 ? jackknifeHalfWidths(without) : null,
    sensitivity: chosen.sensitivity ? await sensitivityOf(lanes, n, a, b, run) : [],
  };
}

export interface Sides {
  readonly n: number;
  readonly a: CodeSet;
  /** The same object where A is held against itself. */
  readonly b: CodeSet;
}

type RunMatrix = (lane: Lane, part: Partial<PairMatrix>) => Promise<Float64Array>;

/** In pieces of rows that the threads share; below the diagonal of A against itself nothing is computed. */
async function inRows(lanes: readonly Lane[], a: CodeSet, b: CodeSet, run: RunMatrix): Promise<Float64Array> {
  const step = Math.max(1, Math.ceil(a.codes.length / (PIECES * lanes.length)));
  const starts = Array.from({ length: Math.ceil(a.codes.length / step) }, (_, piece) => piece * step);
  const cells = new Float64Array(CELL_NUMBERS * a.codes.length * b.codes.length);
  await inLanes(lanes, starts, async (start, lane) => {
    const from = a === b ? start : 0;
    const rows = a.codes.slice(start, start + step);
    const columns = b.codes.slice(from);
    const found = await run(lane, { rows, columns, symmetric: false });
    const length = CELL_NUMBERS * columns.length;
    rows.forEach((_, row) => {
      const at = CELL_NUMBERS * ((start + row) * b.codes.length + from);
      cells.set(found.subarray(row * length, (row + 1) * length), at);
    });
  });
  if (a === b) mirrorCells(cells, a.codes.length);
  return cells;
}

async function permutations(
  lanes: readonly Lane[],
  n: number,
  { permutations: count, seed }: PairOptions,
  run: RunMatrix,
  onEach: () => void,
): Promise<Float64Array[]> {
  const found = new Array<Float64Array>(count);
  await inLanes(lanes, [...found.keys()], async (index, lane) => {
    const columnOrder = shuffledIndices(n, permutationSeed(seed, index));
    found[index] = bitsOf(await run(lane, { columnOrder }), n);
    onEach();
  });
  return found;
}

/** Seeds of one request's permutations differ from those of another's. */
export function permutationSeed(seed: number, index: number): number {
  return (Math.imul(seed, 0x9e3779b1) + index + 1) >>> 0;
}

async function jackknife(
  lanes: readonly Lane[],
  n: number,
  groupCount: number,
  run: RunMatrix,
  onEach: () => void,
): Promise<Float64Array[]> {
  const groups = jackknifeGroups(n);
  const found = new Array<Float64Array>(groupCount);
  await inLanes(lanes, [...found.keys()], async (group, lane) => {
    const kept = Int32Array.from([...groups.keys()].filter((sample) => groups[sample] !== group));
    found[group] = bitsOf(await run(lane, { rowOrder: kept, columnOrder: kept }), kept.length);
    onEach();
  });
  return found;
}

/** Half, once and twice the bins; all samples, half and a quarter of them, chosen at random. */
async function sensitivityOf(
  lanes: readonly Lane[],
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
  await inLanes(lanes, [...asked.keys()], async (index, lane) => {
    const { bins, shift, size } = asked[index];
    const order = shuffled.slice(0, size).sort();
    const sides = { rows: a.fine, columns: b.fine, rowOrder: order, columnOrder: order };
    found[index] = { bins, n: size, ...summaryOf(await run(lane, { ...sides, bins, shift }), size) };
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

function bitsOf(cells: Float64Array, n: number): Float64Array {
  const count = cells.length / CELL_NUMBERS;
  return Float64Array.from({ length: count }, (_, index) => cellOf(cells, index, pairCountOf(n)).bits);
}

function codesAt({ bins, codes, fine }: CodeSet, place: number): PairCodes[] {
  const both = [{ address: codes[place], bins }];
  return fine.length > 0 ? [...both, { address: fine[place], bins: 2 * bins }] : both;
}

/** Rows of about equal numbers of pairs: the first rows have the most. */
export function rowRanges(n: number, count: number): [from: number, to: number][] {
  const edges = Array.from({ length: count + 1 }, (_, i) => Math.round(n * (1 - Math.sqrt(1 - i / count))));
  return edges.slice(1).map((to, i): [number, number] => [edges[i], to]);
}

/** Each item in a lane that no other has meanwhile. */
export async function inLanes<T>(
  lanes: readonly Lane[],
  items: readonly T[],
  work: (item: T, lane: Lane) => Promise<unknown>,
): Promise<void> {
  const free = [...lanes];
  await forEachLimited(items, lanes.length, async (item) => {
    const lane = free.pop()!;
    try {
      await work(item, lane);
    } finally {
      free.push(lane);
    }
  });
}

function targetOf({ slot, memory }: Slot): SlotHandle {
  return { slot, memory };
}
