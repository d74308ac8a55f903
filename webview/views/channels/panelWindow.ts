/** Which of many boxes are in sight, and which blocks of channels they need: the rest is neither asked for nor drawn. */

export interface PanelGrid {
  readonly count: number;
  readonly columns: number;
  readonly rowHeight: number;
  /** Height of what is seen. */
  readonly height: number;
}

/** First and last channel of the rows in sight, and how far down they begin. */
export interface PanelWindow {
  readonly first: number;
  readonly last: number;
  readonly top: number;
}

export function panelWindow({ count, columns, rowHeight, height }: PanelGrid, scrollTop: number): PanelWindow {
  const rows = Math.ceil(count / columns);
  const seen = Math.ceil(height / rowHeight);
  const row = Math.max(0, Math.min(rows - seen, Math.floor(scrollTop / rowHeight)));
  // One more than fits: two rows are seen in part.
  const last = Math.min(count, (row + seen + 1) * columns) - 1;
  return { first: row * columns, last, top: row * rowHeight };
}

/** Channels asked for at once: a question for many boxes, and the same one wherever the scroll stands. */
export const BLOCK = 32;

export function blocksOf({ first, last }: PanelWindow): number[] {
  const [from, to] = [Math.floor(first / BLOCK), Math.floor(last / BLOCK)];
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

/** Where to scroll so that a channel's row is in sight; null where it is. */
export function scrollTo({ columns, rowHeight, height }: PanelGrid, scrollTop: number, channel: number): number | null {
  const top = Math.floor(channel / columns) * rowHeight;
  if (top < scrollTop) return top;
  return top + rowHeight > scrollTop + height ? top + rowHeight - height : null;
}

/** Where keys take the choice among boxes; null for keys that mean nothing here. */
export function panelKey(
  key: string,
  channel: number,
  { count, columns, height, rowHeight }: PanelGrid,
): number | null {
  const page = Math.max(1, Math.floor(height / rowHeight)) * columns;
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    PageUp: -page,
    PageDown: page,
    Home: -count,
    End: count,
  };
  return Object.hasOwn(steps, key) ? Math.max(0, Math.min(count - 1, channel + steps[key])) : null;
}
