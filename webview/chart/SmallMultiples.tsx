/** Draws a grid of small charts; a panel's thumbnail is ink like everything else in it. */
import type { VNode } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import type { InkLevel } from '../marks/pictures.js';
import {
  cursorX,
  panelPlaces,
  type Panel,
  type PanelAxes,
  type PanelPlace,
  type PanelsSpec,
} from '../marks/smallMultiples.js';
import { fitText } from '../shell/fitText.js';
import { memo } from '../shell/memo.js';
import { useSize } from '../shell/useSize.js';
import { useStable } from '../shell/useStable.js';
import { PanelStill } from './PanelStill.js';

export interface SmallMultiplesProps extends Omit<PanelsSpec, 'width' | 'count'>, PanelAxes {
  readonly panels: readonly Panel[];
  readonly cursorEpoch: number;
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
  const { panels, width, epochs, ceiling, cursorEpoch, chosen } = props;
  const { height, places } = useMemo(
    () => panelPlaces({ ...props, count: panels.length }),
    [panels.length, width, props.panelHeight, props.minPanelWidth, props.maxColumns, props.gap],
  );
  const choose = useStable((id: string) => props.onPanel?.(id));
  return (
    <svg width={width} height={height} role="group" aria-label={props.description}>
      {panels.map((panel, i) => (
        <PanelDrawing
          key={panel.id}
          {...{ panel, epochs, ceiling, cursorEpoch }}
          place={places[i]}
          thumbnail={props.thumbnails.get(panel.id)}
          pressed={chosen === undefined ? undefined : chosen === panel.id}
          onPanel={props.onPanel ? choose : undefined}
        />
      ))}
    </svg>
  );
}

const VALUE_ROOM = 32;

interface PanelDrawingProps extends PanelAxes {
  readonly panel: Panel;
  readonly place: PanelPlace;
  readonly cursorEpoch: number;
  readonly thumbnail: readonly InkLevel[] | undefined;
  readonly pressed: boolean | undefined;
  readonly onPanel: ((id: string) => void) | undefined;
}

const PanelDrawing = memo((props: PanelDrawingProps): VNode => {
  const { panel, place, thumbnail, pressed, epochs, ceiling, onPanel: choose } = props;
  const { plot, titleY } = place;
  const bottom = plot.y + plot.height;
  const at = cursorX(plot, epochs, props.cursorEpoch);
  return (
    <g
      class={`panel ${choose ? 'linked' : ''}`}
      aria-pressed={choose && pressed}
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
      {pressed && (
        <rect
          class="panel-chosen"
          x={plot.x - 4}
          y={titleY - 13}
          width={plot.width + 8}
          height={bottom - titleY + 16}
        />
      )}
      <PanelStill
        {...{ place, epochs, ceiling }}
        lines={panel.lines}
        shaded={panel.shaded}
        saturated={panel.saturated}
      />
      <line class="cursor faint" x1={at} x2={at} y1={plot.y} y2={bottom} />
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
    </g>
  );
});
