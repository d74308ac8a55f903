/** Draws classes and their channels as circles: zoom by wheel, buttons and keys, a card for the circle in focus. */
import { select, zoom, zoomIdentity, type D3ZoomEvent, type ZoomBehavior } from 'd3';
import type { RefObject, VNode } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { channelColour } from '../../marks/channelColour.js';
import { NAME_HEIGHT, packedGroups, type DiscGroup, type PackingSpec } from '../../marks/circlePacking.js';
import { fitText } from '../../shell/fitText.js';
import { countWords } from '../../shell/words.js';
import { useSize } from '../../shell/useSize.js';
import { themeVersion } from '../../theme/theme.js';
import { classTone, type BitsByGroup } from './channelPanels.js';
import { ChannelCard } from './ChannelCard.js';
import { circleKey, type Place } from './circleKeys.js';

export interface CirclePackingProps extends Pick<PackingSpec, 'anchors' | 'fill' | 'mostBits' | 'channels'> {
  readonly groups: readonly BitsByGroup[];
  readonly classNames: readonly string[];
  readonly chosen: number;
  readonly epoch: number;
  readonly onChannel: (channel: number) => void;
}

const HEIGHT = 440;

export function CirclePacking(props: CirclePackingProps): VNode {
  const place = useRef<HTMLDivElement>(null);
  const { width } = useSize(place);
  return (
    <div class="circle-packing" ref={place}>
      {width > 0 && <Drawing {...props} width={width} />}
    </div>
  );
}

interface Zoom {
  readonly x: number;
  readonly y: number;
  readonly k: number;
}

function Drawing(props: CirclePackingProps & { width: number }): VNode {
  const svg = useRef<SVGSVGElement>(null);
  const [view, setView] = useState<Zoom>({ x: 0, y: 0, k: 1 });
  const [focus, setFocus] = useState<Place | null>(null);
  const behaviour = useZoom(svg, props.width, setView);
  const { groups, channels, anchors, fill, mostBits, width } = props;
  const packed = useMemo(
    () => packedGroups({ groups, channels, anchors, fill, mostBits, width, height: HEIGHT }),
    [groups, channels, anchors, fill, mostBits, width],
  );
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && focus) props.onChannel(channels[focus.channel]);
    if (event.key === 'Escape') setFocus(null);
    if (event.key === 'Escape' || event.key === '0') zoomTo(svg, behaviour, null, width);
    if (event.key === '+' && focus && view.k === 1) zoomTo(svg, behaviour, packed[focus.group], width);
    else if (event.key === '+' || event.key === '-') zoomBy(svg, behaviour, event.key === '+' ? 1.5 : 1 / 1.5);
    const next = circleKey(event.key, focus ?? { group: 0, channel: channels.indexOf(props.chosen) }, packed);
    if (next) setFocus(next);
    if (next || '+-0'.includes(event.key)) event.preventDefault();
  };
  return (
    <>
      <svg
        ref={svg}
        width={width}
        height={HEIGHT}
        role="application"
        aria-label={`Classes and their channels at epoch ${props.epoch}: arrow keys move between circles, Enter chooses, plus and minus zoom, 0 shows all`}
        tabindex={0}
        onKeyDown={onKey}
        onPointerLeave={() => setFocus(null)}
      >
        <g transform={`translate(${view.x},${view.y}) scale(${view.k})`}>
          {packed.map((group, at) => (
            <Group
              key={group.id ?? 'all'}
              group={group}
              props={props}
              zoom={view.k}
              onFocus={(channel) => setFocus({ group: at, channel })}
              onOpen={() => zoomTo(svg, behaviour, view.k > 1.05 ? null : group, width)}
            />
          ))}
          {focus && <FocusRing place={focus} packed={packed} zoom={view.k} />}
        </g>
      </svg>
      <div class="zoom-buttons" role="group" aria-label="Zoom">
        <button class="page" aria-label="Zoom in" title="Zoom in (+)" onClick={() => zoomBy(svg, behaviour, 1.5)}>
          +
        </button>
        <button class="page" aria-label="Zoom out" title="Zoom out (−)" onClick={() => zoomBy(svg, behaviour, 1 / 1.5)}>
          −
        </button>
        {view.k > 1.01 && (
          <button class="link" onClick={() => zoomTo(svg, behaviour, null, width)}>
            whole picture
          </button>
        )}
      </div>
      {focus && packed[focus.group] && <ChannelCard props={props} place={focus} packed={packed} view={view} />}
    </>
  );
}

interface GroupProps {
  readonly group: DiscGroup;
  readonly props: CirclePackingProps;
  readonly zoom: number;
  readonly onFocus: (at: number) => void;
  readonly onOpen: () => void;
}

/** Width of "23.6 bits" beside a class's name. */
const SUM_ROOM = 46;
/** Circles smaller than this have no number in them. */
const NUMBER_ROOM = 9;

