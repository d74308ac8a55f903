/** Units of all layers from the least that they tell of the label: what is drawn of them, and which are less effective. */
import type { LayerMiResult, RedundancyResult } from '../../../src/protocol/measure.js';
import type { Layer } from '../../../src/protocol/run.js';
import { layerLabel } from '../../text/layerLabel.js';

export interface RankedUnit {
  readonly layer: number;
  readonly channel: number;
  readonly name: string;
  readonly bits: number;
  readonly halfWidth: number;
  /** The permuted labels: from the lowest of the middle 95 % to the largest of all. */
  readonly floor: readonly [low: number, maximum: number] | null;
  /** Above the null; true where there is none. */
  readonly tells: boolean;
}

/** Those no higher than chance first, then least first; dead units are left out, since they are listed by themselves. */
export function rankedUnits(
  results: readonly LayerMiResult[],
  layers: readonly Layer[],
  isDead: (layer: number, channel: number) => boolean,
): RankedUnit[] {
  return results
    .flatMap(({ values }) => values)
    .flatMap(({ layer, unit, labelBits: bits, labelHalfWidthBits, labelNull }): RankedUnit[] => {
      if (unit === null || bits === null || isDead(layer, unit)) return [];
      const floor = labelNull ? ([labelNull.lowBits, labelNull.maximumBits] as const) : null;
      const tells = floor === null || bits > floor[1];
      const halfWidth = labelHalfWidthBits ?? 0;
      return [{ layer, channel: unit, name: layerLabel(layers[layer]), bits, halfWidth, floor, tells }];
    })
    .sort((a, b) => Number(a.tells) - Number(b.tells) || a.bits - b.bits || a.layer - b.layer || a.channel - b.channel);
}

/** Channels by layer. */
export type ChannelSet = ReadonlyMap<number, readonly number[]>;

/** Units that do not tell more of the label than the null, and dead ones. */
export function lessEffective(units: readonly RankedUnit[], dead: ChannelSet): ChannelSet {
  const sets = new Map<number, number[]>([...dead].map(([layer, channels]) => [layer, [...channels]]));
  for (const { layer, channel, tells } of units) if (!tells) sets.set(layer, [...(sets.get(layer) ?? []), channel]);
  return new Map([...sets].map(([layer, some]) => [layer, some.sort((a, b) => a - b)]));
}

export function deadChannels(result: RedundancyResult | null): ChannelSet {
  const found = (result?.values ?? []).filter(({ dead }) => dead.length > 0);
  return new Map(found.map(({ layer, dead }) => [layer, dead]));
}
