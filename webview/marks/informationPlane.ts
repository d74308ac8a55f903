/**
 * The information plane (Shwartz-Ziv and Tishby 2017): a path for each layer, I(T; X) to the right, I(T; Y) up,
 * coloured by epoch up to the epoch in sight; layers that crowd together once more, enlarged, in a free corner.
 */
import { scaleLinear } from 'd3';
import { dodge } from './dodge.js';
import type { Box } from './lineChart.js';

export interface PlanePath {
  readonly id: number;
  readonly name: string;
  readonly points: readonly { readonly epoch: number; readonly x: number; readonly y: number }[];
}

export interface PlaneSpec {
  readonly paths: readonly PlanePath[];
  readonly width: number;
  readonly height: number;
  /** log2 N and H(Y). */
  readonly xCeiling: number;
  readonly yCeiling: number;
  readonly cursorEpoch: number;
}

export interface PlaneFrame {
  readonly plot: Box;
  readonly paths: readonly FramePath[];
  readonly labels: readonly { readonly id: number; readonly text: string; readonly x: number; readonly y: number; readonly isLeft: boolean; readonly leader: string }[]; // prettier-ignore
}

export interface FramePath {
  readonly id: number;
  readonly segments: readonly { readonly epoch: number; readonly path: string }[];
  /** Epochs after the one in sight. */
  readonly rest: string;
  /** The first epoch; null where it lies outside. */
  readonly first: { readonly x: number; readonly y: number } | null;
  readonly dots: readonly { readonly epoch: number; readonly x: number; readonly y: number }[];
  readonly at: { readonly epoch: number; readonly x: number; readonly y: number };
}

export interface PlaneMarks {
  readonly main: PlaneFrame;
  readonly xTicks: readonly { readonly at: number; readonly text: string }[];
  readonly yTicks: readonly { readonly at: number; readonly text: string }[];
  readonly xCeiling: number | null;
  readonly yCeiling: number | null;
  /** Null where nothing is crowded. `source` is the part of the main plot that is enlarged. */
  readonly inset: (PlaneFrame & { readonly source: Box }) | null;
}

const MARGIN = { left: 40, top: 16, right: 16, bottom: 38 };
const LABEL_HEIGHT = 14;
/** Room of a letter of a label, about. */
const LETTER = 6.2;
const INSET_SHARE = 0.5;
/** Of the plot's height, for many labels. */
const MOST_INSET = 0.8;
/** More labels than these stand in a column beside the paths. */
const MOST_LOOSE = 5;
/** A group that takes less of both sides than this is enlarged. */
const CROWDED = 0.2;

export function planeMarks(spec: PlaneSpec): PlaneMarks {
  const plot: Box = {
    x: MARGIN.left,
    y: MARGIN.top,
    width: Math.max(60, spec.width - MARGIN.left - MARGIN.right),
    height: Math.max(60, spec.height - MARGIN.top - MARGIN.bottom),
  };
  const paths = spec.paths.filter(({ points }) => points.length > 0);
  const points = paths.flatMap((path) => path.points);
  const xDomain = domainOf([...points.map(({ x }) => x), spec.xCeiling]);
  const yDomain = domainOf([...points.map(({ y }) => y), spec.yCeiling]);
  const frame = { plot, clip: plot, xDomain, yDomain, cursorEpoch: spec.cursorEpoch };
  const { x, y } = scalesOf(frame);
  const bare = frameOf(frame, paths, new Set());
  const crowd = crowdOf(bare, plot);
  const main = crowd ? frameOf(frame, paths, crowd.ids) : frameOf(frame, paths, new Set());
  return {
    main,
    xTicks: x.ticks(5).map((tick) => ({ at: x(tick), text: String(tick) })),
    yTicks: y.ticks(5).map((tick) => ({ at: y(tick), text: String(tick) })),
    xCeiling: spec.xCeiling > 0 ? x(spec.xCeiling) : null,
    yCeiling: spec.yCeiling > 0 ? y(spec.yCeiling) : null,
    inset: crowd ? insetOf(frame, paths, crowd.ids, crowd.box, bare) : null,
  };
}

