/** A frame of the information plane: the whole of it or a part enlarged, with its paths and their names. */
import { scaleLinear } from 'd3';
import { dodge } from './dodge.js';
import type { Box } from './lineChart.js';
import { strokeWithin, within, type Dot } from './strokesWithin.js';

export interface PlanePath {
  readonly id: number;
  readonly name: string;
  readonly points: readonly { readonly epoch: number; readonly x: number; readonly y: number }[];
}

export interface PlaneFrame {
  readonly plot: Box;
  readonly paths: readonly FramePath[];
  readonly labels: readonly {
    readonly id: number;
    readonly text: string;
    readonly x: number;
    readonly y: number;
    readonly isLeft: boolean;
    readonly leader: string;
  }[];
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

/** Of a name's line, pixels. */
export const LABEL_HEIGHT = 14;
/** Room of a letter of a label, about. */
export const LETTER = 6.2;

export interface Frame {
  readonly plot: Box;
  /** Nothing is drawn outside of it. */
  readonly clip: Box;
  readonly xDomain: readonly [number, number];
  readonly yDomain: readonly [number, number];
  readonly cursorEpoch: number;
}

export function scalesOf({ plot, xDomain, yDomain }: Omit<Frame, 'clip'>) {
  return {
    x: scaleLinear(xDomain, [plot.x, plot.x + plot.width]),
    y: scaleLinear(yDomain, [plot.y + plot.height, plot.y]),
  };
}

export function frameOf(frame: Frame, paths: readonly PlanePath[], unlabelled: ReadonlySet<number>): PlaneFrame {
  const { x, y } = scalesOf(frame);
  const drawn = paths.map((path): FramePath => {
    const dots = path.points.map((point) => ({ epoch: point.epoch, x: x(point.x), y: y(point.y) }));
    const upTo = Math.max(
      0,
      dots.findLastIndex(({ epoch }) => epoch <= frame.cursorEpoch),
    );
    const seen = dots.slice(0, upTo + 1);
    const stroke = (some: typeof dots): string =>
      some
        .slice(1)
        .map((dot, i) => strokeWithin(some[i], dot, frame.clip))
        .join('');
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
export function labelsOf(
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
