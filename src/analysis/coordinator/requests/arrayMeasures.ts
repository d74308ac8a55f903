/** Measures of arrays that no run holds: what `cnnslicer measure` computes. */
import { targetOf } from '../../memory/memoryBlocks.js';
import { Failure } from '../../../protocol/failure.js';
import type { InterValue, Provenance } from '../../../protocol/measure.js';
import type { CallContext } from '../../../protocol/rpc.js';
import type { EntropyRange } from '../../../protocol/run.js';
import { entropyMoments } from '../../measures/intraSampleEntropy.js';
import { checkInterOptions, interInMemory, interProvenance, noValue, withNoise } from './interValues.js';
import { checkIntraOptions, intraProvenance } from './intra.js';
import { inOwnBlock } from '../dispatch/arraysInBlock.js';
import { interBlockBytes } from '../dispatch/interInBlock.js';
import type { ArrayInMemory } from '../../memory/arrayInMemory.js';
import type { MeasureOptions } from '../../../protocol/measure.js';
import type { Session } from '../dispatch/session.js';

export interface InterArrayInput {
  readonly array: ArrayInMemory;
  readonly n: number;
  readonly d: number;
  readonly options: MeasureOptions;
}

export interface IntraArrayInput {
  readonly array: ArrayInMemory;
  readonly shape: IntraArrayShape;
}

export interface IntraArrayShape {
  readonly sampleCount: number;
  readonly channelCount: number;
  /** Values of one map: H × W. */
  readonly mapLength: number;
  /** Class of each sample, −1 for none; null where there are no classes. */
  readonly labels: Int32Array | null;
  /** Default 32. */
  readonly bins?: number;
  /** `channel` is over all samples of the array. Default `map`. */
  readonly range?: EntropyRange;
}

/** Means of the maps' entropies, by channel; null where no map has only finite values. */
export interface IntraArrayResult {
  readonly perChannel: readonly (number | null)[];
  /** By class that occurs in the labels. */
  readonly perClass: Readonly<Record<string, readonly (number | null)[]>>;
  readonly n: number;
  /** Maps left out because a value was NaN or ±Inf. */
  readonly nonFiniteMapCount: number;
  readonly bins: number;
  readonly range: EntropyRange;
  readonly provenance: Provenance;
}

/** More classes than this are a mistake: a table of class × channel must be made. */
const MOST_CLASSES = 2 ** 16;

export async function interOfArray(
  session: Session,
  { array, n, d, options }: InterArrayInput,
  context: CallContext,
): Promise<InterValue> {
  const chosen = checkInterOptions(options);
  const task = { signal: context.signal, rank: session.nextRank() };
  const tooLarge = session.blocks.refusal(interBlockBytes(session, n, d, chosen));
  if (tooLarge !== null) return noValue({ layer: -1, epoch: -1, d }, n, chosen.k, tooLarge);
  const value = await inOwnBlock(session, array, async (block, address) => {
    const target = targetOf(block);
    const nonFinite = await session.pool.run('nonFiniteRows', { target, address, rowCount: n, d }, task);
    return interInMemory(session, { layer: -1, epoch: -1, d }, { block, address, n, d, nonFinite }, chosen, task);
  });
  return withNoise(session, value, chosen, task);
}

/** Inter-sample entropy of an array, and how it was estimated. */
export type InterArrayResult = InterValue & { readonly provenance: Provenance };

export async function estimatedInterOfArray(
  session: Session,
  input: InterArrayInput,
  context: CallContext,
): Promise<InterArrayResult> {
  const value = await interOfArray(session, input, context);
  return { ...value, provenance: interProvenance(checkInterOptions(input.options), [value]) };
}

export async function intraOfArray(
  session: Session,
  { array, shape }: IntraArrayInput,
  context: CallContext,
): Promise<IntraArrayResult> {
  const { bins, range } = checkIntraOptions(shape);
  const { sampleCount, channelCount, mapLength } = shape;
  const options = { signal: context.signal, rank: session.nextRank() };
  const classCount = classCountOf(shape);
  const entropies = await inOwnBlock(session, array, async (block, address) => {
    const target = targetOf(block);
    const place = { target, address, scratch: block.regions.mark(), sampleCount, channelCount, mapLength };
    const ranges = range === 'channel' ? await session.pool.run('channelRanges', place, options) : null;
    return session.pool.run('intra', { ...place, bins, ranges }, options);
  });
  const moments = entropyMoments(entropies, channelCount, shape.labels ?? [], classCount);
  const row = (index: number): (number | null)[] =>
    Array.from(moments.subarray(index * channelCount, (index + 1) * channelCount), (bits) =>
      Number.isNaN(bits) ? null : bits,
    );
  const classes = [...new Set(shape.labels ?? [])].filter((label) => label >= 0).sort((a, b) => a - b);
  return {
    perChannel: row(classCount),
    perClass: Object.fromEntries(classes.map((index) => [String(index), row(index)])),
    n: sampleCount,
    nonFiniteMapCount: entropies.reduce((count, bits) => count + (Number.isNaN(bits) ? 1 : 0), 0),
    bins,
    range,
    provenance: { ...intraProvenance([], bins, range), n: sampleCount },
  };
}

function classCountOf({ labels, sampleCount }: IntraArrayShape): number {
  if (!labels) return 0;
  const wrong = labels.length !== sampleCount ? `there are ${labels.length} labels for ${sampleCount} samples` : null;
  const highest = labels.reduce((most, label) => Math.max(most, label), -1);
  const tooHigh = highest >= MOST_CLASSES ? `the highest label is ${highest}` : null;
  if (wrong ?? tooHigh) {
    throw new Failure({
      kind: 'bad-input',
      doing: 'computing map entropy by class',
      wrong: wrong ?? tooHigh ?? '',
      tryThis: `Give one class, 0 to ${MOST_CLASSES - 1}, for each sample.`,
    });
  }
  return highest + 1;
}
