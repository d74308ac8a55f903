/**
 * Draws a grid of small charts; a panel's thumbnail is ink like everything else in it. A moving cursor draws one path
 * and the panels' values; their names for those who hear them follow when it rests.
 */
import { Fragment, type VNode } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import type { InkLevel } from '../marks/pictures.js';
import {
  cursorPath,
  panelPlaces,
  type Panel,
  type PanelAxes,
  type PanelPlace,
  type PanelsSpec,
} from '../marks/smallMultiples.js';
import { fitText } from '../text/fitText.js';
import { memo } from '../hooks/memo.js';
import { useSize } from '../hooks/useSize.js';
import { useStable } from '../hooks/useStable.js';
import { RESTS_MILLISECONDS } from '../state/restedSignal.js';
import { useRested } from '../state/useRested.js';
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
  const rested = useRested(panels, RESTS_MILLISECONDS);
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
          {...{ epochs, ceiling }}
          id={panel.id}
          title={panel.title}
          label={labelOf(rested[i]?.id === panel.id ? rested[i] : panel)}
          lines={panel.lines}
          shaded={panel.shaded}
          saturated={panel.saturated}
          place={places[i]}
          thumbnail={props.thumbnails.get(panel.id)}
          pressed={chosen === undefined ? undefined : chosen === panel.id}
          onPanel={props.onPanel ? choose : undefined}
        />
      ))}
      <path class="cursor faint" d={cursorPath(places, epochs, cursorEpoch)} />
      <PanelValues panels={panels} places={places} />
    </svg>
  );
}

function labelOf({ title, value, warning }: Panel): string {
  return `${title}: ${value}${warning ? `, ${warning}` : ''}`;
}

const VALUE_ROOM = 32;

interface PanelDrawingProps extends PanelAxes, Pick<Panel, 'id' | 'title' | 'lines' | 'shaded' | 'saturated'> {
  readonly place: PanelPlace;
  /** Its value and remark in words. */
  readonly label: string;
  readonly thumbnail: readonly InkLevel[] | undefined;
  readonly pressed: boolean | undefined;
  readonly onPanel: ((id: string) => void) | undefined;
}

const PanelDrawing = memo((props: PanelDrawingProps): VNode => {
  const { id, place, thumbnail, pressed, epochs, ceiling, onPanel: choose } = props;
  const { plot, titleY } = place;
  const bottom = plot.y + plot.height;
  return (
    <g
      class={`panel ${choose ? 'linked' : ''}`}
      aria-pressed={choose && pressed}
      role={choose ? 'button' : 'img'}
      aria-label={props.label}
      tabindex={choose ? 0 : undefined}
      onClick={choose && (() => choose(id))}
      onKeyDown={choose && ((event) => event.key === 'Enter' && choose(id))}
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
        lines={props.lines}
        shaded={props.shaded}
        saturated={props.saturated}
      />
      {thumbnail && (
        <g class="thumbnail" transform={`translate(${plot.x},${titleY - 11})`}>
          {thumbnail.map((level) => (
            <path key={level.opacity} d={level.path} fill-opacity={level.opacity} />
          ))}
        </g>
      )}
      <text class="panel-title" x={plot.x + (thumbnail ? 20 : 0)} y={titleY}>
        {fitText(props.title, plot.width - (thumbnail ? 20 : 0) - VALUE_ROOM, '400 11px')}
      </text>
    </g>
  );
});

/** What the panels' labels say, for the eye. */
function PanelValues({ panels, places }: { panels: readonly Panel[]; places: readonly PanelPlace[] }): VNode {
  return (
    <g class="panel-values" aria-hidden="true">
      {panels.map(({ id, value, warning }, i) => {
        const { plot, titleY } = places[i];
        const right = plot.x + plot.width;
        return (
          <Fragment key={id}>
            <text class="panel-value end" x={right} y={titleY}>
              {value}
            </text>
            {warning && (
              <text class="panel-warning end" x={right} y={plot.y + 11}>
                {warning}
              </text>
            )}
          </Fragment>
        );
      })}
    </g>
  );
}
