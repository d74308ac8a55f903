/** What the channels of a cluster tell of the label, in words and by channel. */
import type { LayerMiResult, LayerMiValue } from '../../../src/protocol/measure.js';

/** By channel; those without a value are left out. */
export type UnitInformation = ReadonlyMap<number, LayerMiValue & { readonly labelBits: number }>;

export function unitInformation({ values }: LayerMiResult): UnitInformation {
  return new Map(
    values.flatMap((value) => {
      const { unit, labelBits } = value;
      return unit === null || labelBits === null ? [] : [[unit, { ...value, labelBits }] as const];
    }),
  );
}

/** Above the null; true where none was drawn. */
function isAboveNull({ labelBits, labelNull }: LayerMiValue & { readonly labelBits: number }): boolean {
  return labelNull === null || labelBits > labelNull.maximumBits;
}

/** "0.42 ± 0.05 bits, null up to 0.06" of one; "0.11 – 0.74 bits, 1 of 6 no higher than chance" of several; null of none. */
export function informationWords(known: UnitInformation, channels: readonly number[]): string | null {
  const found = channels.flatMap((channel) => known.get(channel) ?? []);
  if (found.length === 0) return null;
  if (found.length === 1) {
    const [{ labelBits, labelHalfWidthBits: half, labelNull }] = found;
    const floor = labelNull ? `, null up to ${labelNull.maximumBits.toFixed(2)}` : '';
    return `${labelBits.toFixed(2)}${half === null ? '' : ` ± ${half.toFixed(2)}`} bits${floor}`;
  }
  const bits = found.map((one) => one.labelBits);
  const silent = found.filter((one) => !isAboveNull(one)).length;
  const none = silent === 0 ? 'all above chance' : `${silent} of ${found.length} no higher than chance`;
  return `${Math.min(...bits).toFixed(2)} – ${Math.max(...bits).toFixed(2)} bits, ${none}`;
}
