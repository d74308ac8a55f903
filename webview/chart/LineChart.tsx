/** Draws the marks of a line chart, and moves its cursor with pointer and arrow keys. */
import type { VNode } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import { hatchPath } from '../marks/hatch.js';
import { LABEL_GAP, lineChartMarks, type LineChartMarks, type LineChartSpec } from '../marks/lineChart.js';
import { cursorPoints, labelsAtCursor, lineCursor, type LineCursor } from '../marks/lineCursor.js';
import { SHARED_GAP } from '../marks/lineGaps.js';
import { useSize } from '../hooks/useSize.js';
import { LineLabels } from './LineLabels.js';

export interface LineChartProps extends Omit<LineChartSpec, 'width' | 'height'> {
  /** What the picture says, for those who do not see it. */
  readonly description: string;
  readonly yTitle: string;
  readonly minHeight: number;
  /** Epoch whose values the labels tell. */
  readonly cursorEpoch: number;
  /** Few lines: their labels stand beside the cursor at the heights there, not at the lines' ends. */
  readonly labelsFollow?: boolean;
  /** Without it there is no cursor: each line is marked at an epoch of its own. */
  readonly onCursor?: (epoch: number) => void;
  readonly onLayer?: (layer: number) => void;
  /** A click on a line's label. */
  readonly onLabel?: (id: string) => void;
}

export function LineChart(props: LineChartProps): VNode {
  const place = useRef<HTMLDivElement>(null);
  const size = useSize(place);
  return (
    <div class="line-chart" ref={place}>
      {size.width > 0 && <Drawing {...props} width={size.width} height={Math.max(props.minHeight, size.height)} />}
    </div>
  );
}

function Drawing(props: LineChartProps & { width: number; height: number }): VNode {
  const { series, format, cursorEpoch, yTitle } = props;
  const marks = useMemo(
    () => lineChartMarks(props),
    [series, props.width, props.height, props.epochs, props.labelWidth, props.roomAbove, props.ceiling?.value],
  );
  const points = useMemo(() => cursorPoints(series), [series]);
  const cursor = useMemo(() => lineCursor(marks, points, cursorEpoch, format), [marks, points, cursorEpoch, format]);
  const labels = useMemo(
    () => (props.labelsFollow ? labelsAtCursor(marks, cursor) : marks.labels),
    [props.labelsFollow, marks, cursor],
  );
  // The same node while the cursor moves: Preact then leaves its hundreds of lines alone.
  const still = useMemo(() => <Strokes marks={marks} yTitle={yTitle} />, [marks, yTitle]);
  const { onCursor } = props;
  const toCursor = (event: PointerEvent): void => {
    const svg = event.currentTarget as SVGSVGElement;
    const x = event.clientX - svg.getBoundingClientRect().left;
    if (x >= marks.plot.x - 8 && x <= marks.plot.x + marks.plot.width + 8) onCursor?.(marks.epochAt(x));
  };
  const onKey = (event: KeyboardEvent): void => {
    const next = cursorKey(event.key, cursorEpoch, props.epochs);
    if (next === null) return;
    event.preventDefault();
    onCursor?.(next);
  };
  return (
    <svg
      width={props.width}
      height={props.height}
      role="group"
      aria-label={props.description}
      class={onCursor ? '' : 'still'}
      onPointerDown={toCursor}
      onPointerMove={(event) => event.buttons === 1 && toCursor(event)}
    >
      {onCursor ? (
        <g
          class="line-slider"
          role="slider"
          aria-label={props.description}
          aria-valuemin={props.epochs[0]}
          aria-valuemax={props.epochs[1]}
          aria-valuenow={cursorEpoch}
          aria-valuetext={`epoch ${cursorEpoch}: ${valueText(marks, cursor)}`}
          tabindex={0}
          onKeyDown={onKey}
        >
          {still}
          <Cursor marks={marks} cursor={cursor} epoch={cursorEpoch} isBesideLabels={props.labelsFollow ?? false} />
          <Knobs cursor={cursor} />
        </g>
      ) : (
        <g role="img" aria-label={`${props.description}: ${valueText(marks, cursor)}`}>
          {still}
          <Knobs cursor={cursor} />
        </g>
      )}
      <LineLabels
        labels={labels}
        values={cursor.values}
        width={props.width - marks.plot.x - marks.plot.width - LABEL_GAP}
        isOverLines={props.labelsFollow ?? false}
        onLayer={props.onLayer}
        onLabel={props.onLabel}
      />
    </svg>
  );
}

