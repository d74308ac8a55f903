/** Dragging with mouse, pen or finger (d3-drag), in pixels of the element that is dragged on. */
import { drag, select, type D3DragEvent } from 'd3';
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

export interface DragPoint {
  readonly x: number;
  readonly y: number;
  readonly shift: boolean;
  readonly ctrl: boolean;
}

export interface DragHandlers {
  /** False leaves the press alone. */
  start(at: DragPoint): boolean | void;
  move(at: DragPoint): void;
  /** `moved` is false for a plain click. */
  end(at: DragPoint, moved: boolean): void;
}

/** Pixels that a press may wander and still be a click. */
const CLICK_REACH = 3;

export function useDrag(element: RefObject<HTMLElement | SVGSVGElement>, handlers: DragHandlers): void {
  const latest = useRef(handlers);
  latest.current = handlers;
  useEffect(() => {
    const node = element.current;
    if (!node) return;
    let from: DragPoint | null = null;
    let moved = false;
    const behaviour = drag<Element, unknown>()
      .container(() => node)
      .subject((event: DragEvent) => ({ x: event.x, y: event.y }))
      .filter((event: MouseEvent) => !event.button)
      .on('start', (event: DragEvent) => {
        moved = false;
        from = pointOf(event);
        if (latest.current.start(from) === false) from = null;
      })
      .on('drag', (event: DragEvent) => {
        if (!from) return;
        const at = pointOf(event);
        moved ||= Math.hypot(at.x - from.x, at.y - from.y) > CLICK_REACH;
        if (moved) latest.current.move(at);
      })
      .on('end', (event: DragEvent) => {
        if (from) latest.current.end(pointOf(event), moved);
        from = null;
      });
    const selection = select<Element, unknown>(node).call(behaviour);
    return () => {
      selection.on('.drag', null);
    };
  }, [element]);
}

type DragEvent = D3DragEvent<Element, unknown, unknown>;

function pointOf(event: DragEvent): DragPoint {
  const { shiftKey = false, ctrlKey = false, metaKey = false } = event.sourceEvent as Partial<MouseEvent>;
  return { x: event.x, y: event.y, shift: shiftKey, ctrl: ctrlKey || metaKey };
}
