/** What a comparison needs of one layer at one epoch: entropies probe by probe, and with each jackknife group left out. */
import * as v from 'valibot';
import type { EpochValue } from '../../../protocol/compare.js';
import { HISTOGRAM_BINS } from '../../../store/format/runAccess.js';
import { lengthOf } from '../../run/mapShape.js';
import { DEFAULT_NEIGHBOURS } from '../../measures/interSampleEntropy.js';
import { ANALYSIS_VERSION } from '../../run/version.js';
import type { TaskOptions } from '../dispatch/threadPool.js';
import { interInBlock, interBlockBytes, type InterOptions } from '../dispatch/interInBlock.js';
import type { OpenedRun } from '../../run/openedRun.js';
import { readSlice, type Session } from '../dispatch/session.js';
import { entropiesOfSlice } from './intraFromMaps.js';
import type { IntraCell } from './intraValues.js';
import { channelState, halfWidth, intraEpochs, momentsAt } from './layerReports.js';
import { reasonOf } from './reason.js';
import { meanOver } from './recordedEntropy.js';

export interface LayerState {
  readonly inter: {
    readonly bits: number;
    readonly halfWidthBits: number | null;
    /** H − log2 N without each group; null where there are too few samples. */
    readonly excessWithout: readonly number[] | null;
    readonly n: number;
    readonly nonFiniteCount: number;
  } | null;
  /** Mean over channels of the maps' entropies, by probe; null for a probe with NaN. None where no maps are kept. */
  readonly probeBits: readonly (number | null)[] | null;
  /** From the recorded statistics of all probes. */
  readonly recorded: { readonly bits: number | null; readonly halfWidthBits: number | null; readonly n: number };
  readonly channelBits: readonly (number | null)[];
  readonly dead: readonly number[];
  readonly curve: readonly EpochValue[];
  readonly notes: readonly string[];
}

const INTER: InterOptions = {
  k: DEFAULT_NEIGHBOURS,
  noise: false,
  interval: true,
  approximate: false,
  replicates: true,
};

/** Of the first `sampleCount` probes, whose maps must be kept; recorded statistics are of all probes. */
export async function layerState(
  session: Session,
  run: OpenedRun,
  layer: number,
  epoch: number,
  sampleCount: number,
  options: TaskOptions,
): Promise<LayerState> {
  const moments = await momentsAt(run, layer, epoch);
  const { dead } = await channelState(run, layer, epoch);
  const maps = await fromMaps(session, run, layer, epoch, sampleCount, options);
  return {
    ...maps,
    recorded: {
      bits: meanOver(moments.map(({ mean }) => mean)),
      halfWidthBits: halfWidth(moments),
      n: Math.max(0, ...moments.map(({ n }) => n)),
    },
    channelBits: moments.map(({ mean }) => mean),
    dead,
    curve: await intraEpochs(run, layer),
  };
}

type FromMaps = Pick<LayerState, 'inter' | 'probeBits' | 'notes'>;

async function fromMaps(
  session: Session,
  run: OpenedRun,
  layer: number,
  epoch: number,
  sampleCount: number,
  options: TaskOptions,
): Promise<FromMaps> {
  const nothing = (note: string): FromMaps => ({ inter: null, probeBits: null, notes: [note] });
  if (sampleCount === 0) return nothing('no maps of this layer were kept');
  const { channelCount, mapShape } = run.manifest.layers[layer];
  const d = channelCount * lengthOf(mapShape);
  const refusal = session.blocks.refusal(interBlockBytes(session, sampleCount, d, INTER));
  if (refusal !== null) return nothing(refusal);
  try {
    const content = layer === 0 ? run.reference.tag : await run.epochTag(epoch);
    const key = JSON.stringify(['compare', ANALYSIS_VERSION, content, layer, sampleCount]);
    const kept = await run.cache.get(key, Kept);
    if (kept) return { ...kept, notes: [] };
    const found = await computed(session, run, layer, epoch, sampleCount, options);
    await run.cache.put(key, found);
    return { ...found, notes: [] };
  } catch (error) {
    return nothing(reasonOf(error));
  }
}

async function computed(
  session: Session,
  run: OpenedRun,
  layer: number,
  epoch: number,
  sampleCount: number,
  options: TaskOptions,
): Promise<Pick<LayerState, 'inter' | 'probeBits'>> {
  const samples = [...Array(sampleCount).keys()];
  const channels = [...Array(run.manifest.layers[layer].channelCount).keys()];
  const cell: IntraCell = { layer: { layer, channels, isWhole: true }, epoch: { epoch, damage: null, samples } };
  const plan = { run, labels: new Int32Array(0), classes: undefined, range: 'channel', bins: HISTOGRAM_BINS } as const;
  const entropies = await entropiesOfSlice(session, plan, cell, samples, options);
  return {
    inter: await interOf(session, run, cell, options),
    probeBits: meansBySample(entropies, sampleCount),
  };
}

async function interOf(
  session: Session,
  run: OpenedRun,
  { layer: { layer, channels }, epoch: { epoch, samples } }: IntraCell,
  options: TaskOptions,
): Promise<LayerState['inter']> {
  const d = channels.length * lengthOf(run.manifest.layers[layer].mapShape);
  const block = await session.blocks.acquire(interBlockBytes(session, samples.length, d, INTER), options.signal);
  try {
    const address = block.regions.allocate(4 * samples.length * d);
    const slice = { run: run.reference, layer, epoch, samples, channels };
    const nonFinite = await readSlice(session, slice, d, block, address, options);
    const vectors = { block, address, n: samples.length, d, nonFinite };
    const { bits, halfWidthBits, excessWithout, n, nonFiniteCount } = await interInBlock(
      session,
      vectors,
      INTER,
      options,
    );
    return bits === null ? null : { bits, halfWidthBits, excessWithout: excessWithout ?? null, n, nonFiniteCount };
  } finally {
    session.blocks.release(block);
  }
}

/** Null for a sample of which any map is not finite. */
function meansBySample(entropies: Float64Array, sampleCount: number): (number | null)[] {
  const width = entropies.length / sampleCount;
  return Array.from({ length: sampleCount }, (_, sample) => {
    const row = entropies.subarray(sample * width, (sample + 1) * width);
    const mean = row.reduce((sum, bits) => sum + bits, 0) / width;
    return Number.isFinite(mean) ? mean : null;
  });
}

const finite = v.pipe(v.number(), v.finite());
const Kept = v.object({
  inter: v.nullable(
    v.object({
      bits: finite,
      halfWidthBits: v.nullable(finite),
      excessWithout: v.nullable(v.array(finite)),
      n: v.number(),
      nonFiniteCount: v.number(),
    }),
  ),
  probeBits: v.nullable(v.array(v.nullable(finite))),
});
