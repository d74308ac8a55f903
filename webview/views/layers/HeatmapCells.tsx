/** The cells of a heatmap: a canvas of one pixel each behind the SVG, and the same as paths for a file. */
import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { rgbText, type Rgb } from '../../marks/colourSteps.js';
import { heatmapPixels, levelPaths, type HeatmapMarks } from '../../marks/heatmap.js';

export interface HeatmapCellsProps {
  readonly marks: Pick<HeatmapMarks, 'levels' | 'grid' | 'cell'>;
  readonly aCount: number;
  readonly bCount: number;
  readonly colours: readonly Rgb[];
}

/** Milliseconds without a change after which the cells are also laid out for saving. */
const SETTLED = 300;

/** Behind the SVG, stretched without smoothing. */
export function CanvasCells({ marks, aCount, bCount, colours }: HeatmapCellsProps): VNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const paint = canvas.current?.getContext('2d');
    if (!paint || aCount === 0 || bCount === 0) return;
    paint.putImageData(new ImageData(heatmapPixels(marks.levels, colours), aCount, bCount), 0, 0);
  }, [marks, colours, aCount, bCount]);
  const { x, y, width, height } = marks.grid;
  return (
    <canvas
      ref={canvas}
      width={aCount}
      height={bCount}
      style={{ left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px` }}
      aria-hidden="true"
    />
  );
}

/** Not shown, but part of the SVG when that is saved; made once nothing changes any more. */
export function SavedCells({ marks, aCount, colours }: HeatmapCellsProps): VNode {
  const [settled, setSettled] = useState<HeatmapCellsProps['marks'] | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(marks), SETTLED);
    return () => clearTimeout(timer);
  }, [marks]);
  const paths = useMemo(() => (settled === marks ? levelPaths(marks, aCount) : []), [settled, marks, aCount]);
  return (
    <g class="heatmap-saved" aria-hidden="true">
      {paths.map(({ level, path }) => (
        <path key={level} d={path} fill={rgbText(colours[level])} />
      ))}
    </g>
  );
}
