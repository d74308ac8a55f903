/** The colours of a heatmap with their numbers, over them how many cells have each, and where the null lies. */
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Matrix } from '../../marks/axesOrder.js';
import { cellHistogram } from '../../marks/cellHistogram.js';
import { scaleTicks } from '../../marks/scaleTicks.js';
import { rgbText, type Rgb } from '../../marks/colourSteps.js';
import { memo } from '../../hooks/memo.js';

export interface HeatmapScaleProps {
  readonly matrix: Matrix;
  readonly ceiling: number;
  readonly colours: readonly Rgb[];
  /** The null's threshold, masked or not; null where it is not known. */
  readonly nullBits: number | null;
  /** The chosen cell's value. */
  readonly chosenBits: number | null;
  readonly width: number;
}

const STRIP = 9;
const HISTOGRAM = 26;
/** Of the null's words, which stand over the bars. */
const WORDS = 14;
const TOP = WORDS + HISTOGRAM + 2;

export function HeatmapScale(props: HeatmapScaleProps): VNode {
  const { matrix, ceiling, colours, nullBits, chosenBits, width } = props;
  const bars = useMemo(() => cellHistogram(matrix.values, ceiling, width, HISTOGRAM), [matrix, ceiling, width]);
  const xOf = (bits: number): number => (ceiling > 0 ? Math.min(1, bits / ceiling) * width : 0);
  return (
    <g aria-hidden="true">
      <path
        class="heatmap-count"
        transform={`translate(0,${WORDS})`}
        d={bars.map((bar) => `M${bar.x},${bar.y}h${bar.width}v${bar.height}h${-bar.width}z`).join('')}
      />
      <Strip ceiling={ceiling} colours={colours} width={width} />
      {nullBits !== null && ceiling > 0 && (
        <g class="heatmap-null">
          <line x1={xOf(nullBits)} x2={xOf(nullBits)} y1={2} y2={TOP + STRIP} />
          <text
            class={xOf(nullBits) > width / 2 ? 'end' : ''}
            x={xOf(nullBits) + (xOf(nullBits) > width / 2 ? -4 : 4)}
            y={10}
          >
            null {nullBits.toFixed(3)}
          </text>
        </g>
      )}
      {chosenBits !== null && ceiling > 0 && <path class="heatmap-here" d={`M${xOf(chosenBits)},${TOP}l-4.5,-7h9z`} />}
      <text class="tick end" x={width} y={TOP + STRIP + 27}>
        {matrix.values.length} cells, height √count
      </text>
    </g>
  );
}

/** The same at every epoch while the scale is fixed. */
const Strip = memo(({ ceiling, colours, width }: Pick<HeatmapScaleProps, 'ceiling' | 'colours' | 'width'>) => (
  <g>
    {colours.map((colour, i) => (
      <rect
        key={i}
        x={(i * width) / colours.length}
        y={TOP}
        width={width / colours.length + 0.5}
        height={STRIP}
        fill={rgbText(colour)}
      />
    ))}
    {scaleTicks(ceiling, width).map(({ x, text }) => (
      <text key={text} class="tick middle" x={x} y={TOP + STRIP + 12}>
        {text}
      </text>
    ))}
    <text class="tick" x={width + 8} y={TOP + STRIP}>
      {ceiling.toFixed(ceiling < 0.2 ? 3 : 2)} bits
    </text>
  </g>
));