interface Frame {
  readonly plot: Box;
  /** Nothing is drawn outside of it. */
  readonly clip: Box;
  readonly xDomain: readonly [number, number];
  readonly yDomain: readonly [number, number];
  readonly cursorEpoch: number;
}

function domainOf(values: readonly number[]): [number, number] {
  const low = values.reduce((least, value) => Math.min(least, value), Infinity);
  const high = values.reduce((most, value) => Math.max(most, value), -Infinity);
  if (!(low < high)) return [(low || 0) - 1, (low || 0) + 1];
  const room = 0.06 * (high - low);
  return [low - room, high + room];
}

function scalesOf({ plot, xDomain, yDomain }: Omit<Frame, 'clip'>) {
  return {
    x: scaleLinear(xDomain, [plot.x, plot.x + plot.width]),
    y: scaleLinear(yDomain, [plot.y + plot.height, plot.y]),
  };
}

function frameOf(frame: Frame, paths: readonly PlanePath[], unlabelled: ReadonlySet<number>): PlaneFrame {
  const { x, y } = scalesOf(frame);
  const drawn = paths.map((path): FramePath => {
    const dots = path.points.map((point) => ({ epoch: point.epoch, x: x(point.x), y: y(point.y) }));
    const upTo = Math.max(0, dots.findLastIndex(({ epoch }) => epoch <= frame.cursorEpoch)); // prettier-ignore
    const seen = dots.slice(0, upTo + 1);
    const stroke = (some: typeof dots): string =>
      some.slice(1).map((dot, i) => strokeWithin(some[i], dot, frame.clip)).join(''); // prettier-ignore
    const inside = (dot: Dot): boolean => within(dot, frame.clip);
    return {
      id: path.id,
      segments: seen.slice(1).map((dot, i) => ({ epoch: dot.epoch, path: strokeWithin(seen[i], dot, frame.clip) })),
      rest: upTo < dots.length - 1 ? stroke(dots.slice(upTo)) : '',
      first: inside(dots[0]) ? dots[0] : null,
      dots: seen.slice(1).filter(inside),
      at: seen[seen.length - 1],
    };
  });
  const named = drawn.flatMap((path, i) => (unlabelled.has(path.id) ? [] : [{ path, name: paths[i].name }]));
  return { plot: frame.plot, paths: drawn, labels: labelsOf(named, frame.plot) };
}

/** Right of their dots, or left where there is no room, or all in one column; moved apart up and down. */
function labelsOf(
  named: readonly { readonly path: FramePath; readonly name: string }[],
  plot: Box,
  column: number | null = null,
): PlaneFrame['labels'] {
  const heights = named.map(() => LABEL_HEIGHT);
  const wanted = named.map(({ path }) => path.at.y);
  const centres = dodge(wanted, heights, plot.y + 2, plot.y + plot.height - 2);
  return named.map(({ path, name }, i) => {
    const isLeft = column === null && path.at.x + 12 + LETTER * name.length > plot.x + plot.width;
    const x = column ?? path.at.x + (isLeft ? -10 : 10);
    const isMoved = column !== null || Math.abs(centres[i] - path.at.y) > 4;
    const from = isLeft ? path.at.x - 4 : path.at.x + 4;
    const leader = isMoved ? `M${from},${path.at.y}L${isLeft ? x + 2 : x - 2},${centres[i]}` : '';
    return { id: path.id, text: name, x, y: centres[i] + 4, isLeft, leader };
  });
}

interface Crowd {
  readonly ids: ReadonlySet<number>;
  readonly box: Box;
}

