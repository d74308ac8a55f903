/** The cells of a heatmap on a canvas of one pixel each, behind the SVG; as paths only in a file. */
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { rgbText, type Rgb } from '../../marks/colourSteps.js';
import { cellsHatch, heatmapPixels, levelPaths, paletteOf } from '../../marks/heatmapCells.js';
import type { HeatmapGrid } from '../../marks/heatmapFrame.js';
import { memo } from '../../hooks/memo.js';

export interface CanvasCellsProps {
  /** The top row first. */
  readonly levels: Uint8Array;
  readonly frame: HeatmapGrid;
  readonly aCount: number;
  readonly bCount: number;
  readonly colours: readonly Rgb[];
}

/** Stretched without smoothing; where a cell has no colour, the hatching of its background is seen. */
export const CanvasCells = memo(({ levels, frame, aCount, bCount, colours }: CanvasCellsProps) => {
  const canvas = useRef<HTMLCanvasElement>(null);
  const palette = useMemo(() => paletteOf(colours), [colours]);
  useLayoutEffect(() => {
    const paint = canvas.current?.getContext('2d');
    if (!paint || aCount === 0 || bCount === 0) return;
    paint.putImageData(new ImageData(heatmapPixels(levels, palette), aCount, bCount), 0, 0);
  }, [levels, palette, aCount, bCount]);
  const { x, y, width, height } = frame.grid;
  const style = useMemo(
    () => ({ left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px` }),
    [x, y, width, height],
  );
  return <canvas ref={canvas} width={aCount} height={bCount} style={style} aria-hidden="true" />;
});

const SVG = 'http://www.w3.org/2000/svg';

/** The same cells and their hatching as elements, for a file; returns what takes them out again. */
export function writeCells(
  group: SVGGElement,
  { levels, frame, aCount, colours }: Omit<CanvasCellsProps, 'bCount'>,
): () => void {
  const write = (path: string, attribute: string, value: string): SVGPathElement => {
    const element = group.ownerDocument.createElementNS(SVG, 'path');
    element.setAttribute('d', path);
    element.setAttribute(attribute, value);
    return element;
  };
  const written = levelPaths(levels, frame, aCount).map(({ level, path }) =>
    write(path, 'fill', rgbText(colours[level])),
  );
  written.push(write(cellsHatch(levels, frame, aCount), 'class', 'heatmap-hatch'));
  group.append(...written);
  return () => written.forEach((element) => element.remove());
}