/** All that stays where it is while the cursor moves. */
function Strokes({ marks, yTitle }: { marks: LineChartMarks; yTitle: string }): VNode {
  return (
    <g>
      <Axes marks={marks} yTitle={yTitle} />
      {marks.gaps.map((gap) => (
        <Gap key={`${gap.id} ${gap.x}`} gap={gap} inLane={gap.id !== SHARED_GAP} />
      ))}
      {marks.bands.map((band) => (
        <path key={band.id} class={`band ${band.tone}`} d={band.path} />
      ))}
      {marks.ceiling && <Ceiling marks={marks} ceiling={marks.ceiling} />}
      {marks.lines.map((line) => (
        <g key={line.id}>
          {line.path && <path class={`line ${line.tone} ${line.weight ?? ''}`} d={line.path} />}
          {line.dotted && <path class={`line dotted ${line.tone} ${line.weight ?? ''}`} d={line.dotted} />}
        </g>
      ))}
      {marks.beginnings.map((dot) => (
        <circle key={`${dot.id} ${dot.x}`} class={`beginning ${dot.tone}`} cx={dot.x} cy={dot.y} r={2.5} />
      ))}
      {marks.dots.map((dot) => (
        <circle key={`${dot.id}${dot.x}`} class={`dot ${dot.tone}`} cx={dot.x} cy={dot.y} r={2} />
      ))}
    </g>
  );
}

function Ceiling({ marks, ceiling }: { marks: LineChartMarks; ceiling: { y: number; text: string } }): VNode {
  const right = marks.plot.x + marks.plot.width;
  return (
    <g>
      <line class="ceiling" x1={marks.plot.x} x2={right} y1={ceiling.y} y2={ceiling.y} />
      <text class="tick end" x={right} y={ceiling.y - 4}>
        {ceiling.text}
      </text>
    </g>
  );
}

/** In a lane of its own a gap is a bar with its line's name; over the plot it is hatched. */
function Gap({ gap, inLane }: { gap: LineChartMarks['gaps'][number]; inLane: boolean }): VNode {
  if (!inLane) return <path class="hatch" d={hatchPath(gap.x, gap.y, gap.width, gap.height)} />;
  return (
    <g>
      <rect class={`lane ${gap.tone}`} x={gap.x} y={gap.y} width={gap.width} height={gap.height} />
      <text class="lane-name" x={gap.x + gap.width + 4} y={gap.y + gap.height}>
        {gap.label}
      </text>
    </g>
  );
}

function Axes({ marks, yTitle }: { marks: LineChartMarks; yTitle: string }): VNode {
  const { plot } = marks;
  const bottom = plot.y + plot.height;
  return (
    <g>
      {marks.yTicks.map((tick) => (
        <g key={tick.text}>
          <line class="grid" x1={plot.x} x2={plot.x + plot.width} y1={tick.y} y2={tick.y} />
          <text class="tick end" x={plot.x - 7} y={tick.y + 3.5}>
            {tick.text}
          </text>
        </g>
      ))}
      <line class="axis" x1={plot.x} x2={plot.x + plot.width} y1={bottom} y2={bottom} />
      {marks.xTicks.map((tick) => (
        <g key={tick.text}>
          <line class="axis" x1={tick.x} x2={tick.x} y1={bottom} y2={bottom + 3} />
          <text class="tick middle" x={tick.x} y={bottom + 14}>
            {tick.text}
          </text>
        </g>
      ))}
      <text class="axis-title middle" x={plot.x + plot.width / 2} y={bottom + 29}>
        epoch t
      </text>
      <text class="axis-title" x={0} y={9}>
        {yTitle}
      </text>
    </g>
  );
}

interface CursorProps {
  readonly marks: LineChartMarks;
  readonly cursor: LineCursor;
  readonly epoch: number;
  readonly isBesideLabels: boolean;
}

function Cursor({ marks, cursor, epoch, isBesideLabels }: CursorProps): VNode {
  const { plot } = marks;
  // A ceiling's words take the place above the plot: there the epoch heads the values.
  const isHead = marks.ceiling !== null;
  const headY = Math.max(9, Math.min(...marks.labels.map(({ y }) => y)) - 18);
  // Where labels stand at its right, the epoch stands at its left, if there is room.
  const right = !isHead && cursor.x > plot.x + (isBesideLabels ? 30 : plot.width - 30);
  const x = isHead ? plot.x + plot.width + LABEL_GAP : cursor.x + (right ? -5 : 5);
  return (
    <g>
      <line class="cursor" x1={cursor.x} x2={cursor.x} y1={plot.y - 8} y2={plot.y + plot.height} />
      <text class={`cursor-text ${right ? 'end' : ''}`} x={x} y={isHead ? headY : plot.y - 6}>
        {isHead ? `at t = ${epoch}` : `t = ${epoch}`}
      </text>
    </g>
  );
}

function Knobs({ cursor }: { cursor: LineCursor }): VNode {
  return (
    <g>
      {cursor.points.map(({ id, tone, x, y }) => (
        <circle key={id} class={`knob ${tone}`} cx={x} cy={y} r={3.5} />
      ))}
    </g>
  );
}

function valueText({ labels }: LineChartMarks, { values }: LineCursor): string {
  return labels.map(({ label }, i) => `${label} ${values[i].value}`).join(', ');
}

/** Where an arrow key takes the cursor; null for other keys. */
export function cursorKey(key: string, epoch: number, [first, last]: readonly [number, number]): number | null {
  const targets: Readonly<Record<string, number>> = {
    ArrowLeft: epoch - 1,
    ArrowDown: epoch - 1,
    ArrowRight: epoch + 1,
    ArrowUp: epoch + 1,
    Home: first,
    End: last,
  };
  return Object.hasOwn(targets, key) ? Math.max(first, Math.min(last, targets[key])) : null;
}
