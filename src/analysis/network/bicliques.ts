/**
 * Bundles of edges between two columns: maximal bicliques of the drawn edges, the largest first, each
 * edge in one bundle (CNNVis §5.3 bundles by biclusters of the edges' binary matrix). Exact where one
 * side is small; beyond that each is grown from its strongest row.
 */

export interface Biclique {
  readonly sources: readonly number[];
  readonly targets: readonly number[];
}

/** A side of at most so many is searched whole: 2^12 sets. */
const MOST_EXACT = 12;

/** `edges` is (sources, targets), non-zero where an edge is drawn. Covers every edge exactly once. */
export function bicliqueCover(edges: ArrayLike<number>, sourceCount: number, targetCount: number): Biclique[] {
  const left = Uint8Array.from({ length: sourceCount * targetCount }, (_, i) => (edges[i] ? 1 : 0));
  const cover: Biclique[] = [];
  for (;;) {
    const best = largestBiclique(left, sourceCount, targetCount);
    if (!best) return cover;
    for (const s of best.sources) for (const t of best.targets) left[s * targetCount + t] = 0;
    cover.push(best);
  }
}

/** The biclique with most edges; of equals the one with the lower indices. Null without edges. */
export function largestBiclique(edges: ArrayLike<number>, sourceCount: number, targetCount: number): Biclique | null {
  const flip = targetCount < sourceCount;
  const [rows, columns] = flip ? [targetCount, sourceCount] : [sourceCount, targetCount];
  const has = (row: number, column: number): boolean =>
    Boolean(flip ? edges[column * targetCount + row] : edges[row * targetCount + column]);
  const neighbours = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) => column).filter((column) => has(row, column)),
  );
  const found = rows <= MOST_EXACT ? searched(neighbours) : grown(neighbours);
  if (!found) return null;
  return flip ? { sources: found.columns, targets: found.rows } : { sources: found.rows, targets: found.columns };
}

interface Block {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
}

const areaOf = (block: Block): number => block.rows.length * block.columns.length;

function searched(neighbours: readonly (readonly number[])[]): Block | null {
  let best: Block | null = null;
  const visit = (from: number, rows: readonly number[], columns: readonly number[]): void => {
    if (rows.length > 0 && (!best || areaOf({ rows, columns }) > areaOf(best))) best = { rows, columns };
    for (let row = from; row < neighbours.length; row++) {
      const common = rows.length === 0 ? neighbours[row] : columns.filter((one) => neighbours[row].includes(one));
      const reach = (rows.length + neighbours.length - row) * common.length;
      if (common.length > 0 && (!best || reach > areaOf(best))) visit(row + 1, [...rows, row], common);
    }
  };
  visit(0, [], []);
  return best;
}

function grown(neighbours: readonly (readonly number[])[]): Block | null {
  const seed = neighbours.reduce((best, one, row) => (one.length > neighbours[best].length ? row : best), 0);
  if (neighbours[seed].length === 0) return null;
  const sets = neighbours.map((one) => new Set(one));
  let block: Block = { rows: [seed], columns: neighbours[seed] };
  let best = block;
  while (block.columns.length > 0) {
    const next = bestAddition(block, sets);
    if (!next) break;
    block = next;
    if (areaOf(block) > areaOf(best)) best = block;
  }
  return { rows: [...best.rows].sort((a, b) => a - b), columns: best.columns };
}

function bestAddition({ rows, columns }: Block, sets: readonly ReadonlySet<number>[]): Block | null {
  let best: Block | null = null;
  sets.forEach((set, row) => {
    if (rows.includes(row)) return;
    const common = columns.filter((column) => set.has(column));
    if (common.length > (best?.columns.length ?? 0)) best = { rows: [...rows, row], columns: common };
  });
  return best;
}