function Group({ group, props, zoom: scale, onFocus, onOpen }: GroupProps): VNode {
  const name = group.id === null ? 'all' : props.classNames[group.id];
  const tone = group.id === null ? 'everyone' : classTone(group.id);
  void themeVersion.value;
  const dark = isDark();
  return (
    <g class={`disc-group ${tone}`} onDblClick={onOpen}>
      <circle class="outer" cx={group.x} cy={group.y} r={group.r} stroke-width={2 / scale} onClick={onOpen} />
      <text
        class="disc-name middle"
        x={group.x}
        y={group.y - group.r - 5 / scale}
        style={{ fontSize: `${11 / scale}px` }}
      >
        <tspan class="disc-class">{fitText(name, Math.max(24, 2 * group.r * scale - SUM_ROOM), '600 11px')}</tspan>
        <tspan class="disc-sum" dx={5 / scale}>
          {group.sumBits.toFixed(1)} bits
        </tspan>
      </text>
      {group.discs.map((disc, at) =>
        disc.r <= 0 ? null : (
          <circle
            key={disc.channel}
            class={disc.channel === props.chosen ? 'disc chosen' : 'disc'}
            cx={disc.x}
            cy={disc.y}
            r={disc.r}
            fill={disc.channel === props.chosen ? undefined : channelColour(disc.channel, dark)}
            onPointerEnter={() => onFocus(at)}
            onClick={() => props.onChannel(disc.channel)}
          />
        ),
      )}
      {scale > 1.5 &&
        group.discs.map((disc) =>
          disc.r * scale < NUMBER_ROOM ? null : (
            <text
              key={disc.channel}
              class={`disc-number middle ${disc.channel === props.chosen ? 'chosen' : ''}`}
              x={disc.x}
              y={disc.y + 3.5 / scale}
              style={{ fontSize: `${10 / scale}px` }}
            >
              {disc.channel}
            </text>
          ),
        )}
    </g>
  );
}

function FocusRing({ place, packed, zoom: scale }: { place: Place; packed: readonly DiscGroup[]; zoom: number }) {
  const disc = packed[place.group]?.discs[place.channel];
  if (!disc) return null;
  return (
    <circle class="disc-focus cursor-only" cx={disc.x} cy={disc.y} r={disc.r + 2.5 / scale} stroke-width={2 / scale} />
  );
}

export function isDark(): boolean {
  const { classList } = document.body;
  return (
    classList.contains('vscode-dark') ||
    (classList.contains('vscode-high-contrast') && !classList.contains('vscode-high-contrast-light'))
  );
}

type Behaviour = RefObject<ZoomBehavior<SVGSVGElement, unknown>>;

const MOST_ZOOM = 12;

/** The wheel zooms with Ctrl or once zoomed in, so that a page can still be scrolled over the picture. */
function useZoom(svg: RefObject<SVGSVGElement>, width: number, onView: (view: Zoom) => void): Behaviour {
  const made = useRef<ZoomBehavior<SVGSVGElement, unknown>>(null);
  useEffect(() => {
    const element = svg.current;
    if (!element) return;
    let scale = 1;
    const behaviour = zoom<SVGSVGElement, unknown>()
      .scaleExtent([1, MOST_ZOOM])
      .extent([
        [0, 0],
        [width, HEIGHT],
      ])
      .translateExtent([
        [0, 0],
        [width, HEIGHT],
      ])
      .filter((event: MouseEvent) => (event.type === 'wheel' ? event.ctrlKey || scale > 1 : !event.button && scale > 1))
      .on('zoom', ({ transform: { x, y, k } }: D3ZoomEvent<SVGSVGElement, unknown>) =>
        onView({ x, y, k: (scale = k) }),
      );
    select(element).call(behaviour).on('dblclick.zoom', null);
    made.current = behaviour;
    return () => {
      select(element).on('.zoom', null);
    };
  }, [svg, width]);
  return made;
}

function zoomBy(svg: RefObject<SVGSVGElement>, behaviour: Behaviour, factor: number): void {
  if (svg.current && behaviour.current)
    select(svg.current).call(behaviour.current.scaleBy.bind(behaviour.current), factor);
}

/** Fills the picture with one class; null shows all of it. */
function zoomTo(svg: RefObject<SVGSVGElement>, behaviour: Behaviour, group: DiscGroup | null, width: number): void {
  const { current } = behaviour;
  if (!svg.current || !current) return;
  const k = group ? Math.min(MOST_ZOOM, HEIGHT / (2 * group.r + 2 * NAME_HEIGHT)) : 1;
  const to = group ? zoomIdentity.translate(width / 2 - k * group.x, HEIGHT / 2 - k * group.y).scale(k) : zoomIdentity;
  select(svg.current).call(current.transform.bind(current), to);
}

/** "6th of 32". */
export function rankWords(values: readonly (number | null)[], at: number): string {
  const rank = 1 + values.filter((value) => (value ?? 0) > (values[at] ?? 0)).length;
  const ending = rank % 100 > 10 && rank % 100 < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][rank % 10] ?? 'th');
  return `${countWords(rank)}${ending} of ${countWords(values.length)}`;
}
