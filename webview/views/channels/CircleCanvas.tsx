/** The canvas of the circles: painted again when they, the zoom or the theme change; sharp on dense screens. */
import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { DiscGroup } from '../../marks/circlePacking.js';
import { themeVersion } from '../../theme/theme.js';
import {
  paintCircles,
  type ChannelOutline,
  type CircleColours,
  type CirclesSpec,
  type ZoomView,
} from './paintCircles.js';

export interface CircleCanvasProps {
  readonly packed: readonly DiscGroup[];
  readonly outlines: readonly ChannelOutline[];
  readonly chosen: number;
  readonly view: ZoomView;
  readonly width: number;
  readonly height: number;
}

/** Numbers come back when a zoom has rested for so long. */
const REST_MILLISECONDS = 120;

export function CircleCanvas(props: CircleCanvasProps): VNode {
  const { packed, outlines, chosen, view, width, height } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const rested = useRest(view);
  const theme = themeVersion.value;
  const known = useRef<{ readonly theme: number; readonly colours: CircleColours } | null>(null);
  useLayoutEffect(() => {
    const element = canvas.current;
    const paint = element?.getContext('2d');
    if (!element || !paint) return;
    // Asking for a computed style settles the whole page's: once a theme.
    if (known.current?.theme !== theme) known.current = { theme, colours: circleColours(element) };
    const { colours } = known.current;
    paintCircles(paint, { packed, outlines, chosen, view, width, height, colours, numbers: rested }, density());
  }, [packed, outlines, chosen, view, width, height, rested, theme]);
  return (
    <canvas
      ref={canvas}
      width={Math.round(width * density())}
      height={Math.round(height * density())}
      style={{ width: `${width}px`, height: `${height}px` }}
      aria-hidden="true"
    />
  );
}

function density(): number {
  return window.devicePixelRatio || 1;
}

/** Whether the view has not moved for a moment. */
function useRest(view: ZoomView): boolean {
  const [resting, setResting] = useState<ZoomView | null>(view);
  useEffect(() => {
    const timer = setTimeout(() => setResting(view), REST_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [view]);
  return resting === view;
}

function circleColours(element: Element): CircleColours {
  const styles = getComputedStyle(element);
  return {
    dark: isDark(),
    text: styles.getPropertyValue('--c-text').trim(),
    page: styles.getPropertyValue('--c-page').trim(),
    font: `10px ${styles.fontFamily}`,
  };
}

/** What a file needs to draw the same circles. */
export function circlesForFile(element: Element, props: CircleCanvasProps): CirclesSpec {
  return { ...props, colours: circleColours(element), numbers: false };
}

function isDark(): boolean {
  const { classList } = document.body;
  return (
    classList.contains('vscode-dark') ||
    (classList.contains('vscode-high-contrast') && !classList.contains('vscode-high-contrast-light'))
  );
}
