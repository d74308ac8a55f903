/** Values of inter-sample entropy and what stands beside them; where the vectors come from does not matter. */
import { inter, type InterValue, type OptionsOf, type Provenance } from '../../../protocol/measure.js';
import { chosenOptions } from '../../../protocol/measures/option.js';
import { ANALYSIS_VERSION } from '../../run/version.js';
import type { TaskOptions } from '../dispatch/threadPool.js';
import { interInBlock, type InterOptions, type Vectors } from '../dispatch/interInBlock.js';
import type { Session } from '../dispatch/session.js';
import { noiseBits } from './noise.js';

const APPROXIMATE =
  'k-nearest-neighbour graph, approximate Euclidean: exact distances of the candidates nearest along principal directions';

/** Where a value belongs, and the length of its vectors. */
export interface InterPlace {
  readonly layer: number;
  readonly epoch: number;
  readonly d: number;
}

/** Of vectors that lie in a memory block; without noise, which needs a memory block of its own. */
export async function interInMemory(
  session: Session,
  place: InterPlace,
  vectors: Vectors,
  chosen: InterOptions,
  options: TaskOptions,
): Promise<InterValue> {
  const { bits, n, ...found } = await interInBlock(session, vectors, chosen, options);
  return { ...found, ...place, bits, n, excessBits: bits === null ? null : bits - Math.log2(n), noiseBits: null };
}

/** Adds H of noise of equal N and D where it is asked for. No memory block may be held meanwhile. */
export async function withNoise(
  session: Session,
  value: InterValue,
  chosen: InterOptions,
  options: TaskOptions,
): Promise<InterValue> {
  if (!chosen.noise || value.bits === null) return value;
  return { ...value, noiseBits: await noiseBits(session, value.n, value.d, chosen.k, chosen.approximate, options) };
}

export function checkInterOptions(options: OptionsOf<'inter'>): InterOptions {
  const { k, noise, interval, neighbours } = chosenOptions(inter, options);
  return { k, noise, interval, approximate: neighbours === 'approximate' };
}

export function noValue(place: InterPlace, n: number, k: number, reason: string): InterValue {
  const nothing = { bits: null, excessBits: null, noiseBits: null, halfWidthBits: null };
  return { ...place, ...nothing, n, k, tieCount: 0, zeroScaleCount: 0, nonFiniteCount: 0, reason };
}

export function interProvenance(
  { k, noise, interval, approximate }: InterOptions,
  values: readonly InterValue[],
): Provenance {
  const recalls = values.flatMap(({ recall }) => recall ?? []);
  const ofNeighbours: Record<string, number | string> = approximate
    ? { neighbours: 'approximate', leastRecall: Math.min(1, ...recalls), exactValues: values.length - recalls.length }
    : {};
  const least = Math.min(k, ...values.flatMap((value) => (value.bits === null ? [] : value.k)));
  return {
    measure: 'inter',
    estimator: recalls.length > 0 ? APPROXIMATE : 'k-nearest-neighbour graph, exact Euclidean',
    // Of N samples no more than N − 1 are neighbours.
    parameters: { k, ...(least < k ? { leastK: least } : {}), noise, interval, ...ofNeighbours },
    n: values.reduce((most, value) => Math.max(most, value.n), 0),
    unit: 'bits',
    version: ANALYSIS_VERSION,
  };
}
