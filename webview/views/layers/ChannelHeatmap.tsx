/** Draws a heatmap: cells as a canvas of one pixel each, everything else as SVG over it. */
import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { rgbText, type Rgb } from '../../marks/colourSteps.js';
import {
  cellHistogram,
  heatmapMarks,
  heatmapPixels,
  levelPaths,
  MARGIN,
  type HeatmapMarks,
  type HeatmapSpec,
  type Place,
} from '../../marks/heatmap.js';
import { fitText } from '../../shell/fitText.js';
import { useSize } from '../../shell/useSize.js';
import { placeKey } from './placeKey.js';

export interface ChannelHeatmapProps extends Omit<HeatmapSpec, 'width' | 'height'> {
  readonly colours: readonly Rgb[];
  readonly aTitle: string;
  readonly bTitle: string;
  /** The null's threshold as it stands on the scale, masked or not. */
  readonly nullBits: number | null;
  readonly chosen: Place | null;
  readonly description: string;
  /** The cell under the pointer. */
  readonly onHover: (place: Place | null) => void;
  readonly onChoose: (place: Place) => void;
}

const HEIGHT = 560;
const SCALE = 74;
/** Milliseconds without a change after which the cells are also laid out for saving. */
const SETTLED = 300;

export function ChannelHeatmap(props: ChannelHeatmapProps): VNode {
  const place = useRef<HTMLDivElement>(null);
  const { width } = useSize(place);
  return (
    <div class="heatmap" ref={place}>
      {width > 0 && <Drawing {...props} width={width} />}
    </div>
  );
}

function Drawing(props: ChannelHeatmapProps & { width: number }): VNode {
  const { matrix, order, ceiling, threshold, colours, width, chosen } = props;
  const marks = useMemo(
    () => heatmapMarks({ ...props, height: HEIGHT }),
    [matrix, order, ceiling, threshold, width, props.aNames, props.bNames],
  );
  const { grid } = marks;
  const low = grid.y + grid.height;
  const at = (event: PointerEvent | MouseEvent): Place | null => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    return marks.cellAt(event.clientX - box.left, event.clientY - box.top);
  };
  const onKey = (event: KeyboardEvent): void => {
    const next = placeKey(event.key, chosen ?? { a: 0, b: 0 }, matrix.aCount, matrix.bCount);
    if (!next) return;
    props.onChoose(next);
    event.preventDefault();
  };
  return (
    <div class="heatmap-stack">
      <Cells marks={marks} aCount={matrix.aCount} bCount={matrix.bCount} colours={colours} />
      <svg
        width={width}
        height={low + MARGIN.bottom + SCALE}
        role="application"
        aria-roledescription="heatmap"
        aria-label={`${props.description} Arrow keys move the chosen cell.`}
        tabindex={0}
        onKeyDown={onKey}
        onPointerMove={(event) => props.onHover(at(event))}
        onPointerLeave={() => props.onHover(null)}
        onClick={(event) => {
          const place = at(event);
          if (place) props.onChoose(place);
        }}
      >
        <SavedCells marks={marks} aCount={matrix.aCount} colours={colours} />
        <path class="heatmap-gaps" d={marks.gaps} />
        <path class="heatmap-hatch" d={marks.hatch} />
        <Edges marks={marks} {...props} />
        {chosen && <rect class="heatmap-chosen" {...marks.boxOf(chosen)} />}
        <g transform={`translate(${grid.x},${low + MARGIN.bottom})`}>
          <Scale {...props} width={Math.max(160, Math.min(grid.width, 420))} />
        </g>
      </svg>
    </div>
  );
}

/** Behind the SVG, stretched without smoothing. */
function Cells({
  marks,
  aCount,
  bCount,
  colours,
}: {
  marks: HeatmapMarks;
  aCount: number;
  bCount: number;
  colours: readonly Rgb[];
}): VNode {
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
function SavedCells({
  marks,
  aCount,
  colours,
}: {
  marks: HeatmapMarks;
  aCount: number;
  colours: readonly Rgb[];
}): VNode {
  const [settled, setSettled] = useState<HeatmapMarks | null>(null);
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

function Edges({ marks, chosen, aTitle, bTitle }: ChannelHeatmapProps & { marks: HeatmapMarks }): VNode {
  const { grid } = marks;
  const low = grid.y + grid.height;
  return (
    <g aria-hidden="true">
      {marks.aTicks.map(({ x, text, place }) => (
        <text key={place} class={`tick middle ${chosen?.a === place ? 'chosen' : ''}`} x={x} y={low + 13}>
          {text}
        </text>
      ))}
      {marks.bTicks.map(({ y, text, place }) => (
        <text key={place} class={`tick end ${chosen?.b === place ? 'chosen' : ''}`} x={grid.x - 5} y={y}>
          {text}
        </text>
      ))}
      {marks.aBars.map((box, place) => (
        <rect key={place} class={`heatmap-bar ${chosen?.a === place ? 'chosen' : ''}`} {...box} />
      ))}
      {marks.bBars.map((box, place) => (
        <rect key={place} class={`heatmap-bar ${chosen?.b === place ? 'chosen' : ''}`} {...box} />
      ))}
      <text class="axis-title" x={grid.x} y={low + 30}>
        {fitText(aTitle, Math.max(120, grid.width), '400 11px')}
      </text>
      <text class="axis-title" transform={`translate(${12},${low}) rotate(-90)`}>
        {fitText(bTitle, Math.max(120, grid.height), '400 11px')}
      </text>
      <text class="tick" x={grid.x + grid.width + 5} y={grid.y - 6}>
        max
      </text>
    </g>
  );
}

const STRIP = 9;
const HISTOGRAM = 26;

/** The colours with their numbers, over them how many cells have each, and where the null lies. */
function Scale({ matrix, ceiling, colours, nullBits, width }: ChannelHeatmapProps & { width: number }): VNode {
  const bars = useMemo(() => cellHistogram(matrix.values, ceiling, width, HISTOGRAM), [matrix, ceiling, width]);
  const top = HISTOGRAM + 2;
  const xOf = (bits: number): number => (ceiling > 0 ? Math.min(1, bits / ceiling) * width : 0);
  return (
    <g aria-hidden="true">
      {bars.map((bar) => (
        <rect key={bar.x} class="heatmap-count" x={bar.x} y={bar.y} width={bar.width} height={bar.height} />
      ))}
      {colours.map((colour, i) => (
        <rect
          key={i}
          x={(i * width) / colours.length}
          y={top}
          width={width / colours.length + 0.5}
          height={STRIP}
          fill={rgbText(colour)}
        />
      ))}
      {[0, 0.25, 0.5, 0.75, 1].map((share) => (
        <text key={share} class="tick middle" x={share * width} y={top + STRIP + 12}>
          {(share * ceiling).toFixed(ceiling < 0.2 ? 3 : 2)}
        </text>
      ))}
      <text class="tick" x={width + 16} y={top + STRIP}>
        bits
      </text>
      {nullBits !== null && ceiling > 0 && (
        <g class="heatmap-null">
          <line x1={xOf(nullBits)} x2={xOf(nullBits)} y1={2} y2={top + STRIP} />
          <text x={xOf(nullBits) + 4} y={8}>
            null {nullBits.toFixed(3)}
          </text>
        </g>
      )}
      <text class="tick end" x={width} y={8}>
        {matrix.values.length} cells, height √count
      </text>
    </g>
  );
}
