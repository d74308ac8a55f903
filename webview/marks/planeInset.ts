/** Layers that crowd together on the information plane, once more and enlarged: in a free corner or under the plot. */
import type { Box } from './lineChart.js';
import {
  frameOf,
  LABEL_HEIGHT,
  labelsOf,
  LETTER,
  scalesOf,
  type Frame,
  type FramePath,
  type PlaneFrame,
  type PlanePath,
} from './planeFrame.js';
import { boxOf, grown, lengthWithin, within, type Dot } from './strokesWithin.js';

export interface PlaneInset extends PlaneFrame {
  /** The part of the main plot that is enlarged. */
  readonly source: Box;
  /** How many times. */
  readonly factor: { readonly x: number; readonly y: number };
  /** Under the plot, since each of its corners hides something. */
  readonly isBelow: boolean;
}

const INSET_SHARE = 0.5;
/** Of the plot's height, for many labels. */
const MOST_INSET = 0.8;
/** More labels than these stand in a column beside the paths. */
const MOST_LOOSE = 5;
/** A group that takes less of both sides than this is enlarged. */
const CROWDED = 0.2;

interface Crowd {
  readonly ids: ReadonlySet<number>;
  readonly box: Box;
}

/** The largest group of layers, three at least, whose dots at the epoch in sight lie in a small part of the plot. */
export function crowdOf({ paths }: PlaneFrame, plot: Box): Crowd | null {
  const [width, height] = [CROWDED * plot.width, CROWDED * plot.height];
  let best: FramePath[] = [];
  for (const left of paths) {
    for (const top of paths) {
      const group = paths.filter(({ at }) => {
        const [dx, dy] = [at.x - left.at.x, at.y - top.at.y];
        return dx >= 0 && dx <= width && dy >= 0 && dy <= height;
      });
      if (group.length > best.length) best = group;
    }
  }
  if (best.length < 3 || !overlaps(best)) return null;
  const dots = best.map(({ at }) => at);
  const near = best
    .flatMap(({ dots: own }) => own)
    .filter((dot) => within(dot, grown(boxOf(dots, 0), width / 3, height / 3)));
  return { ids: new Set(best.map(({ id }) => id)), box: boxOf([...dots, ...near], 8) };
}

/** Whether any two labels would lie over each other. */
function overlaps(group: readonly FramePath[]): boolean {
  return group.some((a) =>
    group.some((b) => a !== b && Math.abs(a.at.y - b.at.y) < LABEL_HEIGHT && Math.abs(a.at.x - b.at.x) < 60),
  );
}

/** Right, left, above and below of what is drawn, in pixels: an inset that is nearer hides it. */
const NEAR = 6;
/** Pixels of strokes that a corner may hide. */
const HIDDEN = 12;
/** Between the foot of the plot and an inset below it. */
const BELOW = 24;
const LEAST_BELOW = 150;

/** In a corner that hides nothing, or else under the plot; names stand beside the strokes, not on them. */
export function insetOf(frame: Frame, paths: readonly PlanePath[], ids: ReadonlySet<number>, source: Box, low: number) {
  const { x, y } = scalesOf(frame);
  const strokes = paths.flatMap((path) => strokesOf(path, frame));
  const corner = freeCorner(frame.plot, ids.size, source, strokes);
  const rows = ids.size * LABEL_HEIGHT + 24;
  const below = { x: frame.plot.x, y: low + BELOW, width: frame.plot.width, height: Math.max(LEAST_BELOW, rows) };
  const box = corner ?? below;
  const crowded = paths.filter(({ id }) => ids.has(id));
  const longest = Math.max(...crowded.map(({ name }) => name.length));
  const names = Math.min(0.6 * box.width, 14 + LETTER * longest);
  const column = box.x + box.width - names + 8;
  // Strokes end above the words at the foot, and before a column of names.
  const clipTo = (right: number): Box => ({
    x: box.x + 2,
    y: box.y + 2,
    width: right - box.x - 4,
    height: box.height - 20,
  });
  const inner: Frame = {
    ...frame,
    plot: { x: box.x + 8, y: box.y + 8, width: Math.max(40, box.width - names - 8), height: box.height - 30 },
    clip: clipTo(box.x + box.width),
    xDomain: [x.invert(source.x), x.invert(source.x + source.width)],
    yDomain: [y.invert(source.y + source.height), y.invert(source.y)],
  };
  const loose = enlargedFrame(inner, crowded, box, null);
  const isStruck = crowded
    .flatMap((path) => strokesOf(path, inner))
    .some(([from, to]) => loose.labels.some((label) => lengthWithin(from, to, labelBox(label)) > 0));
  const shown =
    ids.size > MOST_LOOSE || isStruck
      ? enlargedFrame({ ...inner, clip: clipTo(column - 4) }, crowded, box, column)
      : loose;
  const factor = { x: inner.plot.width / source.width, y: inner.plot.height / source.height };
  return { ...shown, source, factor, isBelow: corner === null };
}

/** Names beside their dots, or all in one column. */
function enlargedFrame(inner: Frame, crowded: readonly PlanePath[], box: Box, column: number | null): PlaneFrame {
  const drawn = frameOf(inner, crowded, new Set());
  const named = drawn.paths.map((path, i) => ({ path, name: crowded[i].name }));
  return { plot: box, paths: drawn.paths, labels: labelsOf(named, box, column) };
}

type Stroke = readonly [from: Dot, to: Dot];

function strokesOf({ points }: PlanePath, frame: Frame): Stroke[] {
  const { x, y } = scalesOf(frame);
  const dots = points.map((point) => ({ x: x(point.x), y: y(point.y) }));
  return dots.slice(1).map((dot, i) => [dots[i], dot]);
}

/** The corner under which the fewest strokes lie; null where each hides some, or the very part that is enlarged. */
function freeCorner(plot: Box, count: number, source: Box, strokes: readonly Stroke[]): Box | null {
  const width = INSET_SHARE * plot.width;
  const height = Math.min(MOST_INSET * plot.height, Math.max(INSET_SHARE * plot.height, count * LABEL_HEIGHT + 24));
  const corners = [0, 1].flatMap((right) =>
    [0, 1].map((low): Box => ({
      x: right ? plot.x + plot.width - width - 6 : plot.x + 6,
      y: low ? plot.y + plot.height - height - 6 : plot.y + 14,
      width,
      height,
    })),
  );
  const hidden = (box: Box): number =>
    overlapping(box, source)
      ? Infinity
      : strokes.reduce((sum, [from, to]) => sum + lengthWithin(from, to, grown(box, NEAR, NEAR)), 0);
  const ranked = corners.map((box) => ({ box, hides: hidden(box) })).sort((a, b) => a.hides - b.hides);
  return ranked[0].hides <= HIDDEN ? ranked[0].box : null;
}

function overlapping(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function labelBox({ text, x, y, isLeft }: PlaneFrame['labels'][number]): Box {
  const width = LETTER * text.length;
  return { x: isLeft ? x - width : x, y: y - 10, width, height: 12 };
}
