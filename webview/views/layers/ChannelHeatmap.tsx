/** Draws a heatmap of channels: cells as a canvas of one pixel each, everything else as SVG over it. */
import { useSignal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { VNode } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import type { Matrix } from '../../marks/axesOrder.js';
import type { Rgb } from '../../marks/colourSteps.js';
import { heatmapBars } from '../../marks/heatmapBars.js';
import { heatmapCells } from '../../marks/heatmapCells.js';
import {
  heatmapFrame,
  MARGIN,
  type HeatmapFrame,
  type HeatmapFrameSpec,
  type Place,
} from '../../marks/heatmapFrame.js';
import type { ForFile } from '../../chart/ChartFrame.js';
import { useSize } from '../../hooks/useSize.js';
import { CanvasCells, writeCells } from './HeatmapCells.js';
import { HeatmapEdges } from './HeatmapEdges.js';
import { HeatmapScale } from './HeatmapScale.js';
import { placeKey } from './placeKey.js';

export interface ChannelHeatmapProps extends Omit<HeatmapFrameSpec, 'width' | 'height'> {
  readonly matrix: Matrix;
  /** The value of the last colour; the first is 0. */
  readonly ceiling: number;
  /** Cells not above it are hatched; null hatches only those without a value. */
  readonly threshold: number | null;
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
  readonly forFile: ForFile;
}

const HEIGHT = 560;
const SCALE = 88;

export function ChannelHeatmap(props: ChannelHeatmapProps): VNode {
  const place = useRef<HTMLDivElement>(null);
  const { width } = useSize(place);
  return (
    <div class="heatmap" ref={place}>
      {width > 0 && <Drawing {...props} width={width} />}
    </div>
  );
}

type DrawingProps = ChannelHeatmapProps & { readonly width: number };

/** Two parts: what stays from epoch to epoch, and what changes with it. */
function useMarks(props: DrawingProps) {
  const { matrix, order, ceiling, threshold, width } = props;
  const frame = useMemo(
    () => heatmapFrame({ ...props, height: HEIGHT }),
    [order, width, props.aNames, props.bNames, props.aDead, props.bDead],
  );
  const cells = useMemo(() => heatmapCells(matrix, order, ceiling, threshold), [matrix, order, ceiling, threshold]);
  const bars = useMemo(() => heatmapBars(cells, frame, ceiling), [cells, frame, ceiling]);
  return { frame, levels: cells.levels, bars };
}

function Drawing(props: DrawingProps): VNode {
  const { matrix, order, colours, width, chosen } = props;
  const { frame, levels, bars } = useMarks(props);
  const { grid } = frame;
  const hovered = useSignal<Place | null>(null);
  const low = grid.y + grid.height;
  const cells = { levels, frame, aCount: matrix.aCount, bCount: matrix.bCount, colours };
  const saved = useRef<SVGGElement>(null);
  props.forFile.current = () => (saved.current ? writeCells(saved.current, cells) : () => undefined);
  const chosenBits = chosen && (matrix.values[order.a[chosen.a] * matrix.bCount + order.b[chosen.b]] ?? null);
  return (
    <div class="heatmap-stack">
      <CanvasCells {...cells} />
      <svg
        width={width}
        height={low + MARGIN.bottom + SCALE}
        role="application"
        aria-roledescription="heatmap"
        aria-label={`${props.description} Use the arrow keys to move the selected cell.`}
        tabindex={0}
        {...handlers(props, frame, hovered)}
      >
        <g class="heatmap-saved" aria-hidden="true" ref={saved} />
        <path class="heatmap-gaps" d={frame.gaps} />
        <HeatmapEdges {...props} frame={frame} bars={bars} />
        {chosen && <rect class="heatmap-chosen" {...frame.boxOf(chosen)} />}
        <HoverFrame at={hovered} frame={frame} />
        <g transform={`translate(${grid.x},${low + MARGIN.bottom})`}>
          <HeatmapScale
            matrix={matrix}
            ceiling={props.ceiling}
            colours={colours}
            nullBits={props.nullBits}
            chosenBits={chosenBits}
            width={Math.max(160, Math.min(grid.width - 24, 420))}
          />
        </g>
      </svg>
    </div>
  );
}

/** By itself: a pointer that moves draws nothing else of the heatmap again. */
function HoverFrame({ at, frame }: { at: ReadonlySignal<Place | null>; frame: HeatmapFrame }): VNode | null {
  return at.value && <rect class="heatmap-hovered cursor-only" {...frame.boxOf(at.value)} />;
}

function handlers(
  { matrix, chosen, onHover, onChoose }: DrawingProps,
  frame: HeatmapFrame,
  hovered: Signal<Place | null>,
) {
  const at = (event: PointerEvent | MouseEvent): Place | null => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    return frame.cellAt(event.clientX - box.left, event.clientY - box.top);
  };
  const hover = (place: Place | null): void => {
    const { value: before } = hovered;
    if (place?.a === before?.a && place?.b === before?.b) return;
    hovered.value = place;
    onHover(place);
  };
  return {
    onKeyDown: (event: KeyboardEvent): void => {
      const next = placeKey(event.key, chosen ?? { a: 0, b: 0 }, matrix.aCount, matrix.bCount);
      if (!next) return;
      onChoose(next);
      event.preventDefault();
    },
    onPointerMove: (event: PointerEvent): void => hover(at(event)),
    onPointerLeave: (): void => hover(null),
    onClick: (event: MouseEvent): void => {
      const place = at(event);
      if (place) onChoose(place);
    },
  };
}
