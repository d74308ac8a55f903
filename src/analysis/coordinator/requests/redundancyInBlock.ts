/** Redundant channels of maps that lie in a memory block: pairs by correlation, their distance MI, the recommended count. */
import { targetOf } from '../../memory/memoryBlocks.js';
import * as v from 'valibot';
import type { RedundantPairValue } from '../../../protocol/measure.js';
import { channelMomentsBytes } from '../../kernelHost/channelMoments.js';
import { pairCountOf } from '../../kernelHost/distancePairs.js';
import { cellOf } from '../../kernelHost/pairMatrix.js';
import { upperLimit } from '../../measures/matrixStatistics.js';
import {
  recommendedCount,
  redundantPairs,
  type ChannelMoments,
  type RedundantPair,
} from '../../measures/redundancy.js';
import { shuffledIndices } from '../../measures/standardNormal.js';
import type { TaskOptions } from '../dispatch/threadPool.js';
import {
  allocateCodes,
  allocateScratch,
  codeBytes,
  codesOfRuns,
  inScratchAreas,
  scratchAreaBytes,
  type PairOptions,
} from '../dispatch/pairScratch.js';
import { permutationSeed } from '../dispatch/pairStatistics.js';
import type { Session } from '../dispatch/session.js';
import type { MapsInBlock } from './layerInBlock.js';

export interface ChosenRedundancy {
  readonly correlation: number;
  readonly traceShare: number;
  readonly pairs: PairOptions;
}

/** What is computed from maps of one layer at one epoch. */
export interface FromMaps {
  readonly pairs: readonly RedundantPairValue[];
  readonly recommendedCount: number | null;
  readonly n: number;
  readonly nonFiniteCount: number;
  readonly reason: string | null;
}

/** Pairs that get a distance MI and its null; beyond them r alone is given. */
const MOST_PAIRS = 64;

/** Pairs that repeat each other, and how many channels would do. */
export async function redundancyInBlock(
  session: Session,
  maps: MapsInBlock,
  channels: readonly number[],
  sampleCount: number,
  chosen: ChosenRedundancy,
  task: TaskOptions,
): Promise<FromMaps> {
  const { n, channelCount } = maps;
  if (n < 2) return { ...noMaps(n, 'fewer than 2 finite samples'), nonFiniteCount: sampleCount - n };
  const { correlations, means } = await momentsInBlock(session, maps, task);
  const pairs = redundantPairs(correlations, channelCount, chosen.correlation);
  const shares = n < 3 ? [] : await sharesOf(session, maps, pairs.slice(0, MOST_PAIRS), chosen.pairs, task);
  return {
    pairs: pairs.map(({ a, b, r }, index) => ({
      ...{ a: channels[a], b: channels[b], r },
      ...(shares[index] ?? { bits: null, share: null, nullShare: null }),
    })),
    recommendedCount: recommendedCount(means, n, channelCount, chosen.traceShare),
    n,
    nonFiniteCount: sampleCount - n,
    reason: null,
  };
}

/** How many channels would do, by itself; null of fewer than 2 finite samples. */
export async function recommendedInBlock(
  session: Session,
  maps: MapsInBlock,
  { traceShare }: Pick<ChosenRedundancy, 'traceShare'>,
  task: TaskOptions,
): Promise<number | null> {
  if (maps.n < 2) return null;
  const { means } = await momentsInBlock(session, maps, task);
  return recommendedCount(means, maps.n, maps.channelCount, traceShare);
}

function momentsInBlock(
  session: Session,
  { block, address, n, channelCount, mapLength }: MapsInBlock,
  task: TaskOptions,
): Promise<ChannelMoments> {
  const target = targetOf(block);
  const place = { target, address, scratch: block.regions.mark(), sampleCount: n, channelCount, mapLength };
  return session.pool.run('channelMoments', place, task);
}

type Share = Pick<RedundantPairValue, 'bits' | 'share' | 'nullShare'>;

/** Distance MI of each pair and its null, from the maps in the memory block. */
async function sharesOf(
  session: Session,
  { block, address, n, channelCount, mapLength }: MapsInBlock,
  pairs: readonly RedundantPair[],
  chosen: PairOptions,
  task: TaskOptions,
): Promise<Share[]> {
  const scratchAreas = allocateScratch(session, block, n, chosen.bins);
  const members = [...new Set(pairs.flatMap(({ a, b }) => [a, b]))];
  const set = allocateCodes(block, members.length, n, chosen);
  const runs = { address, n, sampleLength: channelCount * mapLength, runCount: channelCount, length: mapLength };
  await codesOfRuns(session, block, scratchAreas, runs, set, 0, task, members);
  const orders = Array.from({ length: chosen.permutations }, (_, i) =>
    shuffledIndices(n, permutationSeed(chosen.seed, i)),
  );
  const shares = new Array<Share>(pairs.length);
  await inScratchAreas(scratchAreas, [...pairs.keys()], async (index, area) => {
    const codes = [pairs[index].a, pairs[index].b].map((channel) => set.codes[members.indexOf(channel)]);
    const sides = { n, bins: chosen.bins, rows: [codes[0]], columns: [codes[1]], symmetric: false, shift: 0 };
    const measured = async (order: Int32Array | null) => {
      const matrix = { ...sides, order, rowsToo: false, chosen: null, region: area.region };
      const target = targetOf(block);
      return cellOf(
        await session.pool.run('pairMatrix', { target, scratch: area.scratch, matrix }, task),
        0,
        pairCountOf(n),
      );
    };
    const { bits, shareOfSmaller: share } = await measured(null);
    const permuted: number[] = [];
    for (const order of orders) permuted.push((await measured(order)).shareOfSmaller ?? 0);
    permuted.sort((a, b) => a - b);
    shares[index] = { bits, share, nullShare: permuted.length > 0 ? upperLimit(permuted, 0.05) : null };
  });
  return shares;
}

/** Bytes beside the maps. */
export function redundancyBytes(
  session: Session,
  channelCount: number,
  mapLength: number,
  n: number,
  { pairs }: ChosenRedundancy,
): number {
  const codes = codeBytes(Math.min(channelCount, 2 * MOST_PAIRS), n, pairs);
  return codes + session.pool.size * scratchAreaBytes(n, pairs.bins) + channelMomentsBytes(channelCount, mapLength);
}

export function noMaps(n: number, reason: string): FromMaps {
  return { pairs: [], recommendedCount: null, n, nonFiniteCount: 0, reason };
}

/** `FromMaps` in the cache of results. */
export const KeptRedundancy = v.object({
  pairs: v.array(
    v.object({
      a: v.number(),
      b: v.number(),
      r: v.number(),
      bits: v.nullable(v.number()),
      share: v.nullable(v.number()),
      nullShare: v.nullable(v.number()),
    }),
  ),
  recommendedCount: v.nullable(v.number()),
  n: v.number(),
  nonFiniteCount: v.number(),
  reason: v.nullable(v.string()),
});