/** The largest group of layers, three at least, whose dots at the epoch in sight lie in a small part of the plot. */
function crowdOf({ paths }: PlaneFrame, plot: Box): Crowd | null {
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

type Dot = { readonly x: number; readonly y: number };

function within(dot: Dot, box: Box): boolean {
  return dot.x >= box.x && dot.x <= box.x + box.width && dot.y >= box.y && dot.y <= box.y + box.height;
}

function grown(box: Box, dx: number, dy: number): Box {
  return { x: box.x - dx, y: box.y - dy, width: box.width + 2 * dx, height: box.height + 2 * dy };
}

/** The part of a stroke that lies in the box, as path data (Liang and Barsky 1984); empty where there is none. */
function strokeWithin(from: Dot, to: Dot, box: Box): string {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  let [enters, leaves] = [0, 1];
  const sides = [
    [-dx, from.x - box.x],
    [dx, box.x + box.width - from.x],
    [-dy, from.y - box.y],
    [dy, box.y + box.height - from.y],
  ];
  for (const [step, room] of sides) {
    if (step === 0 && room < 0) return '';
    if (step < 0) enters = Math.max(enters, room / step);
    if (step > 0) leaves = Math.min(leaves, room / step);
  }
  if (enters > leaves) return '';
  const at = (share: number): string => `${(from.x + share * dx).toFixed(1)},${(from.y + share * dy).toFixed(1)}`;
  return `M${at(enters)}L${at(leaves)}`;
}

function boxOf(dots: readonly Dot[], room: number): Box {
  const xs = dots.map(({ x }) => x);
  const ys = dots.map(({ y }) => y);
  const [left, top] = [Math.min(...xs) - room, Math.min(...ys) - room];
  return { x: left, y: top, width: Math.max(...xs) + room - left, height: Math.max(...ys) + room - top };
}

/** In the corner that hides the fewest dots. */
function insetOf(
  frame: Frame,
  paths: readonly PlanePath[],
  ids: ReadonlySet<number>,
  source: Box,
  { paths: drawn }: PlaneFrame,
): PlaneMarks['inset'] {
  const { plot } = frame;
  const width = INSET_SHARE * plot.width;
  const height = Math.min(MOST_INSET * plot.height, Math.max(INSET_SHARE * plot.height, ids.size * LABEL_HEIGHT + 24));
  const corners = [0, 1].flatMap((right) =>
    [0, 1].map((low): Box => ({
      x: right ? plot.x + plot.width - width - 6 : plot.x + 6,
      y: low ? plot.y + plot.height - height - 6 : plot.y + 14,
      width,
      height,
    })),
  );
  const hidden = (box: Box): number => {
    const inside = (dot: Dot): boolean => within(dot, grown(box, 6, 6));
    return drawn.reduce(
      (sum, { id, at, dots, first }) =>
        sum +
        (inside(at) ? 100 + (ids.has(id) ? 0 : 50) : 0) +
        [...dots, ...(first ? [first] : [])].filter(inside).length,
      0,
    );
  };
  const corner = corners.reduce((best, box) => (hidden(box) < hidden(best) ? box : best));
  const { x, y } = scalesOf(frame);
  const longest = Math.max(...paths.filter(({ id }) => ids.has(id)).map(({ name }) => name.length));
  const names = Math.min(0.6 * corner.width, 14 + LETTER * longest);
  const enlarged = frameOf(
    {
      ...frame,
      plot: {
        x: corner.x + 8,
        y: corner.y + 8,
        width: Math.max(40, corner.width - names - 8),
        height: corner.height - 22,
      },
      clip: grown(corner, -2, -2),
      xDomain: [x.invert(source.x), x.invert(source.x + source.width)],
      yDomain: [y.invert(source.y + source.height), y.invert(source.y)],
    },
    paths.filter(({ id }) => ids.has(id)),
    new Set(),
  );
  const labelled = labelsOf(
    enlarged.paths.map((path) => ({ path, name: paths.find(({ id }) => id === path.id)?.name ?? '' })),
    corner,
    ids.size > MOST_LOOSE ? corner.x + corner.width - names + 8 : null,
  );
  return { ...enlarged, plot: corner, labels: labelled, source };
}
