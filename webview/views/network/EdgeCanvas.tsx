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
  readonly size: { readonly width: number; readonly height: number };
  readonly colours: NetworkColours;
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
const DIMMED = 0.16;
const RESTING = 0.75;

export function EdgeCanvas({ curves, traced, scroller, size, colours }: EdgeCanvasProps): VNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  const batches = useMemo(() => batchesOf(curves), [curves]);
  const draw = (): void => {
    const [target, place] = [canvas.current, scroller.current];
    if (target && place) drawEdges(target, place, batches, traced.peek(), colours);
  };
  const latest = useRef(draw);
  latest.current = draw;
  useEffect(() => {
    const place = scroller.current;
    if (!place) return;
    let frame = 0;
    const onScroll = (): void => {
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        latest.current();
      });
    };
    place.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      place.removeEventListener('scroll', onScroll);
      cancelAnimationFrame(frame);
    };
  }, [scroller]);
  useEffect(draw, [batches, colours, size.width, size.height]);
  useSignalEffect(() => {
    void traced.value;
    latest.current();
  });
  return <canvas class="network-edges" ref={canvas} aria-hidden="true" />;
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
  canvas: HTMLCanvasElement,
  scroller: HTMLElement,
  batches: readonly Batch[],
  traced: readonly EdgeCurve[] | null,
  colours: NetworkColours,
): void {
  const paint = canvas.getContext('2d');
  const { clientWidth: width, clientHeight: height, scrollLeft, scrollTop } = scroller;
  if (!paint || width === 0) return;
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
  paint.setTransform(scale, 0, 0, scale, -scrollLeft * scale, -scrollTop * scale);
  paint.globalAlpha = traced ? DIMMED : RESTING;
  const inSight = batches.filter(({ left, right }) => right > scrollLeft && left < scrollLeft + width);
  for (const { path, curve } of inSight) stroke(paint, path, curve, colours);
  paint.globalAlpha = 1;
  for (const curve of traced ?? []) stroke(paint, new Path2D(curvePath(curve)), curve, colours);
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
