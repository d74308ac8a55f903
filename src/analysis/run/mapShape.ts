/** Sizes of maps. */

/** Values in a map of this shape; 1 for layers of units. */
export function lengthOf(mapShape: readonly number[]): number {
  return mapShape.reduce((product, length) => product * length, 1);
}
