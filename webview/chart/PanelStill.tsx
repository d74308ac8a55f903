/** What of a small chart stays while the cursor moves: its lines, bands, gaps, axes and numbers. */
import type { VNode } from 'preact';
import { hatchPath } from '../marks/hatch.js';
import { panelStrokes, type Panel, type PanelAxes, type PanelPlace } from '../marks/smallMultiples.js';
import { memo } from '../hooks/memo.js';

export interface PanelStillProps extends PanelAxes, Pick<Panel, 'lines' | 'shaded' | 'saturated'> {
  readonly place: PanelPlace;
}

export const PanelStill = memo((props: PanelStillProps): VNode => {
  const { plot } = props.place;
  const strokes = panelStrokes(props, plot, props);
  const bottom = plot.y + plot.height;
  return (
    <>
      {strokes.shaded.map((box) => (
        <rect key={box.x} class="dead-band" x={box.x} y={box.y} width={box.width} height={box.height} />
      ))}
      {strokes.saturated.map((box) => (
        <rect key={box.x} class="saturated" x={box.x} y={box.y} width={box.width} height={4} />
      ))}
      {strokes.gaps.map((box) => (
        <path key={box.x} class="hatch" d={hatchPath(box.x, box.y, box.width, box.height)} />
      ))}
      <line class="grid" x1={plot.x} x2={plot.x + plot.width} y1={plot.y} y2={plot.y} />
      <line class="axis" x1={plot.x} x2={plot.x + plot.width} y1={bottom} y2={bottom} />
      {strokes.lines.map((line, i) => (
        <path key={i} class={`line small ${line.tone}`} d={line.path} />
      ))}
      {strokes.dots.map((dot, i) => (
        <circle key={i} class={`dot ${dot.tone}`} cx={dot.x} cy={dot.y} r={2} />
      ))}
      <PanelTicks {...props} />
    </>
  );
});

function PanelTicks({ place: { plot, showsX, showsY }, epochs, ceiling }: PanelStillProps): VNode {
  const bottom = plot.y + plot.height;
  return (
    <g>
      {showsY && (
        <>
          <text class="tick end" x={plot.x - 6} y={plot.y + 3.5}>
            {ceiling}
          </text>
          <text class="tick end" x={plot.x - 6} y={bottom + 3.5}>
            0
          </text>
        </>
      )}
      {showsX && (
        <>
          <text class="tick middle" x={plot.x} y={bottom + 14}>
            {epochs[0]}
          </text>
          {showsY && plot.width > 90 && (
            <text class="tick middle" x={plot.x + plot.width / 2} y={bottom + 14}>
              epoch t
            </text>
          )}
          {epochs[1] !== epochs[0] && (
            <text class="tick middle" x={plot.x + plot.width} y={bottom + 14}>
              {epochs[1]}
            </text>
          )}
        </>
      )}
    </g>
  );
}
