/** The edges under the cards, on a canvas as large as what is in sight; redrawn as the board scrolls. */
import type { RefObject, VNode } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { useSignalEffect, type ReadonlySignal } from '@preact/signals';
import { curvePath, type EdgeCurve } from '../../marks/networkEdges.js';
import { dashOf, edgeColour } from './edgeStyle.js';
import type { NetworkColours } from './networkColours.js';

export interface EdgeCanvasProps {
  readonly curves: readonly EdgeCurve[];
  /** Curves that stand out while the others are dimmed; null for none. */
  readonly traced: ReadonlySignal<readonly EdgeCurve[] | null>;
  readonly scroller: RefObject<HTMLElement>;
  readonly view: RefObject<BoardView>;
  /** Of what is in sight, and of the whole board. */
  readonly size: { readonly width: number; readonly height: number };
  readonly world: { readonly width: number; readonly height: number };
  readonly colours: NetworkColours;
}

/**
 * What of the board is in sight, as it was when it last scrolled: asked of the page in the middle of a
 * change of a thousand cards' looks, it would have all of them laid out at once.
 */
export interface BoardView {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Curves of one look in one path, so that a frame is a few strokes however many edges there are. */
interface Batch {
  readonly path: Path2D;
  readonly curve: EdgeCurve;
  readonly left: number;
  readonly right: number;
}

const WIDTH_STEPS = 2;
/** Curves of a part of the board are drawn together, and left out when it is out of sight. */
const STRIPE = 500;
const RESTING = 0.75;

export function EdgeCanvas({ curves, traced, scroller, view, size, world, colours }: EdgeCanvasProps): VNode {
  const all = useRef<HTMLCanvasElement>(null);
  const some = useRef<HTMLCanvasElement>(null);
  const batches = useMemo(() => batchesOf(curves), [curves]);
  const frame = useRef(0);
  const stale = useRef(new Set<'all' | 'traced'>());
  const latest = useRef<() => void>(() => undefined);
  latest.current = () => {
    const place = view.current;
    const parts = new Set(stale.current);
    stale.current.clear();
    if (!place) return;
    const sight = { ...place, width: Math.min(place.width, world.width), height: Math.min(place.height, world.height) };
    if (parts.has('all')) drawEdges(all.current, sight, batches, RESTING, colours);
    drawEdges(some.current, sight, traced.peek()?.map(batchOf) ?? [], 1, colours);
  };
  /** Once a frame, whatever happened in it; all edges only when they moved or changed. */
  const soon = (part: 'all' | 'traced'): void => {
    stale.current.add(part);
    frame.current ||= requestAnimationFrame(() => {
      frame.current = 0;
      latest.current();
    });
  };
  useEffect(() => {
    const place = scroller.current;
    if (!place) return;
    const onScroll = (): void => soon('all');
    place.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      place.removeEventListener('scroll', onScroll);
      cancelAnimationFrame(frame.current);
      frame.current = 0;
    };
  }, [scroller]);
  useEffect(() => soon('all'), [batches, colours, size.width, size.height, world.width, world.height]);
  useSignalEffect(() => {
    void traced.value;
    soon('traced');
  });
  return (
    <>
      <canvas class="network-edges all" ref={all} aria-hidden="true" />
      <div class="network-veil" />
      <canvas class="network-edges" ref={some} aria-hidden="true" />
    </>
  );
}

function batchOf(curve: EdgeCurve): Batch {
  const [left, right] = [curve.points[0][0], curve.points.at(-1)![0]];
  return { path: new Path2D(curvePath(curve)), curve, left, right };
}

function batchesOf(curves: readonly EdgeCurve[]): Batch[] {
  const found = new Map<string, { path: Path2D; curve: EdgeCurve; left: number; right: number }>();
  for (const curve of curves) {
    const width = Math.max(0.5, Math.round(curve.width * WIDTH_STEPS) / WIDTH_STEPS);
    const [left, right] = [curve.points[0][0], curve.points.at(-1)![0]];
    const key = `${curve.sign} ${width} ${Math.floor(left / STRIPE)}`;
    const batch = found.get(key) ?? { path: new Path2D(), curve: { ...curve, width }, left, right };
    batch.path.addPath(new Path2D(curvePath(curve)));
    batch.left = Math.min(batch.left, left);
    batch.right = Math.max(batch.right, right);
    found.set(key, batch);
  }
  return [...found.values()];
}

function drawEdges(
  canvas: HTMLCanvasElement | null,
  { left, top, width, height }: BoardView,
  batches: readonly Batch[],
  alpha: number,
  colours: NetworkColours,
): void {
  const paint = canvas?.getContext('2d');
  // No larger than the board, or it would make the board scroll.
  if (!canvas || !paint || width === 0) return;
  const scale = devicePixelRatio;
  if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    canvas.style.marginBottom = `${-height}px`;
  }
  paint.setTransform(scale, 0, 0, scale, 0, 0);
  paint.clearRect(0, 0, width, height);
  paint.setTransform(scale, 0, 0, scale, -left * scale, -top * scale);
  paint.globalAlpha = alpha;
  const inSight = batches.filter((batch) => batch.right > left && batch.left < left + width);
  for (const { path, curve } of inSight) stroke(paint, path, curve, colours);
}

function stroke(
  paint: CanvasRenderingContext2D,
  path: Path2D,
  { sign, width }: EdgeCurve,
  colours: NetworkColours,
): void {
  paint.strokeStyle = edgeColour(sign, colours);
  paint.lineWidth = width;
  paint.setLineDash(dashOf(sign, width));
  paint.stroke(path);
}
