/** Where the circles of classes stand: a grid, or for eleven rows of four, three and four as digits do. */

/** Height of a class's name over its circle. */
export const NAME_HEIGHT = 16;

/** Half the width of "8 2098.5 bits". */
const NAME_REACH = 36;

export interface Cells {
  readonly cells: readonly { readonly x: number; readonly y: number }[];
  /** What every circle may take. */
  readonly radius: number;
}

/** Eleven stand in rows of four, three and four, as digits do; other counts in the grid with the largest circles. */
export function groupCells(count: number, width: number, height: number): Cells {
  return count === 11 ? staggeredCells(width, height) : gridCells(count, width, height);
}

function gridCells(count: number, width: number, height: number): Cells {
  const radiusOf = (columns: number): number =>
    Math.min(width / columns - 8, height / Math.ceil(count / columns) - NAME_HEIGHT - 4) / 2;
  let columns = 1;
  for (let some = 2; some <= count; some++) if (radiusOf(some) > radiusOf(columns)) columns = some;
  const rows = Math.ceil(count / columns);
  const cells = Array.from({ length: count }, (_, i) => ({
    x: (((i % columns) + 0.5) * width) / columns,
    y: ((Math.floor(i / columns) + 0.5) * height) / rows + NAME_HEIGHT / 2,
  }));
  return { cells, radius: Math.max(4, radiusOf(columns)) };
}

function staggeredCells(width: number, height: number): Cells {
  const pitch = width / 4;
  const rowPitch = (radius: number): number => (height - 2 * radius - NAME_HEIGHT - 2) / 2;
  const fits = (radius: number): boolean =>
    2 * radius + 8 <= pitch &&
    Math.hypot(pitch / 2, rowPitch(radius)) >= 2 * radius + 4 &&
    // The corner of a name's box stays clear of the circle beside and above it.
    Math.hypot(Math.max(0, pitch / 2 - NAME_REACH), rowPitch(radius) - radius - NAME_HEIGHT) >= radius;
  let [low, high] = [4, Math.max(4, width)];
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  const row = (columns: number, index: number): { x: number; y: number }[] =>
    Array.from({ length: columns }, (_, i) => ({
      x: (i + 0.5 + (4 - columns) / 2) * pitch,
      y: NAME_HEIGHT + low + index * rowPitch(low),
    }));
  return { cells: [...row(4, 0), ...row(3, 1), ...row(4, 2)], radius: low };
}
