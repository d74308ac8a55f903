/**
 * One small sign for each kind of layer: sheets for maps (side by their size, number by the channels),
 * a column of cells for units, a circle with a mark for layers that only transform.
 */
import type { Layer } from '../../../../src/protocol/run.js';

export type Glyph =
  | { readonly kind: 'sheets'; readonly side: number; readonly count: number }
  | { readonly kind: 'cells'; readonly width: number; readonly height: number; readonly count: number }
  /** A circle of radius 9; `path` is drawn in it, around its centre. */
  | { readonly kind: 'circle'; readonly path: string }
  | { readonly kind: 'opaque'; readonly side: number };

/** `widestMap` is the network's largest map side, in pixels of the map. */
export function glyphOf(layer: Layer, widestMap: number): Glyph {
  switch (layer.kind) {
    case 'merge':
      return { kind: 'circle', path: /concat/i.test(layer.className) ? 'M-3,-5V5M3,-5V5' : 'M-5,0H5M0,-5V5' };
    case 'activation':
      return { kind: 'circle', path: 'M-5,4H0L5,-4' };
    case 'normalization':
      return { kind: 'circle', path: 'M-6,4C-2,4 -2,-5 0,-5S2,4 6,4' };
    case 'dropout':
      return { kind: 'circle', path: 'M-4,-4L4,4M-4,4L4,-4' };
    case 'recurrent':
      return { kind: 'circle', path: 'M4,-2A4.5,4.5 0 1 0 4,3M4,-5V-1.5H0.5' };
    case 'other':
      return { kind: 'opaque', side: 20 };
    default:
      return layer.mapShape.length > 0 ? sheets(layer, widestMap) : cells(layer);
  }
}

function sheets(layer: Layer, widestMap: number): Glyph {
  const share = Math.sqrt((layer.mapShape[0] ?? 1) / widestMap);
  const count = Math.max(1, Math.min(4, Math.ceil(Math.log2(layer.channelCount + 1))));
  return { kind: 'sheets', side: Math.max(8, Math.round(28 * share)), count };
}

function cells(layer: Layer): Glyph {
  const height = Math.max(12, Math.min(38, Math.round(4 * Math.log2(layer.channelCount + 1))));
  return { kind: 'cells', width: 8, height, count: Math.max(2, Math.round(height / 5)) };
}
