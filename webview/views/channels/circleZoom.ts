/** Zoom of the circles: by wheel, by buttons and keys, to one class; at most one change a frame. */
import { select, zoom, zoomIdentity, type D3ZoomEvent, type ZoomBehavior } from 'd3';
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { DiscGroup } from '../../marks/circlePacking.js';
import { NAME_HEIGHT } from '../../marks/circlePackingCells.js';
import type { ZoomView } from './paintCircles.js';

export interface CircleZoom {
  by(factor: number): void;
  /** Fills the picture with one class; null shows all of it. */
  to(group: DiscGroup | null): void;
}

const MOST_ZOOM = 24;

/** The wheel zooms with Ctrl or once zoomed in, so that a page can still be scrolled over the picture. */
export function useCircleZoom(
  svg: RefObject<SVGSVGElement>,
  [width, height]: readonly [number, number],
  onView: (view: ZoomView) => void,
): CircleZoom {
  const made = useRef<ZoomBehavior<SVGSVGElement, unknown>>(null);
  const tell = useRef(onView);
  tell.current = onView;
  useEffect(() => {
    const element = svg.current;
    if (!element) return;
    let scale = 1;
    let next: ZoomView | null = null;
    let frame = 0;
    const show = (): void => {
      frame = 0;
      if (next) tell.current(next);
    };
    const whole: [[number, number], [number, number]] = [
      [0, 0],
      [width, height],
    ];
    const behaviour = zoom<SVGSVGElement, unknown>()
      .scaleExtent([1, MOST_ZOOM])
      .extent(whole)
      .translateExtent(whole)
      .filter((event: MouseEvent) => (event.type === 'wheel' ? event.ctrlKey || scale > 1 : !event.button && scale > 1))
      .on('zoom', ({ transform: { x, y, k } }: D3ZoomEvent<SVGSVGElement, unknown>) => {
        next = { x, y, k: (scale = k) };
        frame ||= requestAnimationFrame(show);
      });
    select(element).call(behaviour).on('dblclick.zoom', null);
    made.current = behaviour;
    return () => {
      cancelAnimationFrame(frame);
      select(element).on('.zoom', null);
    };
  }, [svg, width, height]);
  const call = (act: (behaviour: ZoomBehavior<SVGSVGElement, unknown>, element: SVGSVGElement) => void): void => {
    if (svg.current && made.current) act(made.current, svg.current);
  };
  return {
    by: (factor) => call((behaviour, element) => select(element).call(behaviour.scaleBy.bind(behaviour), factor)),
    to: (group) =>
      call((behaviour, element) => {
        const k = group ? Math.min(MOST_ZOOM, height / (2 * group.r + 2 * NAME_HEIGHT)) : 1;
        const at = group
          ? zoomIdentity.translate(width / 2 - k * group.x, height / 2 - k * group.y).scale(k)
          : zoomIdentity;
        select(element).call(behaviour.transform.bind(behaviour), at);
      }),
  };
}
