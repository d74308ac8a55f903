/**
 * A cluster's patches as a packed rectangle: each channel is a block on a grid – 3 × 2, 2 × 2 or 1 × 1 by
 * the rank of its mean activation – and holes are filled with the next patches of the channel beside them,
 * so that the rectangle closes without distorting any patch (a treemap distorts them).
 */

export interface PackedPatch {
  /** Place in the list of channels, and which of the channel's patches: 0 is the strongest. */
  readonly channel: number;
  readonly patch: number;
  /** In grid cells. */
  readonly x: number;
  readonly y: number;
  readonly side: 1 | 2;
}

export interface Packing {
  readonly columns: number;
  readonly rows: number;
  readonly patches: readonly PackedPatch[];
}

/** `ranks[i]` is 0 for the channel with the largest mean. Channels keep their order: neighbours are alike. */
export function packPatches(ranks: readonly number[], columns: number): Packing {
  const grid = new Grid(columns);
  const patches: PackedPatch[] = [];
  const next = ranks.map(() => 0);
  const put = (channel: number, x: number, y: number, side: 1 | 2): void => {
    patches.push({ channel, patch: next[channel]++, x, y, side });
  };
  ranks.forEach((rank, channel) => {
    const { width, height } = blockOf(rank, ranks.length, columns);
    const { x, y } = grid.place(width, height, channel);
    if (height === 1) return put(channel, x, y, 1);
    put(channel, x, y, 2);
    for (let extra = 2; extra < width; extra++) {
      put(channel, x + extra, y, 1);
      put(channel, x + extra, y + 1, 1);
    }
  });
  for (const { x, y, channel } of grid.holes()) put(channel, x, y, 1);
  return { columns, rows: grid.rows, patches };
}

function blockOf(rank: number, count: number, columns: number): { width: number; height: number } {
  if (columns < 2) return { width: 1, height: 1 };
  if (rank < Math.max(1, count / 3)) return { width: Math.min(3, columns), height: 2 };
  return rank < (2 * count) / 3 ? { width: 2, height: 2 } : { width: 1, height: 1 };
}

class Grid {
  /** Channel of each cell, row by row; −1 while it is free. */
  private readonly cells: number[] = [];

  constructor(private readonly columns: number) {}

  get rows(): number {
    return this.cells.length / this.columns;
  }

  /** The first place from the top where the block fits; rows are added as needed. */
  place(width: number, height: number, channel: number): { x: number; y: number } {
    for (let y = 0; ; y++) {
      for (let x = 0; x + width <= this.columns; x++) {
        if (!this.fits(x, y, width, height)) continue;
        this.take(x, y, width, height, channel);
        return { x, y };
      }
    }
  }

  /** Free cells with the channel to their left, or above where there is none. */
  holes(): { x: number; y: number; channel: number }[] {
    const found: { x: number; y: number; channel: number }[] = [];
    this.cells.forEach((owner, at) => {
      if (owner >= 0) return;
      const x = at % this.columns;
      const beside = x > 0 ? this.cells[at - 1] : (this.cells[at - this.columns] ?? 0);
      this.cells[at] = beside;
      found.push({ x, y: Math.floor(at / this.columns), channel: beside });
    });
    return found;
  }

  private fits(x: number, y: number, width: number, height: number): boolean {
    for (let row = y; row < y + height; row++)
      for (let column = x; column < x + width; column++)
        if ((this.cells[row * this.columns + column] ?? -1) >= 0) return false;
    return true;
  }

  private take(x: number, y: number, width: number, height: number, channel: number): void {
    while (this.rows < y + height) this.cells.push(...new Array<number>(this.columns).fill(-1));
    for (let row = y; row < y + height; row++)
      for (let column = x; column < x + width; column++) this.cells[row * this.columns + column] = channel;
  }
}
