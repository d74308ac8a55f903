/** What one layer knows of the class under one condition of a control experiment, and how its answers scatter. */
import type { Condition, ControlValue } from '../../../protocol/control.js';
import type { Layer } from '../../../protocol/run.js';
import { lengthOf } from '../../run/mapShape.js';
import { DEFAULT_NEIGHBOURS } from '../../measures/interSampleEntropy.js';
import type { TaskOptions } from '../dispatch/threadPool.js';
import { dropRows, interInBlock, type InterOptions } from '../dispatch/interInBlock.js';
import { targetOf, type MemoryBlock } from '../../memory/memoryBlocks.js';
import type { Session } from '../dispatch/session.js';
import { informationInBlock } from './layerMiInBlock.js';

export const INTER: InterOptions = { k: DEFAULT_NEIGHBOURS, noise: false, interval: true, approximate: false };
/** Labels are permuted so many times for the null. */
export const CONTROL_PERMUTATIONS = 39;
const NOISE_SHARE = 0.05;
const KDE = { estimator: 'kde', bins: 30, seed: 1, units: false, range: { minimum: 0, maximum: 0 } } as const;
const NO_LABEL = { labelBits: null, labelHalfWidthBits: null, labelNullBits: null };

export const NO_VALUE = { interBits: null, interHalfWidthBits: null, ...NO_LABEL };

/** Noise variance of each layer under the first condition. */
export type LayerNoise = Map<number, number>;

export interface AskedValue {
  readonly shape: Layer;
  readonly epoch: number;
  readonly n: number;
  readonly labels: Int32Array | null;
  readonly condition: Condition;
}

/** Of (sample, channel, ...map) that lies at the address; samples with NaN or ±Inf are left out. */
export async function controlValue(
  session: Session,
  asked: AskedValue,
  { block, address }: { readonly block: MemoryBlock; readonly address: number },
  noise: LayerNoise,
  task: TaskOptions,
): Promise<ControlValue> {
  const { shape, n, labels, condition } = asked;
  const { channelCount, mapShape } = shape;
  const d = channelCount * lengthOf(mapShape);
  const target = targetOf(block);
  const dropped = await session.pool.run('nonFiniteRows', { target, address, rowCount: n, d }, task);
  dropRows(block.regions.float32(address, n * d), d, dropped);
  const without = new Set(dropped);
  const kept = [...Array(n).keys()].filter((i) => !without.has(i));
  const maps = { block, address, n: kept.length, kept, channelCount, mapLength: lengthOf(mapShape) };
  const label = labels ? await labelInformation(session, asked, labels, maps, noise, task) : NO_LABEL;
  const inter = await interInBlock(session, { block, address, n: kept.length, d, nonFinite: [] }, INTER, task);
  const { bits: interBits, halfWidthBits: interHalfWidthBits, reason } = inter;
  return { condition, interBits, interHalfWidthBits, ...label, reason };
}

/**
 * At the noise that the original condition has in this layer: an altered input that moves a layer less must
 * not look as informative because its noise shrinks with it.
 */
async function labelInformation(
  session: Session,
  { shape: { index: layer }, epoch, n }: AskedValue,
  labels: Int32Array,
  maps: Parameters<typeof informationInBlock>[1],
  noise: LayerNoise,
  task: TaskOptions,
): Promise<typeof NO_LABEL | Pick<ControlValue, keyof typeof NO_LABEL>> {
  const known = Int32Array.from(maps.kept, (i) => labels[i]);
  const at = async (noiseShare: number, isLast: boolean) => {
    const mark = maps.block.regions.mark();
    const chosen = { ...KDE, noiseShare, interval: isLast, permutations: isLast ? CONTROL_PERMUTATIONS : 0 };
    const { values } = await informationInBlock(session, maps, { layer, epoch }, [], known, n, chosen, task);
    maps.block.regions.release(mark);
    const { labelBits = null, labelHalfWidthBits = null, labelNull = null, noiseVariance = 0 } = values[0] ?? {};
    return { label: { labelBits, labelHalfWidthBits, labelNullBits: labelNull?.maximumBits ?? null }, noiseVariance };
  };
  const original = noise.get(layer);
  const own = await at(NOISE_SHARE, original === undefined);
  if (original === undefined) {
    noise.set(layer, own.noiseVariance ?? 0);
    return own.label;
  }
  // All answers are the same: nothing can be told apart at any noise.
  if (!own.noiseVariance || !(original > 0)) return own.label;
  return (await at((NOISE_SHARE * original) / own.noiseVariance, true)).label;
}
