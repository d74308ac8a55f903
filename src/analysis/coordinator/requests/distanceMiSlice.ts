/** One matrix of distance MI: maps read in groups of channels, their distances as codes, the codes compared. */
import type { DistanceMiValue } from '../../../protocol/measure.js';
import { lengthOf } from '../../run/mapShape.js';
import type { SelectedLayer } from '../../run/resolveSelection.js';
import type { TaskOptions } from '../dispatch/threadPool.js';
import type { MemoryBlock } from '../../memory/memoryBlocks.js';
import type { OpenedRun } from '../../run/openedRun.js';
import {
  allocateCodes,
  allocateScratch,
  codeBytes,
  codesOfRuns,
  codesOfWhole,
  scratchAreaBytes,
  type CodeSet,
  type ScratchArea,
} from '../dispatch/pairScratch.js';
import { matrixStatistics, nullBytes } from '../dispatch/pairStatistics.js';
import { squaresBytes, type SampleRuns } from '../../kernelHost/distancePairs.js';
import { readSlice, type Session } from '../dispatch/session.js';
import { matrixSides, type DistanceMiPlan } from './distanceMiPlan.js';
import { distanceMiValue, noDistanceMi } from './distanceMiValues.js';

/** Maps read at once, unless one channel is larger. */
const GROUP_BYTES = 64 * 2 ** 20;
/** Alignment of a memory block's regions, all together. */
const SLACK_BYTES = 2 ** 16;

interface Reading {
  readonly session: Session;
  readonly run: OpenedRun;
  readonly block: MemoryBlock;
  readonly scratchAreas: readonly ScratchArea[];
  readonly epoch: number;
  readonly samples: readonly number[];
  readonly options: TaskOptions;
}

/** Computes once more without the samples that turned out to hold a NaN or ±Inf. */
export async function distanceMiOfSlice(
  session: Session,
  run: OpenedRun,
  plan: DistanceMiPlan,
  epoch: number,
  samples: readonly number[],
  options: TaskOptions,
  onPart: (share: number) => void,
): Promise<DistanceMiValue> {
  const sides = matrixSides(plan);
  const bytes = blockBytes(session, run, plan, samples.length);
  const none = (reason: string): DistanceMiValue => noDistanceMi(epoch, sides, samples.length, reason);
  if (samples.length < 3) return none('fewer than 3 samples');
  const refusal = session.blocks.refusal(bytes);
  if (refusal !== null) return none(refusal);
  const block = await session.blocks.acquire(bytes, options.signal);
  try {
    for (let used = samples; ;) {
      const start = block.regions.mark();
      const scratchAreas = allocateScratch(session, block, used.length, plan.chosen.bins);
      const reading: Reading = { session, run, block, scratchAreas, epoch, samples: used, options };
      const { a, b, nonFinite } = await codesOfSides(reading, plan);
      if (nonFinite.size === 0) {
        const n = used.length;
        const found = await matrixStatistics(session, block, scratchAreas, { n, a, b }, plan.chosen, options, onPart);
        return distanceMiValue(epoch, sides, n, samples.length - n, found);
      }
      block.regions.release(start);
      used = used.filter((_, position) => !nonFinite.has(position));
      if (used.length < 3)
        return {
          ...none('fewer than 3 finite samples'),
          n: used.length,
          nonFiniteCount: samples.length - used.length,
        };
    }
  } finally {
    session.blocks.release(block);
  }
}

async function codesOfSides(
  reading: Reading,
  plan: DistanceMiPlan,
): Promise<{ a: CodeSet; b: CodeSet; nonFinite: Set<number> }> {
  const nonFinite = new Set<number>();
  const a = await codesOfLayers(reading, plan, plan.a, nonFinite);
  const b = plan.b === plan.a ? a : await codesOfLayers(reading, plan, plan.b, nonFinite);
  return { a, b, nonFinite };
}

async function codesOfLayers(
  reading: Reading,
  { of, chosen }: DistanceMiPlan,
  layers: readonly SelectedLayer[],
  nonFinite: Set<number>,
): Promise<CodeSet> {
  const { session, block, scratchAreas, samples, options } = reading;
  const places = layers.map(({ channels }) => (of === 'layers' ? 1 : channels.length));
  const total = places.reduce((sum, count) => sum + count, 0);
  const set = allocateCodes(block, total, samples.length, chosen);
  let place = 0;
  for (const layer of layers) {
    for (const channels of channelGroups(reading.run, layer, samples.length, of)) {
      const mark = block.regions.mark();
      const runs = await readRuns(reading, layer.layer, channels, nonFinite);
      if (of === 'channels') await codesOfRuns(session, block, scratchAreas, runs, set, place, options);
      else {
        const squares = block.regions.allocate(squaresBytes(samples.length));
        await codesOfWhole(session, block, scratchAreas, runs, set, place, squares, options);
      }
      place += of === 'channels' ? channels.length : 1;
      block.regions.release(mark);
    }
  }
  return set;
}

async function readRuns(
  { session, run, block, epoch, samples, options }: Reading,
  layer: number,
  channels: readonly number[],
  nonFinite: Set<number>,
): Promise<SampleRuns> {
  const length = lengthOf(run.manifest.layers[layer].mapShape);
  const sampleLength = channels.length * length;
  const address = block.regions.allocate(4 * samples.length * sampleLength);
  const slice = { run: run.reference, layer, epoch, samples, channels };
  const found = await readSlice(session, slice, sampleLength, block, address, options);
  for (const position of found) nonFinite.add(position);
  return { address, n: samples.length, sampleLength, runCount: channels.length, length };
}

/** Channels that are read together; a whole layer is one group. */
function channelGroups(
  run: OpenedRun,
  { layer, channels }: SelectedLayer,
  n: number,
  of: DistanceMiPlan['of'],
): readonly (readonly number[])[] {
  if (of === 'layers') return [channels];
  const channelBytes = 4 * n * lengthOf(run.manifest.layers[layer].mapShape);
  const step = Math.max(1, Math.floor(GROUP_BYTES / channelBytes));
  return Array.from({ length: Math.ceil(channels.length / step) }, (_, i) => channels.slice(i * step, (i + 1) * step));
}

/** The most that lies in the memory block at once. */
function blockBytes(session: Session, run: OpenedRun, { of, a, b, chosen }: DistanceMiPlan, n: number): number {
  const layers = a === b ? a : [...a, ...b];
  const codes = layers.reduce((sum, { channels }) => sum + (of === 'layers' ? 1 : channels.length), 0);
  const groupBytes = layers.map((layer) => {
    const longest = Math.max(...channelGroups(run, layer, n, of).map((group) => group.length));
    return 4 * n * longest * lengthOf(run.manifest.layers[layer.layer].mapShape);
  });
  const squares = of === 'layers' ? squaresBytes(n) : 0;
  const scratchAreas = session.pool.size * scratchAreaBytes(n, chosen.bins);
  const beside = Math.max(Math.max(...groupBytes) + squares, nullBytes(codes, n, chosen));
  return codeBytes(codes, n, chosen) + beside + scratchAreas + SLACK_BYTES;
}
