/** Names along both axes of a heatmap, their titles, and the largest cell of each row and column. */
import type { VNode } from 'preact';
import { barPath, type HeatmapBars } from '../../marks/heatmapBars.js';
import type { HeatmapFrame, Place } from '../../marks/heatmapFrame.js';
import { fitText } from '../../text/fitText.js';
import { memo } from '../../hooks/memo.js';

export interface HeatmapEdgesProps {
  readonly frame: HeatmapFrame;
  readonly bars: HeatmapBars;
  readonly chosen: Place | null;
  readonly aTitle: string;
  readonly bTitle: string;
}

export function HeatmapEdges({ frame, bars, chosen, aTitle, bTitle }: HeatmapEdgesProps): VNode {
  const ofChosen = chosen ? [bars.a[chosen.a], bars.b[chosen.b]].filter((bar) => bar !== undefined) : [];
  return (
    <g aria-hidden="true">
      <ATicks frame={frame} chosen={chosen?.a ?? null} />
      <BTicks frame={frame} chosen={chosen?.b ?? null} />
      <path class="heatmap-bar" d={barPath(bars.a) + barPath(bars.b)} />
      {chosen && <path class="heatmap-bar chosen" d={barPath(ofChosen)} />}
      <Titles frame={frame} aTitle={aTitle} bTitle={bTitle} />
    </g>
  );
}

const Titles = memo(({ frame: { grid }, aTitle, bTitle }: Pick<HeatmapEdgesProps, 'frame' | 'aTitle' | 'bTitle'>) => {
  const low = grid.y + grid.height;
  return (
    <>
      <text class="axis-title" x={grid.x} y={low + 30}>
        {fitText(aTitle, Math.max(120, grid.width), '400 11px')}
      </text>
      <text class="axis-title" transform={`translate(${12},${low}) rotate(-90)`}>
        {fitText(bTitle, Math.max(120, grid.height), '400 11px')}
      </text>
      <text class="tick" x={grid.x + grid.width + 5} y={grid.y - 6}>
        max
      </text>
    </>
  );
});

interface TicksProps {
  readonly frame: HeatmapFrame;
  /** Place of the chosen one. */
  readonly chosen: number | null;
}

const ATicks = memo(({ frame: { grid, aTicks }, chosen }: TicksProps) => (
  <>
    {aTicks.map(({ x, text, place, dead }) => (
      <text key={place} class={tickClass('middle', dead, chosen === place)} x={x} y={grid.y + grid.height + 13}>
        {dead ? `†${text}` : text}
      </text>
    ))}
  </>
));

const BTicks = memo(({ frame: { grid, bTicks }, chosen }: TicksProps) => (
  <>
    {bTicks.map(({ y, text, place, dead }) => (
      <text key={place} class={tickClass('end', dead, chosen === place)} x={grid.x - 5} y={y}>
        {dead ? `dead ${text}` : text}
      </text>
    ))}
  </>
));

function tickClass(anchor: string, dead: boolean, chosen: boolean): string {
  return `tick ${anchor}${dead ? ' dead' : ''}${chosen ? ' chosen' : ''}`;
}
