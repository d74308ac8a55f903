/** Draws a heatmap of channels: cells as a canvas of one pixel each, everything else as SVG over it. */
import type { VNode } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import type { Rgb } from '../../marks/colourSteps.js';
import { heatmapMarks, MARGIN, type HeatmapMarks, type HeatmapSpec, type Place } from '../../marks/heatmap.js';
import type { Box } from '../../marks/lineChart.js';
import { fitText } from '../../shell/fitText.js';
import { useSize } from '../../shell/useSize.js';
import { CanvasCells, SavedCells } from './HeatmapCells.js';
import { HeatmapScale } from './HeatmapScale.js';
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
    [matrix, order, ceiling, threshold, width, props.aNames, props.bNames, props.aDead, props.bDead],
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
  const chosenBits = chosen && (matrix.values[order.a[chosen.a] * matrix.bCount + order.b[chosen.b]] ?? null);
  const cells = { marks, aCount: matrix.aCount, bCount: matrix.bCount, colours };
  return (
    <div class="heatmap-stack">
      <CanvasCells {...cells} />
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
        <SavedCells {...cells} />
        <path class="heatmap-gaps" d={marks.gaps} />
        <path class="heatmap-hatch" d={marks.hatch} />
        <Edges marks={marks} {...props} />
        {chosen && <rect class="heatmap-chosen" {...marks.boxOf(chosen)} />}
        <g transform={`translate(${grid.x},${low + MARGIN.bottom})`}>
          <HeatmapScale {...props} chosenBits={chosenBits} width={Math.max(160, Math.min(grid.width, 420))} />
        </g>
      </svg>
    </div>
  );
}

/** Names along both axes, their titles, and the largest cell of each row and column. */
function Edges({ marks, chosen, aTitle, bTitle }: ChannelHeatmapProps & { marks: HeatmapMarks }): VNode {
  const { grid } = marks;
  const low = grid.y + grid.height;
  return (
    <g aria-hidden="true">
      <Ticks marks={marks} chosen={chosen} />
      <path class="heatmap-bar" d={barPath(marks.aBars) + barPath(marks.bBars)} />
      {chosen && <path class="heatmap-bar chosen" d={barPath([marks.aBars[chosen.a], marks.bBars[chosen.b]])} />}
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

function Ticks({ marks, chosen }: { marks: HeatmapMarks; chosen: Place | null }): VNode {
  const { grid, aTicks, bTicks } = marks;
  const low = grid.y + grid.height;
  return (
    <>
      {aTicks.map(({ x, text, place, dead }) => (
        <text key={place} class={tickClass('middle', dead, chosen?.a === place)} x={x} y={low + 13}>
          {dead ? `†${text}` : text}
        </text>
      ))}
      {bTicks.map(({ y, text, place, dead }) => (
        <text key={place} class={tickClass('end', dead, chosen?.b === place)} x={grid.x - 5} y={y}>
          {dead ? `dead ${text}` : text}
        </text>
      ))}
    </>
  );
}

function tickClass(anchor: string, dead: boolean, chosen: boolean): string {
  return `tick ${anchor}${dead ? ' dead' : ''}${chosen ? ' chosen' : ''}`;
}

function barPath(boxes: readonly (Box | undefined)[]): string {
  return boxes
    .flatMap((box) => (box ? `M${r(box.x)},${r(box.y)}h${r(box.width)}v${r(box.height)}h${-r(box.width)}z` : []))
    .join('');
}

function r(value: number): number {
  return Math.round(value * 100) / 100;
}
