/**
 * How a strip of `count` cells fits its width: all of them, or a page of them with a way to the others.
 * Cells of a page are no narrower than `minCell`; a strip that may thin out shows all, however narrow.
 */

export interface StripLayout {
  readonly cellWidth: number;
  /** First cell in sight. */
  readonly offset: number;
  /** Cells in sight. */
  readonly visible: number;
  readonly paged: boolean;
}

export function stripLayout(
  width: number,
  count: number,
  options: { readonly minCell: number; readonly offset: number; readonly thins?: boolean },
): StripLayout {
  const fitting = Math.max(1, Math.floor(width / options.minCell));
  if (options.thins || count <= fitting) {
    return { cellWidth: width / Math.max(1, count), offset: 0, visible: count, paged: false };
  }
  const offset = Math.max(0, Math.min(count - fitting, options.offset));
  return { cellWidth: width / fitting, offset, visible: fitting, paged: true };
}

/** Cell under a pixel, held inside what is in sight. */
export function cellAt(layout: StripLayout, x: number): number {
  const place = Math.floor(x / layout.cellWidth);
  return layout.offset + Math.max(0, Math.min(layout.visible - 1, place));
}

/** Left and right pixel of a band, cut to what is in sight; null when none of it is. */
export function bandBox(
  layout: StripLayout,
  [from, to]: readonly [number, number],
): { readonly left: number; readonly right: number; readonly opensLeft: boolean; readonly opensRight: boolean } | null {
  const last = layout.offset + layout.visible - 1;
  if (to < layout.offset || from > last) return null;
  return {
    left: (Math.max(from, layout.offset) - layout.offset) * layout.cellWidth,
    right: (Math.min(to, last) - layout.offset + 1) * layout.cellWidth,
    opensLeft: from < layout.offset,
    opensRight: to > last,
  };
}

/** The offset that brings a cell into sight, moved no more than needed. */
export function offsetShowing(layout: StripLayout, index: number): number {
  if (!layout.paged) return 0;
  if (index < layout.offset) return index;
  return index >= layout.offset + layout.visible ? index - layout.visible + 1 : layout.offset;
}

/** Which edge of which band lies within `reach` pixels of x. */
export function edgeAt(
  layout: StripLayout,
  bands: readonly (readonly [number, number])[],
  x: number,
  reach = 6,
): { readonly band: number; readonly side: 'from' | 'to' } | null {
  const edges = bands.flatMap((range, band) => {
    const box = bandBox(layout, range);
    if (!box) return [];
    return [
      { band, side: 'from' as const, distance: box.opensLeft ? Infinity : Math.abs(x - box.left) },
      { band, side: 'to' as const, distance: box.opensRight ? Infinity : Math.abs(x - box.right) },
    ];
  });
  const [nearest] = edges.sort((a, b) => a.distance - b.distance);
  return nearest && nearest.distance <= reach ? { band: nearest.band, side: nearest.side } : null;
}
