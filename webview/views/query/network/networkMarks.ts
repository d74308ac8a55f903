/** The network's diagram as marks: wires between lanes and a glyph for each layer. */
import { path as newPath } from 'd3';
import type { Layer } from '../../../../src/protocol/run.js';
import { glyphOf, type Glyph } from './glyphs.js';
import { networkLayout } from './networkLayout.js';

export interface Wire {
  readonly path: string;
  readonly from: number;
  readonly to: number;
  /** Where the word "shortcut" stands, for edges that pass layers by. */
  readonly label: { readonly x: number; readonly y: number } | null;
}

export interface PlacedGlyph {
  readonly layer: number;
  readonly x: number;
  readonly y: number;
  readonly glyph: Glyph;
}

export interface NetworkMarks {
  readonly width: number;
  readonly height: number;
  readonly columnWidth: number;
  readonly wires: readonly Wire[];
  readonly glyphs: readonly PlacedGlyph[];
}

const TOP = 23;
const LANE_HEIGHT = 33;
const MAX_LANES_HEIGHT = 132;
/** More words than lanes to read them on say nothing. */
const MOST_NAMED_LANES = 3;

/** An edge past other layers into a sum, bare or through one layer. */
function isShortcut(layers: readonly Layer[], to: number, skips: boolean): boolean {
  const sink = skips ? layers[to] : layers.find((layer) => layer.inputs.includes(to));
  return sink?.className === 'Add';
}

/** `columnWidth` is that of the table below; a glyph stands a little right of its column's left edge. */
export function networkMarks(layers: readonly Layer[], columnWidth: number): NetworkMarks {
  const layout = networkLayout(layers);
  const laneHeight = Math.min(LANE_HEIGHT, MAX_LANES_HEIGHT / Math.max(1, layout.laneCount - 1));
  const widest = Math.max(1, ...layers.map((layer) => layer.mapShape[0] ?? 0));
  const x = (index: number): number => index * columnWidth + 24;
  const y = (lane: number): number => TOP + lane * laneHeight;
  const wires = layout.edges.map(({ from, to, lane, skips }): Wire => {
    const ends = { fromX: x(from), fromY: y(layout.lanes[from]), toX: x(to), toY: y(layout.lanes[to]) };
    const named = layout.laneCount <= MOST_NAMED_LANES && lane > 0 && to - from > 1;
    const place = { x: skips ? (ends.fromX + ends.toX) / 2 : ends.toX - 1.4 * columnWidth, y: y(lane) - 5 };
    return {
      path: wirePath(ends, y(lane), columnWidth),
      from,
      to,
      label: named && isShortcut(layers, to, skips) ? place : null,
    };
  });
  const glyphs = layers.map((layer) => ({
    layer: layer.index,
    x: x(layer.index),
    y: y(layout.lanes[layer.index]),
    glyph: glyphOf(layer, widest),
  }));
  const height = TOP + (layout.laneCount - 1) * laneHeight + 21;
  return { width: layers.length * columnWidth, height, columnWidth, wires, glyphs };
}

function wirePath(
  ends: { readonly fromX: number; readonly fromY: number; readonly toX: number; readonly toY: number },
  laneY: number,
  columnWidth: number,
): string {
  const { fromX, fromY, toX, toY } = ends;
  const bend = Math.min(columnWidth * 0.85, (toX - fromX) / 2);
  const path = newPath();
  path.moveTo(fromX, fromY);
  if (fromY !== laneY) path.bezierCurveTo(fromX + bend / 2, fromY, fromX + bend / 2, laneY, fromX + bend, laneY);
  if (toY !== laneY) {
    path.lineTo(toX - bend, laneY);
    path.bezierCurveTo(toX - bend / 2, laneY, toX - bend / 2, toY, toX, toY);
  } else {
    path.lineTo(toX, laneY);
  }
  return path.toString();
}
