/** Draws a grid of small charts; a panel's thumbnail is ink like everything else in it. */
import type { VNode } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import { hatchPath } from '../marks/hatch.js';
import type { InkLevel } from '../marks/pictures.js';
import { smallMultiplesMarks, type PanelMarks, type SmallMultiplesSpec } from '../marks/smallMultiples.js';
import { fitText } from '../shell/fitText.js';
import { useSize } from '../shell/useSize.js';

export interface SmallMultiplesProps extends Omit<SmallMultiplesSpec, 'width'> {
  readonly description: string;
  /** Thumbnail of 14 × 14 by panel id. */
  readonly thumbnails: ReadonlyMap<string, readonly InkLevel[]>;
  readonly onPanel?: (id: string) => void;
  /** Id of the panel that stands out. */
  readonly chosen?: string | null;
}

export function SmallMultiples(props: SmallMultiplesProps): VNode {
  const place = useRef<HTMLDivElement>(null);
  const { width } = useSize(place);
  return (
    <div class="small-multiples" ref={place}>
      {width > 0 && <Drawing {...props} width={width} />}
    </div>
  );
}

function Drawing(props: SmallMultiplesProps & { width: number }): VNode {
  const marks = useMemo(
    () => smallMultiplesMarks(props),
    [props.panels, props.width, props.epochs, props.ceiling, props.cursorEpoch],
  );
  return (
    <svg width={props.width} height={marks.height} role="group" aria-label={props.description}>
      {marks.panels.map((panel) => (
        <PanelDrawing key={panel.panel.id} marks={panel} spec={props} />
      ))}
    </svg>
  );
}

const VALUE_ROOM = 32;

function PanelDrawing({ marks, spec }: { marks: PanelMarks; spec: SmallMultiplesProps }): VNode {
  const { panel, plot, titleY } = marks;
  const thumbnail = spec.thumbnails.get(panel.id);
  const bottom = plot.y + plot.height;
  const choose = spec.onPanel;
  return (
    <g
      class={`panel ${choose ? 'linked' : ''}`}
      aria-pressed={choose && spec.chosen !== undefined ? spec.chosen === panel.id : undefined}
      role={choose ? 'button' : 'img'}
      aria-label={`${panel.title}: ${panel.value}${panel.warning ? `, ${panel.warning}` : ''}`}
      tabindex={choose ? 0 : undefined}
      onClick={choose && (() => choose(panel.id))}
      onKeyDown={choose && ((event) => event.key === 'Enter' && choose(panel.id))}
    >
      {choose && (
        <rect
          class="panel-hit cursor-only"
          x={plot.x}
          y={titleY - 12}
          width={plot.width}
          height={bottom - titleY + 12}
        />
      )}
      {spec.chosen === panel.id && (
        <rect
          class="panel-chosen"
          x={plot.x - 4}
          y={titleY - 13}
          width={plot.width + 8}
          height={bottom - titleY + 16}
        />
      )}
      {marks.shaded.map((box) => (
        <rect key={box.x} class="dead-band" x={box.x} y={box.y} width={box.width} height={box.height} />
      ))}
      {marks.saturated.map((box) => (
        <rect key={box.x} class="saturated" x={box.x} y={box.y} width={box.width} height={4} />
      ))}
      {marks.gaps.map((box) => (
        <path key={box.x} class="hatch" d={hatchPath(box.x, box.y, box.width, box.height)} />
      ))}
      <line class="grid" x1={plot.x} x2={plot.x + plot.width} y1={plot.y} y2={plot.y} />
      <line class="axis" x1={plot.x} x2={plot.x + plot.width} y1={bottom} y2={bottom} />
      <line class="cursor faint" x1={marks.cursorX} x2={marks.cursorX} y1={plot.y} y2={bottom} />
      {marks.lines.map((line, i) => (
        <path key={i} class={`line small ${line.tone}`} d={line.path} />
      ))}
      {marks.dots.map((dot, i) => (
        <circle key={i} class={`dot ${dot.tone}`} cx={dot.x} cy={dot.y} r={2} />
      ))}
      {thumbnail && (
        <g class="thumbnail" transform={`translate(${plot.x},${titleY - 11})`}>
          {thumbnail.map((level) => (
            <path key={level.opacity} d={level.path} fill-opacity={level.opacity} />
          ))}
        </g>
      )}
      <text class="panel-title" x={plot.x + (thumbnail ? 20 : 0)} y={titleY}>
        {fitText(panel.title, plot.width - (thumbnail ? 20 : 0) - VALUE_ROOM, '400 11px')}
      </text>
      <text class="panel-value end" x={plot.x + plot.width} y={titleY}>
        {panel.value}
      </text>
      {panel.warning && (
        <text class="panel-warning end" x={plot.x + plot.width} y={plot.y + 11}>
          {panel.warning}
        </text>
      )}
      <PanelTicks marks={marks} spec={spec} />
    </g>
  );
}

function PanelTicks({ marks, spec }: { marks: PanelMarks; spec: SmallMultiplesProps }): VNode {
  const { plot } = marks;
  const bottom = plot.y + plot.height;
  return (
    <g>
      {marks.showsY && (
        <>
          <text class="tick end" x={plot.x - 6} y={plot.y + 3.5}>
            {spec.ceiling}
          </text>
          <text class="tick end" x={plot.x - 6} y={bottom + 3.5}>
            0
          </text>
        </>
      )}
      {marks.showsX && (
        <>
          <text class="tick middle" x={plot.x} y={bottom + 14}>
            {spec.epochs[0]}
          </text>
          {marks.showsY && plot.width > 90 && (
            <text class="tick middle" x={plot.x + plot.width / 2} y={bottom + 14}>
              epoch t
            </text>
          )}
          {spec.epochs[1] !== spec.epochs[0] && (
            <text class="tick middle" x={plot.x + plot.width} y={bottom + 14}>
              {spec.epochs[1]}
            </text>
          )}
        </>
      )}
    </g>
  );
}
