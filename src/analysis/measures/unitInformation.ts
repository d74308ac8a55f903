/** Mutual information of single units with the label and with each other by nearest neighbours, with nulls and intervals. */
import { halfWidths, labelNull, repeat, seedOf, take, type NullOptions } from './informationStatistics.js';
import { bandOf, type Band } from './matrixStatistics.js';
import { ksg, ross, rossOf } from './nearestNeighbourMutualInformation.js';
import { shuffledIndices } from './standardNormal.js';

const NEIGHBOURS = 3;

/** I of two single units by KSG, and its null with the second one permuted. */
export function pairInformation(
  a: Float64Array,
  b: Float64Array,
  { permutations, seed }: NullOptions,
): { readonly bits: number; readonly null: Band | null } {
  const permuted = repeat(permutations, (index) => {
    const order = shuffledIndices(a.length, seedOf(seed, index));
    return ksg(
      a,
      b.map((_, i) => b[order[i]]),
      NEIGHBOURS,
    );
  });
  return { bits: ksg(a, b, NEIGHBOURS), null: bandOf(permuted, seed) };
}

/** I of a single unit and the label by Ross. */
export function unitLabelInformation(
  unit: Float64Array,
  labels: Int32Array,
  options: NullOptions & { readonly interval: boolean },
) {
  const beside = rossOf(unit);
  const { labelHalfWidthBits } = halfWidths(unit.length, options.interval, (kept) => ({
    withInput: 0,
    withLabel: ross(
      Float64Array.from(kept, (i) => unit[i]),
      take(labels, kept),
      NEIGHBOURS,
    ),
  }));
  return {
    labelHalfWidthBits,
    labelBits: beside(labels, NEIGHBOURS),
    labelNull: labelNull(labels, options, (shuffled) => beside(shuffled, NEIGHBOURS)),
  };
}
